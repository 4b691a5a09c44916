"""FLAME's own files → our arrays, checked once so that the model need not."""

from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.flame.source_files import read_dictionary

#: FLAME's blend shapes: 300 of identity, then 100 of expression.
N_SHAPE_ALL, N_EXPRESSION_ALL = 300, 100
N_JOINTS = 5
#: Rows of the contour's table: yaw 0° … 39°, then −1° … −39°.
N_YAWS = 79
N_CONTOUR, N_STATIC = 17, 51
_MEND = "Give FLAME's generic_model.pkl (2020) or flame2023.pkl as published."
_LANDMARK_MEND = (
    "Give DECA's landmark_embedding.npy, or FLAME's flame_static_embedding.pkl and "
    "flame_dynamic_embedding.npy."
)


def convert_flame(files: list[Path]) -> dict[str, np.ndarray]:
    """Arrays of :class:`~storyface_assets.lib.heads.flame.model.Flame`.

    Args:
        files: the model's ``.pkl`` and the landmarks' (one file of DECA's or two of FLAME's, as
            ``.npy``, ``.npz`` or ``.pkl``), in any order. What a file is, its arrays say.

    Raises:
        BadInput: a file is damaged, names foreign code, is missing or contradicts another.
    """
    model: tuple[Path, dict[str, Any]] | None = None
    landmarks: dict[str, tuple[Path, Any]] = {}
    for file in files:
        held = read_dictionary(file)
        if "v_template" in held:
            model = (file, held)
        else:
            landmarks |= {name: (file, value) for name, value in _landmarks(held).items()}
    if model is None:
        raise BadInput(files[0], "v_template", "is in none of the files.", _MEND)
    arrays = _geometry(*model)
    return arrays | _embedding(arrays["triangles"], landmarks, files[0])


def _geometry(file: Path, held: dict[str, Any]) -> dict[str, np.ndarray]:
    template = _numbers(file, held, "v_template", (-1, 3))
    n = len(template)
    shapes = _numbers(file, held, "shapedirs", (n, 3, N_SHAPE_ALL + N_EXPRESSION_ALL))
    poses = _numbers(file, held, "posedirs", (n, 3, 9 * (N_JOINTS - 1)))
    weights = _numbers(file, held, "weights", (n, N_JOINTS))
    if np.abs(weights.sum(1) - 1).max() > 1e-3:
        raise BadInput(file, "weights", "do not sum to 1 at every vertex.", _MEND)
    parents = _numbers(file, held, "kintree_table", (2, N_JOINTS))[0].astype(np.int64)
    parents[0] = -1  # written as 2³² − 1
    if not all(0 <= parent < joint for joint, parent in enumerate(parents) if joint):
        raise BadInput(file, "kintree_table", "names a joint's child as its parent.", _MEND)
    triangles = _numbers(file, held, "f", (-1, 3)).astype(np.int64)
    if triangles.min() < 0 or triangles.max() >= n:
        raise BadInput(file, "f", f"names vertices beyond the {n} there are.", _MEND)
    components = shapes.transpose(2, 0, 1).astype(np.float32)
    return {
        "template": template.astype(np.float32),
        "shape_basis": components[:N_SHAPE_ALL],
        "expression_basis": components[N_SHAPE_ALL:],
        "pose_basis": poses.transpose(2, 0, 1).astype(np.float32),
        "joint_regressor": _numbers(file, held, "J_regressor", (N_JOINTS, n)).astype(np.float32),
        "skin_weights": weights.astype(np.float32),
        "parents": parents.astype(np.int32),
        "triangles": triangles.astype(np.int32),
    }


def _landmarks(held: dict[str, Any]) -> dict[str, Any]:
    """The landmark tables of one file under DECA's names."""
    if "lmk_face_idx" not in held:
        return {n: v for n, v in held.items() if n.startswith(("static_lmk", "dynamic_lmk"))}
    # FLAME's own two files share their names; only the contour's has a row a degree.
    kind = "dynamic" if np.ndim(held["lmk_face_idx"]) == 2 else "static"
    return {
        f"{kind}_lmk_faces_idx": held["lmk_face_idx"],
        f"{kind}_lmk_bary_coords": held.get("lmk_b_coords"),
    }


def _embedding(
    triangles: np.ndarray, held: dict[str, tuple[Path, Any]], first: Path
) -> dict[str, np.ndarray]:
    """Corners ``(…, 3)`` and weights ``(…, 3)`` of the static points and the contour's table."""
    arrays = {}
    for kind, name, count in (
        ("static", "static", (N_STATIC,)),
        ("dynamic", "contour", (N_YAWS, N_CONTOUR)),
    ):
        faces, weights = f"{kind}_lmk_faces_idx", f"{kind}_lmk_bary_coords"
        if faces not in held or weights not in held:
            raise BadInput(first, faces, "is in none of the files.", _LANDMARK_MEND)
        file = held[faces][0]
        numbers = _numbers(file, {faces: held[faces][1]}, faces, count).astype(np.int64)
        if numbers.min() < 0 or numbers.max() >= len(triangles):
            raise BadInput(file, faces, "names triangles that the model lacks.", _LANDMARK_MEND)
        parts = _numbers(file, {weights: held[weights][1]}, weights, (*count, 3))
        arrays[f"{name}_corners"] = triangles[numbers]
        arrays[f"{name}_barycentric"] = parts.astype(np.float32)
    return arrays


def _numbers(file: Path, held: dict[str, Any], name: str, shape: tuple[int, ...]) -> np.ndarray:
    """An array of finite float64 numbers of a shape, where −1 fits any length."""
    if name not in held:
        raise BadInput(file, name, "is not in the file.", _MEND)
    value = held[name]
    try:
        array = np.array(value.todense() if scipy.sparse.issparse(value) else value, np.float64)
    except (TypeError, ValueError) as error:
        raise BadInput(file, name, f"is no array of numbers ({error}).", _MEND) from error
    fits = array.ndim == len(shape) and all(
        n in (-1, m) for n, m in zip(shape, array.shape, strict=True)
    )
    if not fits or not array.size:
        wanted = " × ".join("any" if n < 0 else str(n) for n in shape)
        raise BadInput(file, name, f"has shape {array.shape}, not {wanted}.", _MEND)
    if not np.isfinite(array).all():
        raise BadInput(file, name, "holds numbers that are not finite.", _MEND)
    return array
