"""Any photo a person may have → upright sRGB pixels, or a refusal that says what to do."""

import struct
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageOps

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.images.colour import to_srgb
from storyface_assets.lib.images.sniff import what_it_is

#: A name in this list decides how Pillow reads; others are slow, unsafe or never photos.
FORMATS: Final = ("JPEG", "PNG", "WEBP")
#: 80 megapixels: a telephone's largest photos fit, a picture made to fill the memory does not.
MAX_PIXELS: Final = 80_000_000
MAX_FILE_BYTES: Final = 100_000_000
#: Pixels on the longer side after reading; more adds nothing to a face.
LONG_SIDE: Final = 2048
MIN_SIDE: Final = 64

_MEND = "Give a JPEG, PNG or WebP photo."
# What Pillow's readers raise on damaged files, beside OSError.
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, zlib.error)


@dataclass(frozen=True)
class Photo:
    """A photo as it is meant to be seen.

    Attributes:
        rgb: ``(H, W, 3)`` uint8 sRGB, upright, the longer side at most LONG_SIDE pixels.
        warnings: what had to be guessed or left out.
    """

    rgb: np.ndarray
    warnings: tuple[str, ...] = ()


def open_photo(path: Path) -> Photo:
    """Read a photo: turned upright by its EXIF, in sRGB with 8 bits, transparency on white.

    Raises:
        BadInput: missing, empty, not a JPEG/PNG/WebP file, damaged, or with too many or too few
            pixels; sizes are checked before any pixel is decoded.
    """
    _check_file(path)
    notes: list[str] = []
    try:
        with warnings.catch_warnings():
            # Refused below by our own limit, with the size.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(path, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise _too_large(path, "") from error
    except Image.UnidentifiedImageError as error:
        raise BadInput(path, "", f"is {what_it_is(path)}.", _MEND) from error
    except _BROKEN as error:
        raise _damaged(path, error) from error
    with image:
        _check_size(path, image.width, image.height)
        # An MPO file is a photo with a second view or a preview behind it, not a film.
        if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
            notes.append(f"{path.name} is animated; its first picture is used.")
        try:
            rgb = _decode(image, notes)
        except _BROKEN as error:
            raise _damaged(path, error) from error
    return Photo(rgb, tuple(notes))


def _decode(image: Image.Image, notes: list[str]) -> np.ndarray:
    if image.format in ("JPEG", "MPO"):
        # The JPEG reader can shrink by 2, 4 or 8 while it decodes.
        image.draft(None, (LONG_SIDE, LONG_SIDE))
    image.load()
    small = to_srgb(image, notes)
    try:
        small = ImageOps.exif_transpose(_with_exif(small, image))
    except _BROKEN:
        notes.append("The photo's EXIF data is damaged; it may lie on its side.")
    small.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
    return np.array(small, np.uint8)


def _with_exif(converted: Image.Image, original: Image.Image) -> Image.Image:
    """Conversions drop the EXIF data, which says how the camera was held."""
    orientation = original.getexif().get(0x0112, 1)
    converted.info.pop("exif", None)
    converted.getexif()[0x0112] = orientation
    return converted


def _check_file(path: Path) -> None:
    if not path.exists():
        raise BadInput(path, "", "does not exist.", "Check the path of the photo.")
    if not path.is_file():
        raise BadInput(path, "", "is not a file.", _MEND)
    size = path.stat().st_size
    if size == 0:
        raise BadInput(path, "", "is empty (0 bytes).", "Copy the photo again.")
    if size > MAX_FILE_BYTES:
        problem = f"has {size / 1e6:.0f} MB."
        raise BadInput(path, "", problem, f"Give at most {MAX_FILE_BYTES / 1e6:.0f} MB.")


def _check_size(path: Path, width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise _too_large(path, f"{width} × {height} pixels, ")
    if min(width, height) < MIN_SIDE:
        problem = f"has only {width} × {height} pixels."
        raise BadInput(path, "", problem, "Give a photo whose face is 200 pixels wide or more.")


def _too_large(path: Path, size: str) -> BadInput:
    problem = f"has {size}more than {MAX_PIXELS // 10**6} megapixels."
    return BadInput(path, "", problem, "Give a smaller copy; 2000 pixels a side are plenty.")


def _damaged(path: Path, error: Exception) -> BadInput:
    return BadInput(path, "", f"is damaged or cut off ({error}).", "Copy the photo again.")
