"""Expression units: ARKit-named offsets on the head; lashes and eyeballs are carried along."""

import numpy as np

from storyface_assets.lib.heads.build.eyeballs import push_lids
from storyface_assets.lib.heads.build.head_source import METRES, HeadSource
from storyface_assets.lib.heads.build.wheel import AnnyData
from storyface_assets.lib.heads.open_head import EYES
from storyface_assets.lib.heads.units import UNITS


def expression_basis(data: AnnyData, source: HeadSource, rest: np.ndarray) -> np.ndarray:
    """All units on the full head, mirror images of each other left and right.

    Args:
        data: the wheel's data.
        source: topology and targets.
        rest: ``(V, 3)`` metres, the head they will be added to.

    Returns:
        ``(50, V, 3)`` metres.
    """
    n_flesh = len(source.flesh.base_ids)
    units = np.zeros((len(UNITS), source.n_vertices, 3))
    for unit, name in zip(units, UNITS, strict=True):
        offsets = source.table.dense(*data.face_unit(name)) * METRES
        unit[:n_flesh] = offsets[:n_flesh]
        for eye in EYES:
            helper = source.joints[eye]
            at = source.anchored(source.mesh.vertices[source.ids])[helper]
            turn = best_rotation(at, at + offsets[helper])
            ball = rest[source.eye_vertices(eye)]
            centre = (ball[0] + ball[-1]) / 2
            unit[source.eye_vertices(eye)] = (ball - centre) @ (turn - np.eye(3)).T
        _keep_outside(unit, source, rest)
    _carry_lashes(units, source, rest)
    return symmetrised(units, source.mirror)


def _keep_outside(unit: np.ndarray, source: HeadSource, rest: np.ndarray) -> None:
    """Push lids that the full unit drives into the eyeball out again, in place."""
    posed = rest + unit
    for eye in EYES:
        ball = rest[source.eye_vertices(eye)]
        centre = (ball[0] + ball[-1]) / 2
        push_lids(posed, source.lids[eye], centre, float(np.linalg.norm(ball[0] - centre)))
    skin = source.flesh.part_vertices("skin")
    unit[skin] = (posed - rest)[skin]


def symmetrised(units: np.ndarray, mirror: np.ndarray) -> np.ndarray:
    """Average each unit with the mirror image of its twin on the other side."""

    def twin(name: str) -> str:
        if name.endswith("Left"):
            return name[:-4] + "Right"
        return name[:-5] + "Left" if name.endswith("Right") else name

    # ``jawLeft`` and ``jawRight`` are twins too; browInnerUp is its own.
    order = [UNITS.index(twin(name)) for name in UNITS]
    return (units + units[order][:, mirror] * [-1, 1, 1]) / 2


def best_rotation(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The rotation ``(3, 3)`` that turns points ``a`` best into ``b`` (Kabsch 1976)."""
    u, _, vt = np.linalg.svd((a - a.mean(0)).T @ (b - b.mean(0)))
    flip = np.diag([1, 1, np.sign(np.linalg.det(vt.T @ u.T))])
    return vt.T @ flip @ u.T


def _carry_lashes(units: np.ndarray, source: HeadSource, rest: np.ndarray) -> None:
    """Let the lashes follow the lids, in place; hm08's blink leaves them hanging in the air.

    Each lash vertex turns about the eyeball's centre with the lid skin at the lash's root, so that
    it points down when the lid has come down.
    """
    lashes = source.flesh.part_vertices("lashes")
    skin = source.flesh.part_vertices("skin")
    for eye in EYES:
        ball = rest[source.eye_vertices(eye)]
        centre = (ball[0] + ball[-1]) / 2
        mine = lashes[rest[lashes, 0] * centre[0] > 0]
        to_skin = np.linalg.norm(rest[mine][:, None] - rest[skin], axis=2).min(1)
        roots = mine[to_skin < np.quantile(to_skin, 0.4)]
        to_root = np.linalg.norm(rest[mine][:, None] - rest[roots], axis=2).argmin(1)
        gaps = np.linalg.norm(rest[roots][:, None] - rest[skin], axis=2)
        near = np.argsort(gaps, 1)[:, :3]
        weight = 1 / (np.take_along_axis(gaps, near, 1) + 1e-4)
        weight /= weight.sum(1, keepdims=True)
        root = rest[roots][to_root]
        tip = rest[mine] - root
        for unit in units:
            moved = np.einsum("rk,rkd->rd", weight, unit[skin[near]])[to_root]
            turn = rotations_between(root - centre, root + moved - centre)
            unit[mine] = moved + np.einsum("nij,nj->ni", turn, tip) - tip


def rotations_between(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Smallest rotations ``(n, 3, 3)`` that turn directions ``a`` into ``b``, both ``(n, 3)``."""
    a = a / np.linalg.norm(a, axis=1, keepdims=True)
    b = b / np.linalg.norm(b, axis=1, keepdims=True)
    cross, cosine = np.cross(a, b), (a * b).sum(1)
    k = np.zeros((len(a), 3, 3))
    k[:, 0, 1], k[:, 0, 2], k[:, 1, 2] = -cross[:, 2], cross[:, 1], -cross[:, 0]
    k -= k.transpose(0, 2, 1)
    return np.eye(3) + k + k @ k / (1 + cosine)[:, None, None]
