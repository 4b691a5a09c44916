"""Points of the faces beside a packed set: where the renderer placed brows, lips and all the rest.

``marks.npz`` lies beside the pictures, with one array ``marks`` ``(N, K, 2)``, a row a picture: x
and y of each point in shares of the picture's side.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import numpy as np

from storyface_assets.lib.dataset.packed_columns import MEND
from storyface_assets.lib.dataset.packed_pictures import PackedPictures
from storyface_assets.lib.errors import BadInput

MARKS_NAME: Final = "marks.npz"


def marks_in_crops(
    points: Sequence[Sequence[float]], corners: Sequence[tuple[int, int]], sides: Sequence[int]
) -> np.ndarray:
    """Points of photos as shares of the crops that are cut out of them.

    Args:
        points: of each of N photos, x and y in turn, pixels; the middle of the first pixel is .5.
        corners: left and top of each crop, pixels.
        sides: of each crop, pixels.

    Returns:
        ``(N, K, 2)`` float32.
    """
    placed = np.stack([np.asarray(row, np.float32).reshape(-1, 2) for row in points])
    inside = placed - np.array(corners, np.float32)[:, None]
    return np.asarray(inside / np.array(sides, np.float32)[:, None, None])


def save_marks(folder: Path, marks: np.ndarray) -> None:
    """Write the points ``(N, K, 2)`` beside a set's pictures."""
    np.savez(folder / MARKS_NAME, marks=marks)


def load_marks(pictures: PackedPictures) -> np.ndarray | None:
    """The points ``(N, K, 2)`` float32 of a packed set; ``None`` where it has none.

    Raises:
        BadInput: they are damaged, or of other pictures.
    """
    path = pictures.folder / MARKS_NAME
    if not path.is_file():
        return None
    try:
        with np.load(path) as file:
            marks: np.ndarray = file["marks"].astype(np.float32)
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise BadInput(path, "", f"cannot be read ({error}).", MEND) from error
    if marks.shape[0] != len(pictures) or marks.shape[2:] != (2,):
        raise BadInput(path, "", "does not fit the pictures.", MEND)
    return marks
