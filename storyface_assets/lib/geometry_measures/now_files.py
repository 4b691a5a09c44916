"""The NoW benchmark's own files: photos, scans and the points that were picked on them.

The layout is the one that the benchmark's own evaluation expects (now.is.tue.mpg.de, validation
part); we have not had its files at hand, and test on small ones of this layout::

    imagepathsvalidation.txt          subject/challenge/image.jpg, a line each
    NoW_Dataset/final_release_version/iphone_pictures/subject/challenge/image.jpg
    scans/subject/….obj               millimetres
    scans_lmks_onlypp/subject/….pp    MeshLab's picked points, seven

Its licence allows research only, and nothing of it is shipped.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from storyface_assets.lib.errors import BadInput

LIST_NAME: Final = "imagepathsvalidation.txt"
_PHOTOS: Final = Path("NoW_Dataset") / "final_release_version" / "iphone_pictures"
_POINT: Final = re.compile(r"<point\b[^>]*>")
_NUMBER: Final = r'\b{}="([-+.\deE]+)"'
_MEND: Final = "Unpack the validation part of NoW again."


@dataclass(frozen=True)
class NowPhoto:
    """One photo of the benchmark.

    Attributes:
        path: the file.
        subject: whose.
        challenge: ``multiview_neutral``, ``multiview_expressions``, ``multiview_occlusions``,
            ``selfie``.
    """

    path: Path
    subject: str
    challenge: str


def now_photos(folder: Path) -> list[NowPhoto]:
    """All photos of the list.

    Raises:
        BadInput: the list or a photo is missing; names it.
    """
    file = folder / LIST_NAME
    try:
        lines = file.read_text("utf-8").split("\n")
    except (OSError, ValueError) as error:
        raise BadInput(file, "", f"cannot be read ({error}).", _MEND) from error
    photos = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        parts = Path(line.strip()).parts
        path = folder / _PHOTOS / line.strip()
        if len(parts) != 3 or ".." in parts:
            problem = "is not subject/challenge/image."
            raise BadInput(file, f"line {number}", problem, _MEND)
        if not path.is_file():
            raise BadInput(path, "", "is missing.", _MEND)
        photos.append(NowPhoto(path, parts[0], parts[1]))
    return photos


def read_scan(folder: Path, subject: str) -> tuple[np.ndarray, np.ndarray]:
    """A subject's scan: points ``(N, 3)`` and its seven landmarks ``(7, 3)``, millimetres.

    Raises:
        BadInput: a file is missing or damaged.
    """
    scan = _only(folder / "scans" / subject, "obj")
    picked = _only(folder / "scans_lmks_onlypp" / subject, "pp")
    return read_obj_points(scan), read_picked_points(picked)


def read_obj_points(file: Path) -> np.ndarray:
    """The vertices ``(N, 3)`` of an OBJ file.

    Raises:
        BadInput: it cannot be read, or holds none.
    """
    try:
        lines = file.read_text("utf-8", errors="replace").split("\n")
        points = np.array([line.split()[1:4] for line in lines if line.startswith("v ")], float)
    except (OSError, ValueError) as error:
        raise BadInput(file, "v", f"cannot be read ({error}).", _MEND) from error
    if points.ndim != 2 or points.shape[1:] != (3,):
        raise BadInput(file, "v", "holds no vertices.", _MEND)
    return points


def read_picked_points(file: Path) -> np.ndarray:
    """MeshLab's picked points ``(7, 3)``, in the order that the benchmark has them.

    Raises:
        BadInput: it cannot be read, or does not hold seven.
    """
    try:
        tags = _POINT.findall(file.read_text("utf-8"))
        points = np.array([[_coordinate(tag, axis) for axis in "xyz"] for tag in tags])
    except (OSError, ValueError) as error:
        raise BadInput(file, "point", f"cannot be read ({error}).", _MEND) from error
    if points.shape != (7, 3):
        raise BadInput(file, "point", f"holds {len(points)} points, not seven.", _MEND)
    return points


def _coordinate(tag: str, axis: str) -> float:
    found = re.search(_NUMBER.format(axis), tag)
    if found is None:
        raise ValueError(f"a point has no {axis}")
    return float(found[1])


def _only(folder: Path, ending: str) -> Path:
    found = sorted(folder.glob(f"*.{ending}"))
    if not found:
        raise BadInput(folder, f"*.{ending}", "is missing.", _MEND)
    return found[0]
