"""The bytes of any photo → upright sRGB pixels, or a named fault; what every reader shares."""

import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from PIL import Image, ImageOps

from storyface_assets.lib.images.colour import to_srgb
from storyface_assets.lib.images.sniff import (
    is_cut_off,
    looks_like_photo,
    png_sums_are_right,
    what_it_is,
)

#: A name in this list decides how Pillow reads; others are slow, unsafe or never photos.
FORMATS: Final = ("JPEG", "PNG", "WEBP")
#: 80 megapixels: a telephone's largest photos fit, a picture made to fill the memory does not.
MAX_PIXELS: Final = 80_000_000
MAX_FILE_BYTES: Final = 100_000_000
MIN_SIDE: Final = 64

#: Why a file is no usable photo. ``truncated``: the end of the file is missing (a broken
#: download); ``damaged``: it is all there but cannot be decoded; ``too large`` in bytes or pixels.
FaultName = Literal["empty file", "not a picture", "truncated", "damaged", "too large", "too small"]
FAULTS: Final[tuple[str, ...]] = get_args(FaultName)

_MEND = "Give a JPEG, PNG or WebP photo."
# What Pillow's readers raise on damaged files, beside OSError.
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, zlib.error)


class PictureFault(Exception):
    """Bytes that are no usable photo.

    Attributes:
        fault: short name, one of FAULTS.
        problem: what is wrong, one sentence without its subject.
        mend: what to do about it.
    """

    def __init__(self, fault: FaultName, problem: str, mend: str) -> None:
        self.fault, self.problem, self.mend = fault, problem, mend
        super().__init__(f"{fault}: {problem}")


@dataclass(frozen=True)
class Picture:
    """A decoded photo.

    Attributes:
        rgb: ``(H, W, 3)`` uint8 sRGB, upright, transparency on white.
        width: of the upright original, pixels.
        height: of the upright original, pixels.
        notes: what had to be guessed or left out.
    """

    rgb: np.ndarray
    width: int
    height: int
    notes: tuple[str, ...] = ()


def decode_picture(data: bytes, long_side: int) -> Picture:
    """Decode a photo: turned upright by its EXIF, in sRGB with 8 bits, transparency on white.

    Of an animation the first picture is taken, with a note.

    Args:
        data: the whole file.
        long_side: pixels on the longer side, at most; smaller photos keep their size.

    Raises:
        PictureFault: empty, not a JPEG/PNG/WebP file, damaged, or with too many or too few
            pixels; sizes are checked before any pixel is decoded.
    """
    if not data:
        raise PictureFault("empty file", "is empty (0 bytes).", "Copy the photo again.")
    require_file_size(len(data))
    notes: list[str] = []
    with _opened(data) as image:
        _require_size(image.width, image.height)
        # An MPO file is a photo with a second view or a preview behind it, not a film.
        if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
            notes.append("It is animated; its first picture is used.")
        width, height = _upright_size(image)
        if image.format == "PNG" and not png_sums_are_right(data):
            raise _broken(data, ValueError("a check sum is wrong"))
        try:
            rgb = _pixels(image, long_side, notes)
        except _BROKEN as error:
            raise _broken(data, error) from error
    return Picture(rgb, width, height, tuple(notes))


def require_file_size(size: int) -> None:
    """Refuse a file before it is read.

    Raises:
        PictureFault: more than MAX_FILE_BYTES.
    """
    if size > MAX_FILE_BYTES:
        mend = f"Give at most {MAX_FILE_BYTES / 1e6:.0f} MB."
        raise PictureFault("too large", f"has {size / 1e6:.0f} MB.", mend)


_ORIENTATION = 0x0112
_ON_ITS_SIDE = (5, 6, 7, 8)


def _opened(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            # Refused by our own limit, with the size.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels("") from error
    except Image.UnidentifiedImageError as error:
        if looks_like_photo(data):
            raise _broken(data, error) from error
        raise PictureFault("not a picture", f"is {what_it_is(data)}.", _MEND) from error
    except _BROKEN as error:
        raise _broken(data, error) from error


def _upright_size(image: Image.Image) -> tuple[int, int]:
    """Width and height before draft mode changes them."""
    try:
        turned = image.getexif().get(_ORIENTATION, 1) in _ON_ITS_SIDE
    except _BROKEN:
        turned = False  # noted when the photo is turned
    return image.size[::-1] if turned else image.size


def _pixels(image: Image.Image, long_side: int, notes: list[str]) -> np.ndarray:
    if image.format in ("JPEG", "MPO"):
        # The JPEG reader can shrink by 2, 4 or 8 while it decodes.
        image.draft(None, (long_side, long_side))
    image.load()
    small = to_srgb(image, notes)
    try:
        small = ImageOps.exif_transpose(_with_exif(small, image))
    except _BROKEN:
        notes.append("The photo's EXIF data is damaged; it may lie on its side.")
    small.thumbnail((long_side, long_side), Image.Resampling.LANCZOS)
    return np.array(small, np.uint8)


def _with_exif(converted: Image.Image, original: Image.Image) -> Image.Image:
    """Conversions drop the EXIF data, which says how the camera was held."""
    orientation = original.getexif().get(_ORIENTATION, 1)
    converted.info.pop("exif", None)
    converted.getexif()[_ORIENTATION] = orientation
    return converted


def _require_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise _too_many_pixels(f"{width} × {height} pixels, ")
    if min(width, height) < MIN_SIDE:
        mend = "Give a photo whose face is 200 pixels wide or more."
        raise PictureFault("too small", f"has only {width} × {height} pixels.", mend)


def _too_many_pixels(size: str) -> PictureFault:
    problem = f"has {size}more than {MAX_PIXELS // 10**6} megapixels."
    return PictureFault("too large", problem, "Give a smaller copy; 2000 pixels a side are plenty.")


def _broken(data: bytes, error: Exception) -> PictureFault:
    fault: FaultName = "truncated" if is_cut_off(data) else "damaged"
    # Pillow names a stream by its address, which would differ from run to run.
    why = "its header" if isinstance(error, Image.UnidentifiedImageError) else str(error)
    return PictureFault(fault, f"is damaged or cut off ({why}).", "Copy the photo again.")
