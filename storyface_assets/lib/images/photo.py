"""Any photo a person may have → upright sRGB pixels, or a refusal that says what to do."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.images.decode import PictureFault, decode_picture, require_file_size

#: Pixels on the longer side after reading; more adds nothing to a face.
LONG_SIDE: Final = 2048


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
    if not path.exists():
        raise BadInput(path, "", "does not exist.", "Check the path of the photo.")
    if not path.is_file():
        raise BadInput(path, "", "is not a file.", "Give a JPEG, PNG or WebP photo.")
    try:
        require_file_size(path.stat().st_size)
        picture = decode_picture(path.read_bytes(), LONG_SIDE)
    except PictureFault as fault:
        raise BadInput(path, "", fault.problem, fault.mend) from fault
    except OSError as error:
        raise BadInput(path, "", f"cannot be read ({error}).", "Copy the photo again.") from error
    return Photo(picture.rgb, picture.notes)
