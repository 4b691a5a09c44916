"""Expression units: ARKit-named offsets on the head, lashes carried along by the lids."""

import numpy as np

from storyface_assets.lib.heads.build.head_cut import HeadMesh
from storyface_assets.lib.heads.build.landmarks import fit_sphere
from storyface_assets.lib.heads.build.targets import TargetTable
from storyface_assets.lib.heads.build.wheel import AnnyData

#: ARKit's 52 without ``tongueOut`` and ``mouthClose``: DECA's code has 50 places.
UNITS = (
    *("browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight"),
    *("cheekPuff", "cheekSquintLeft", "cheekSquintRight", "eyeBlinkLeft", "eyeBlinkRight"),
    *("eyeLookDownLeft", "eyeLookDownRight", "eyeLookInLeft", "eyeLookInRight"),
    *("eyeLookOutLeft", "eyeLookOutRight", "eyeLookUpLeft", "eyeLookUpRight"),
    *("eyeSquintLeft", "eyeSquintRight", "eyeWideLeft", "eyeWideRight"),
    *("jawForward", "jawLeft", "jawOpen", "jawRight", "mouthDimpleLeft", "mouthDimpleRight"),
    *("mouthFrownLeft", "mouthFrownRight", "mouthFunnel", "mouthLeft", "mouthLowerDownLeft"),
    *("mouthLowerDownRight", "mouthPressLeft", "mouthPressRight", "mouthPucker", "mouthRight"),
    *("mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper"),
    *("mouthSmileLeft", "mouthSmileRight", "mouthStretchLeft", "mouthStretchRight"),
    *("mouthUpperUpLeft", "mouthUpperUpRight", "noseSneerLeft", "noseSneerRight"),
)


def read_units(data: AnnyData, table: TargetTable) -> np.ndarray:
    """All units as dense offsets on the table's vertices, ``(50, n, 3)`` decimetres."""
    return np.stack([table.dense(*data.face_unit(name)) for name in UNITS])


def carry_lashes(units: np.ndarray, vertices: np.ndarray, head: HeadMesh) -> np.ndarray:
    """Let the lashes follow the lids; hm08's blink leaves them hanging in the air.

    Each lash vertex turns about the eyeball's centre with the lid skin at the lash's root, so that
    it points down when the lid has come down.

    Args:
        units: ``(50, V, 3)`` offsets.
        vertices: ``(V, 3)`` the head at rest.
        head: gives the parts.

    Returns:
        ``(50, V, 3)`` with the lashes' offsets replaced.
    """
    units = units.copy()
    lashes, skin = head.part_vertices("lashes"), head.part_vertices("skin")
    for side, part in ((1, "left_eye"), (-1, "right_eye")):
        centre, _ = fit_sphere(vertices[head.part_vertices(part)])
        mine = lashes[vertices[lashes, 0] * side > 0]
        gaps = np.linalg.norm(vertices[mine][:, None] - vertices[skin], axis=2)
        roots = mine[gaps.min(1) < np.quantile(gaps.min(1), 0.4)]
        to_root = np.linalg.norm(vertices[mine][:, None] - vertices[roots], axis=2).argmin(1)
        gaps = np.linalg.norm(vertices[roots][:, None] - vertices[skin], axis=2)
        near = np.argsort(gaps, 1)[:, :3]
        weight = 1 / (np.take_along_axis(gaps, near, 1) + 1e-3)
        weight /= weight.sum(1, keepdims=True)
        for unit in units:
            moved = np.einsum("rk,rkd->rd", weight, unit[skin[near]])[to_root]
            root = vertices[roots][to_root]
            turn = rotation_between(root - centre, root + moved - centre)
            tip = vertices[mine] - root
            unit[mine] = moved + np.einsum("nij,nj->ni", turn, tip) - tip
    return units


def rotation_between(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Smallest rotations ``(n, 3, 3)`` that turn directions ``a`` into ``b``, both ``(n, 3)``."""
    a = a / np.linalg.norm(a, axis=1, keepdims=True)
    b = b / np.linalg.norm(b, axis=1, keepdims=True)
    cross, cosine = np.cross(a, b), (a * b).sum(1)
    k = np.zeros((len(a), 3, 3))
    k[:, 0, 1], k[:, 0, 2], k[:, 1, 2] = -cross[:, 2], cross[:, 1], -cross[:, 0]
    k -= k.transpose(0, 2, 1)
    return np.eye(3) + k + k @ k / (1 + cosine)[:, None, None]
