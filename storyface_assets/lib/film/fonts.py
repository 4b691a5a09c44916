"""The Korean font of titles and subtitles: Noto Sans KR (OFL), from pylopdf-fonts-ko."""

import unicodedata
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from PIL import ImageFont

FAMILY = "Noto Sans KR"
_FILE = "NotoSansKR-Regular.otf"


@cache
def font_path() -> Path:
    """The font's file."""
    with as_file(files("pylopdf_fonts_ko") / _FILE) as path:
        return Path(path)


@cache
def font(em: int) -> ImageFont.FreeTypeFont:
    """The font at a size of ``em`` pixels."""
    return ImageFont.truetype(str(font_path()), em)


@cache
def line_height() -> float:
    """Line height over em: libass takes a font's size as its line height."""
    ascent, descent = font(1000).getmetrics()
    return (ascent + descent) / 1000


def text_width(text: str, em: int) -> float:
    """Width in pixels at a size of ``em`` pixels."""
    return float(font(em).getlength(text))


@cache
def _has_glyph(char: str) -> bool:
    if unicodedata.category(char) in ("Cf", "Cc", "Mn"):
        return False  # joiners and variation selectors are left over from emoji
    missing = font(32).getmask("\U0010fffd")
    return bytes(font(32).getmask(char)) != bytes(missing)


def printable(text: str) -> str:
    """The text without what the font cannot draw (emoji, rare scripts), which would be boxes."""
    return " ".join("".join(c for c in text if c.isspace() or _has_glyph(c)).split())
