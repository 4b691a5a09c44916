"""One colour per emotion, for every preview, table and terminal (a leaf module)."""

from types import MappingProxyType
from typing import Final

#: sRGB 0–255; told apart in the common kinds of colour blindness (after Okabe and Ito, 2008).
EMOTION_COLOURS: Final = MappingProxyType(
    {
        "중립": (150, 156, 165),
        "슬픔": (0, 114, 178),
        "분노": (213, 70, 40),
        "불안": (140, 90, 170),
        "행복": (240, 190, 40),
        "당황": (0, 158, 115),
    }
)


def as_hex(colour: tuple[int, int, int]) -> str:
    """``#rrggbb`` of an sRGB triple."""
    return "#{:02x}{:02x}{:02x}".format(*colour)
