"""The pixels of a dataset's photo, and how they relate to the original's that boxes are in."""

from dataclasses import dataclass

import numpy as np

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.images.decode import PictureFault, decode_picture


@dataclass(frozen=True)
class Decoded:
    """A decoded photo.

    Attributes:
        rgb: ``(H, W, 3)`` uint8 sRGB, upright, transparency on white.
        scale: decoded pixels ÷ original pixels, at most 1; multiply an original box by it.
        width: of the upright original, pixels.
        height: of the upright original, pixels.
        notes: what had to be guessed, e.g. that the file is animated.
    """

    rgb: np.ndarray
    scale: float
    width: int
    height: int
    notes: tuple[str, ...] = ()


def decode_photo(data: bytes, long_side: int = 1024, name: str = "photo") -> Decoded:
    """Decode a JPEG, PNG or WebP file, a large JPEG straight to a smaller picture (draft mode).

    All of the file is decoded, so that one which was cut off is found. Of an animation the first
    picture is taken.

    Args:
        data: the whole file.
        long_side: pixels on the longer side, at most; smaller photos keep their size.
        name: what the error calls the photo.

    Raises:
        BadInput: its ``field`` is the short name of the fault, one of
            :data:`storyface_assets.lib.images.decode.FAULTS`: ``empty file``, ``not a picture``,
            ``truncated``, ``damaged``, ``too large`` or ``too small``.
    """
    try:
        picture = decode_picture(data, long_side)
    except PictureFault as fault:
        raise BadInput(name, fault.fault, fault.problem, fault.mend) from fault
    scale = max(picture.rgb.shape[:2]) / max(picture.width, picture.height)
    return Decoded(picture.rgb, scale, picture.width, picture.height, picture.notes)
