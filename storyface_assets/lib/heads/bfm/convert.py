"""The Basel Face Model's own files → our arrays: metres, unit variance, triangles from 0.

Files, of which only the first must be there:

- ``01_MorphableModel.mat``: BFM 2009 as published (micrometres, colours 0 … 255);
- ``Exp_Pca.bin``, ``std_exp.txt``, ``BFM_exp_idx.mat``: the expressions of Guo et al. (2018) as
  Deep3DFaceRecon uses them, on those of BFM's vertices that the last one lists;
- ``BFM_front_idx.mat``, ``facemodel_info.mat``: Deep3DFaceRecon's cut to the face, and the 68
  landmarks on that cut.
"""

from pathlib import Path
from typing import Any

import numpy as np
import scipy.io

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.bfm.expressions import read_expression_basis

#: Sizes of the seeds' 3DMM codes.
N_SHAPE, N_EXPRESSION, N_TEXTURE = 80, 64, 80
MODEL, BASIS, DEVIATIONS = "01_MorphableModel.mat", "Exp_Pca.bin", "std_exp.txt"
TRIMMED, FRONT, INFO = "BFM_exp_idx.mat", "BFM_front_idx.mat", "facemodel_info.mat"
_METRES = 1e-6
_MEND = "Give the file as its publisher gives it."


def convert_bfm(files: list[Path]) -> dict[str, np.ndarray]:
    """Arrays of :class:`~storyface_assets.lib.heads.bfm.model.Bfm`.

    Args:
        files: by their published names, see above, in any order.

    Raises:
        BadInput: a file is damaged, unknown, missing, or contradicts another.
    """
    by_name = _by_name(files)
    mat = _Mat(by_name[MODEL])
    mean = mat.numbers("shapeMU").reshape(-1, 3) * _METRES
    n = len(mean)
    shape = mat.basis("shapePC", "shapeEV", n, N_SHAPE) * _METRES
    texture = mat.basis("texPC", "texEV", n, N_TEXTURE) / 255
    colour = mat.numbers("texMU").reshape(-1, 3) / 255
    if len(colour) != n:
        raise BadInput(mat.file, "texMU", f"has {len(colour)} vertices, shapeMU {n}.", _MEND)
    triangles = _outward(mat.indices("tl", n).reshape(-1, 3), mean)

    kept = np.arange(n)
    expression = np.zeros((0, n, 3))
    if BASIS in by_name:
        kept = _Mat(by_name[TRIMMED]).indices("trimIndex", n)
        basis = read_expression_basis(by_name[BASIS], by_name[DEVIATIONS], len(kept), N_EXPRESSION)
        expression = basis * _METRES
        if FRONT in by_name:
            front = _Mat(by_name[FRONT]).indices("idx", len(kept))
            kept, expression = kept[front], expression[:, front]
    arrays = {
        "mean": mean[kept],
        "shape_basis": shape[:, kept],
        "expression_basis": expression,
        "colour_mean": colour[kept],
        "colour_basis": texture[:, kept],
    }
    made = {name: array.astype(np.float32) for name, array in arrays.items()}
    made["triangles"] = _among(triangles, kept, n)
    if INFO in by_name:
        points = _Mat(by_name[INFO]).indices("keypoints", len(kept))
        if len(points) != 68:
            raise BadInput(by_name[INFO], "keypoints", f"has {len(points)} points, not 68.", _MEND)
        made["landmarks"] = points.astype(np.int32)
    return made


def _by_name(files: list[Path]) -> dict[str, Path]:
    known = {name.lower(): name for name in (MODEL, BASIS, DEVIATIONS, TRIMMED, FRONT, INFO)}
    by_name = {}
    for file in files:
        if file.name.lower() not in known:
            mend = f"Its files are {', '.join(known.values())}; do not rename them."
            raise BadInput(file, "", "is no file of the Basel Face Model.", mend)
        by_name[known[file.name.lower()]] = file
    if MODEL not in by_name:
        raise BadInput(files[0], "", f"comes without {MODEL}.", f"Give {MODEL} too.")
    for asked, needed in (
        (BASIS, (DEVIATIONS, TRIMMED)),
        (DEVIATIONS, (BASIS,)),
        (TRIMMED, (BASIS,)),
        (FRONT, (BASIS,)),
        (INFO, (FRONT,)),
    ):
        for name in needed:
            if asked in by_name and name not in by_name:
                raise BadInput(by_name[asked], "", f"comes without {name}.", f"Give {name} too.")
    return by_name


class _Mat:
    """A Matlab file; errors name it and the variable."""

    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            self._held: dict[str, Any] = scipy.io.loadmat(file)
        except Exception as error:  # scipy raises whatever the damage leads to
            raise BadInput(file, "", f"cannot be read ({error}).", _MEND) from error

    def numbers(self, name: str) -> np.ndarray:
        """All numbers of a variable ``(n,)`` float64, or ``(n, m)`` if both are over 1."""
        if name not in self._held:
            raise BadInput(self.file, name, "is not in the file.", _MEND)
        try:
            array = np.asarray(self._held[name], np.float64).squeeze()
        except (TypeError, ValueError) as error:
            raise BadInput(self.file, name, f"is no array of numbers ({error}).", _MEND) from error
        if not array.size or not np.isfinite(array).all():
            raise BadInput(self.file, name, "is empty or not finite.", _MEND)
        if name.endswith("MU") and array.size % 3:
            raise BadInput(self.file, name, "is not three numbers a vertex.", _MEND)
        return array

    def indices(self, name: str, below: int) -> np.ndarray:
        """Numbers from 1, as Matlab counts, → ``(n,)`` int64 from 0, all under ``below``."""
        found = self.numbers(name).astype(np.int64).ravel() - 1
        if found.min() < 0 or found.max() >= below:
            raise BadInput(self.file, name, f"leads out of 1 … {below}.", _MEND)
        if name == "tl" and found.size % 3:
            raise BadInput(self.file, name, "is not three numbers a triangle.", _MEND)
        return found

    def basis(self, components: str, deviations: str, n: int, keep: int) -> np.ndarray:
        """Principal components times standard deviations ``(keep, n, 3)``."""
        parts, spread = self.numbers(components), self.numbers(deviations).ravel()
        if parts.ndim != 2 or parts.shape != (3 * n, len(spread)) or len(spread) < keep:
            problem = f"has shape {parts.shape}, not {3 * n} × {len(spread)} with {keep} or more."
            raise BadInput(self.file, components, problem, _MEND)
        return (parts[:, :keep] * spread[:keep]).T.reshape(keep, n, 3)


def _among(triangles: np.ndarray, kept: np.ndarray, n: int) -> np.ndarray:
    """The triangles ``(F, 3)`` int32 of which every corner is kept, in the kept ones' numbers."""
    new = np.full(n, -1)
    new[kept] = np.arange(len(kept))
    renamed = new[triangles]
    return renamed[(renamed >= 0).all(1)].astype(np.int32)


def _outward(triangles: np.ndarray, vertices: np.ndarray) -> np.ndarray:
    """Triangles counter-clockwise from outside: the face is open behind and looks along +Z."""
    a, b, c = (vertices[triangles[:, i]] for i in range(3))
    return triangles if np.cross(b - a, c - a)[:, 2].sum() >= 0 else triangles[:, [0, 2, 1]]
