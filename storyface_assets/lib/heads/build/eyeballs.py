"""Eyeballs: spheres with fine rings at the iris, placed where the lids want them.

hm08's helper eyes have 72 vertices and do not follow every target of the lids. We keep their
centre and size as a first guess, move the sphere until the lids' margin sits on it as it does in
the base mesh, and push what still lies inside it out.
"""

from dataclasses import dataclass

import numpy as np

from storyface_assets.lib.heads.eyes import IRIS_SHARE, disc_radius

_SEGMENTS = 24
#: Polar angles of the rings, degrees from the gaze; the third is the edge of the iris. Front and
#: back are alike, so that the vertices' mean is the ball's centre.
_IRIS_EDGE = float(np.degrees(np.arcsin(IRIS_SHARE)))
_FRONT = (8.0, 18.0, _IRIS_EDGE, 42.0, 58.0, 74.0)
_RINGS = (*_FRONT, 90.0, *(180.0 - angle for angle in reversed(_FRONT)))


@dataclass(frozen=True)
class UnitEyeball:
    """A unit sphere looking along +Z.

    Attributes:
        vertices: ``(n, 3)`` float64.
        triangles: ``(m, 3)`` int64, outward.
        disc: ``(n, 2)`` float64 texture disc, radius 1, gaze in the centre.
    """

    vertices: np.ndarray
    triangles: np.ndarray
    disc: np.ndarray


def unit_eyeball() -> UnitEyeball:
    """The sphere: a front pole, ``_RINGS`` of ``_SEGMENTS`` vertices, a back pole."""
    around = np.arange(_SEGMENTS) * 2 * np.pi / _SEGMENTS
    polar = np.radians(_RINGS)
    ring = np.stack([np.cos(around), np.sin(around)], 1)
    vertices, disc = [np.array([[0.0, 0, 1]])], [np.zeros((1, 2))]
    for angle in polar:
        height = np.full((_SEGMENTS, 1), np.cos(angle))
        vertices.append(np.hstack([np.sin(angle) * ring, height]))
        disc.append(disc_radius(np.array(angle)) * ring)
    vertices.append(np.array([[0.0, 0, -1]]))
    disc.append(np.array([[1.0, 0]]))
    now = np.arange(_SEGMENTS)
    after = np.roll(now, -1)
    triangles = [np.stack([np.zeros_like(now), 1 + now, 1 + after], 1)]
    for k in range(len(polar) - 1):
        a, b = 1 + k * _SEGMENTS, 1 + (k + 1) * _SEGMENTS
        triangles.append(np.stack([a + now, b + now, b + after], 1))
        triangles.append(np.stack([a + now, b + after, a + after], 1))
    last = 1 + (len(polar) - 1) * _SEGMENTS
    triangles.append(np.stack([last + now, np.full_like(now, last + _SEGMENTS), last + after], 1))
    return UnitEyeball(np.vstack(vertices), np.vstack(triangles), np.vstack(disc))


def iris_vertices() -> np.ndarray:
    """Vertices of :func:`unit_eyeball`: the iris's centre, then its +X, top, −X and bottom edge."""
    ring = 1 + _RINGS.index(_IRIS_EDGE) * _SEGMENTS
    return np.array([0, *(ring + np.arange(4) * _SEGMENTS // 4)])


def fit_sphere(points: np.ndarray) -> tuple[np.ndarray, float]:
    """Least-squares sphere through points ``(n, 3)``: centre ``(3,)`` and radius."""
    a = np.column_stack([2 * points, np.ones(len(points))])
    solution, *_ = np.linalg.lstsq(a, (points**2).sum(1), rcond=None)
    centre = solution[:3]
    return centre, float(np.sqrt(solution[3] + centre @ centre))


@dataclass(frozen=True)
class LidFit:
    """How one eye's lids sit on its ball, learned from the base mesh.

    Attributes:
        helper: rows of the helper eye's vertices.
        margin: rows of the lids' edge.
        margin_gap: ``(len(margin),)`` distance of the edge from the ball, a share of its radius.
        lids: rows of the skin around the eye, and of the pocket behind the lids.
        lid_gap: ``(len(lids),)`` bounds as in :class:`storyface_assets.lib.heads.lids.Lids`.
    """

    helper: np.ndarray
    margin: np.ndarray
    margin_gap: np.ndarray
    lids: np.ndarray
    lid_gap: np.ndarray


#: Reach of "around the eye", and the least and greatest gap kept under the lids, in radii.
_REACH = 1.7
_GAP = (0.02, 0.10)
_POCKET_GAP = -0.03


def learn_lids(
    base: np.ndarray, helper: np.ndarray, margin: np.ndarray, skin: np.ndarray, pocket: np.ndarray
) -> LidFit:
    """Measure the lids of the base mesh.

    Args:
        base: ``(n, 3)`` base mesh.
        helper: rows of the helper eye.
        margin: rows of the lids' edge.
        skin: rows of the outer skin.
        pocket: rows of the skin behind the lids.
    """
    centre, radius = fit_sphere(base[helper])
    gap = np.linalg.norm(base - centre, axis=1) / radius - 1
    lids = skin[gap[skin] < _REACH - 1]
    lid_gap = np.concatenate([np.clip(gap[lids], *_GAP), np.full(len(pocket), _POCKET_GAP)])
    return LidFit(helper, margin, gap[margin], np.concatenate([lids, pocket]), lid_gap)


def fit_eyeball(vertices: np.ndarray, fit: LidFit) -> tuple[np.ndarray, float]:
    """Centre ``(3,)`` and radius of the ball under these lids.

    Two Gauss–Newton steps on the margin's gaps; a ridge keeps the ball near hm08's helper eye and
    its size nearly so.
    """
    centre, radius = fit_sphere(vertices[fit.helper].astype(np.float64))
    first = np.array([*centre, radius])
    state = first.copy()
    margin = vertices[fit.margin].astype(np.float64)
    ridge = len(margin) * np.diag([0.02, 0.02, 0.1, 0.4])
    for _ in range(2):
        away = margin - state[:3]
        distance = np.linalg.norm(away, axis=1)
        residual = distance - state[3] * (1 + fit.margin_gap)
        jacobian = np.column_stack([-away / distance[:, None], -(1 + fit.margin_gap)])
        rhs = -jacobian.T @ residual + ridge @ (first - state)
        state = state + np.linalg.solve(jacobian.T @ jacobian + ridge, rhs)
    return state[:3], float(state[3])


def push_lids(vertices: np.ndarray, fit: LidFit, centre: np.ndarray, radius: float) -> None:
    """Bring lids that lie too deep out of the ball, and their pocket in, in place."""
    away = vertices[fit.lids] - centre
    distance = np.linalg.norm(away, axis=1)
    bound = radius * (1 + fit.lid_gap)
    wanted = np.where(fit.lid_gap > 0, np.maximum(distance, bound), np.minimum(distance, bound))
    vertices[fit.lids] = centre + away * (wanted / distance)[:, None]
