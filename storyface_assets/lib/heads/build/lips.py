"""Closing the mouth: hm08's lips stand 2.5 mm apart at rest, and the teeth would shine through."""

from dataclasses import dataclass

import numpy as np

from storyface_assets.lib.heads.build.head_cut import Flesh, SkinCharts

#: Gap left between the lips (a dark line) and reach of the correction, decimetres.
_LEFT_OPEN = 0.0015
_REACH = 0.055
_SPREAD = 0.03


@dataclass(frozen=True)
class LipSeal:
    """A linear correction of heights that brings the lips together.

    Attributes:
        upper: ``(u,)`` vertices on the upper lip's inner edge; ``lower`` on the lower's.
        lower: ``(l,)``.
        upper_partner: ``(u, l)`` weights of the lower edge's vertices facing each upper one.
        lower_partner: ``(l, u)`` likewise.
        moved: ``(m,)`` vertices that follow.
        follow: ``(m, u + l)`` how much they follow each edge vertex.
    """

    upper: np.ndarray
    lower: np.ndarray
    upper_partner: np.ndarray
    lower_partner: np.ndarray
    moved: np.ndarray
    follow: np.ndarray


def learn_lips(base: np.ndarray, flesh: Flesh, charts: SkinCharts) -> LipSeal:
    """Pair the edges of the lips in the base mesh.

    Args:
        base: ``(V, 3)`` the flesh in the base mesh, decimetres.
        flesh: topology.
        charts: the lips' inner edge is where outer skin and inner mouth meet.
    """
    outer = np.unique(flesh.triangles[charts.outer])
    inner = np.unique(flesh.triangles[charts.inner_mouth])
    edge = np.intersect1d(outer, inner)
    corner = base[edge, 1][np.abs(base[edge, 0]).argmax()]
    upper, lower = edge[base[edge, 1] > corner], edge[base[edge, 1] <= corner]
    upper, lower = (side[base[side, 0].argsort()] for side in (upper, lower))
    skin = np.union1d(outer, inner)
    distance = np.linalg.norm(base[skin][:, None] - base[edge], axis=2).min(1)
    moved = skin[distance < 2.5 * _REACH]
    follow = np.zeros((len(moved), len(upper) + len(lower)))
    is_upper = base[moved, 1] > _seam(base, upper, lower, base[moved, 0])
    for mine, members, start in ((is_upper, upper, 0), (~is_upper, lower, len(upper))):
        gaps = np.linalg.norm(base[moved[mine]][:, None] - base[members], axis=2)
        kernel = np.exp(-((gaps / _SPREAD) ** 2)) + 1e-30
        reach = np.exp(-((gaps.min(1) / _REACH) ** 2))[:, None]
        columns = start + np.arange(len(members))
        follow[np.ix_(mine, columns)] = reach * kernel / kernel.sum(1, keepdims=True)
    # Edge vertices follow themselves wholly.
    row = {int(v): i for i, v in enumerate(moved)}
    for column, vertex in enumerate(np.concatenate([upper, lower])):
        follow[row[int(vertex)]] = np.eye(follow.shape[1])[column]
    return LipSeal(
        upper, lower, _facing(base, upper, lower), _facing(base, lower, upper), moved, follow
    )


def below_seam(vertices: np.ndarray, seal: LipSeal) -> np.ndarray:
    """Which vertices ``(V,)`` lie lower than half-way between the lips, at their x.

    Args:
        vertices: ``(V, 3)`` the flesh in the base mesh, where the lips stand apart.
        seal: from :func:`learn_lips`.
    """
    return vertices[:, 1] < _seam(vertices, seal.upper, seal.lower, vertices[:, 0])


def _seam(base: np.ndarray, upper: np.ndarray, lower: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Height half-way between the lips at each x."""
    heights = [np.interp(x, base[side, 0], base[side, 1]) for side in (upper, lower)]
    return (heights[0] + heights[1]) / 2


def _facing(base: np.ndarray, here: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Weights ``(len(here), len(there))`` that interpolate the other edge at each x."""
    return np.stack(
        [np.interp(base[here, 0], base[there, 0], row) for row in np.eye(len(there))], axis=1
    )


def close_lips(vertices: np.ndarray, seal: LipSeal, unit: float) -> None:
    """Bring the lips together, in place.

    Args:
        vertices: ``(V, 3)`` a head's flesh.
        seal: from :func:`learn_lips`.
        unit: length of a decimetre in the vertices' unit.
    """
    upper, lower = vertices[seal.upper, 1], vertices[seal.lower, 1]
    gap_above = np.maximum(upper - seal.upper_partner @ lower - _LEFT_OPEN * unit, 0)
    gap_below = np.maximum(seal.lower_partner @ upper - lower - _LEFT_OPEN * unit, 0)
    vertices[seal.moved, 1] += seal.follow @ np.concatenate([-gap_above / 2, gap_below / 2])
