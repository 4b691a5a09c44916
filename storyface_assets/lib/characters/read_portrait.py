"""From a photo file to the checked portrait."""

from pathlib import Path

from storyface_assets.lib.characters.portrait import Portrait
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.fit import check_portrait
from storyface_assets.lib.images import open_photo
from storyface_assets.lib.landmarks import FaceLandmarker


def read_portrait(path: Path, landmarker: FaceLandmarker) -> Portrait:
    """Open a photo, find the largest face and check that a head can be made of it.

    Args:
        path: JPEG, PNG or WebP.
        landmarker: finds faces.

    Raises:
        BadInput: no photo, or one that no head can be made of; the file is named.
    """
    photo = open_photo(path)
    try:
        face, doubts = check_portrait(photo.rgb, landmarker.detect(photo.rgb))
    except BadInput as error:
        # The check sees pixels only; a person needs to know which file to replace.
        raise BadInput(path, error.field, error.problem, error.mend) from error
    return Portrait(photo.rgb, face, (*photo.warnings, *doubts))
