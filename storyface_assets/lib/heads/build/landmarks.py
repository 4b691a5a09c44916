"""Landmarks on the head: iBUG's 68 and MediaPipe's 478 as barycentric points of triangles.

The points are facts about hm08's vertices (``landmark_points.json``). Six of MediaPipe's upper-lid
points are missing there and are placed here from their mirror points and neighbours; the ten iris
points sit on the eyeballs. The lower lip's inner points lie on the upper lip there, and one corner
of the mouth inside the head: they are moved here.
"""

import json
from dataclasses import dataclass
from importlib import resources

import numpy as np

from storyface_assets.lib.heads.build.head_cut import Flesh
from storyface_assets.lib.heads.build.lips import LipSeal, below_seam

#: Upper-lid chains of MediaPipe from the outer to the inner corner, right and left eye.
_RIGHT_LID = (33, 246, 161, 160, 159, 158, 157, 173, 133)
_LEFT_LID = (263, 466, 388, 387, 386, 385, 384, 398, 362)
#: Iris centre, then the ring: image right (+X), top, image left (−X), bottom.
_RIGHT_IRIS = (468, 469, 470, 471, 472)
_LEFT_IRIS = (473, 474, 475, 476, 477)
#: Inner edge of the lower lip, without the corners: of iBUG, of MediaPipe.
LOWER_LIP_IBUG = (65, 66, 67)
LOWER_LIP_MEDIAPIPE = (95, 88, 178, 87, 14, 317, 402, 318, 324)
#: MediaPipe's inner corners of the mouth: the one that is off, and its mirror point.
_INNER_CORNERS = (78, 308)


@dataclass(frozen=True)
class Landmarks:
    """Barycentric points.

    Attributes:
        triangles: ``(N, 3)`` int64 head vertex indices.
        barycentric: ``(N, 3)`` float64, rows sum to 1.
        mask: ``(N,)`` bool, False where the head has no such point.
    """

    triangles: np.ndarray
    barycentric: np.ndarray
    mask: np.ndarray

    def positions(self, vertices: np.ndarray) -> np.ndarray:
        """Points ``(N, 3)`` on vertices ``(V, 3)``."""
        return np.einsum("nk,nkd->nd", self.barycentric, vertices[self.triangles])


def read_landmarks(flesh: Flesh, kind: str, count: int) -> Landmarks:
    """The known points of ``landmark_points.json``, in head indices."""
    points = json.loads(resources.files(__package__).joinpath("landmark_points.json").read_text())
    triangles = np.zeros((count, 3), np.int64)
    barycentric = np.tile([1.0, 0, 0], (count, 1))
    mask = np.zeros(count, bool)
    for number, row in points[kind].items():
        corners = flesh.index(np.array(row[:3]))
        if (corners >= 0).all():
            triangles[int(number)] = corners
            barycentric[int(number)] = np.array(row[3:]) / sum(row[3:])
            mask[int(number)] = True
    return Landmarks(triangles, barycentric, mask)


def complete_upper_lids(known: Landmarks, vertices: np.ndarray, triangles: np.ndarray) -> Landmarks:
    """Add the upper-lid points that the embedding lacks.

    Args:
        known: MediaPipe's points, some masked out.
        vertices: ``(V, 3)`` a symmetric head.
        triangles: ``(F, 3)`` its outer skin.
    """
    tri, bary, mask = known.triangles.copy(), known.barycentric.copy(), known.mask.copy()
    at = known.positions(vertices)
    for chain, other in ((_RIGHT_LID, _LEFT_LID), (_LEFT_LID, _RIGHT_LID)):
        here = known.mask[list(chain)]
        there = known.mask[list(other)]
        line = np.where(here[:, None], at[list(chain)], at[list(other)] * [-1, 1, 1])
        have = np.nonzero(here | there)[0]
        for i in np.nonzero(~here)[0]:
            point = line[i] if there[i] else _cubic(have, line[have], float(i))
            number = chain[i]
            tri[number], bary[number] = nearest_on_mesh(point, vertices, triangles)
            mask[number] = True
    return Landmarks(tri, bary, mask)


def onto_lower_lip(
    known: Landmarks,
    numbers: tuple[int, ...],
    vertices: np.ndarray,
    triangles: np.ndarray,
    seal: LipSeal,
) -> Landmarks:
    """Move the inner points of the lower lip to where they follow the jaw.

    Args:
        known: of either kind.
        numbers: of the points.
        vertices: ``(V, 3)`` the flesh in the base mesh.
        triangles: ``(F, 3)`` its outer skin.
        seal: tells the lips from each other.
    """
    lower = triangles[below_seam(vertices, seal)[triangles].all(1)]
    return _onto(known, {n: known.positions(vertices)[n] for n in numbers}, vertices, lower)


def mend_mouth_corner(known: Landmarks, vertices: np.ndarray, triangles: np.ndarray) -> Landmarks:
    """Put MediaPipe's right inner corner of the mouth where the left one's mirror image is.

    Args:
        known: MediaPipe's points.
        vertices: ``(V, 3)`` a symmetric head.
        triangles: ``(F, 3)`` its outer skin.
    """
    off, good = _INNER_CORNERS
    return _onto(known, {off: known.positions(vertices)[good] * [-1, 1, 1]}, vertices, triangles)


def _onto(
    known: Landmarks, points: dict[int, np.ndarray], vertices: np.ndarray, triangles: np.ndarray
) -> Landmarks:
    tri, bary = known.triangles.copy(), known.barycentric.copy()
    for number, point in points.items():
        tri[number], bary[number] = nearest_on_mesh(point, vertices, triangles)
    return Landmarks(tri, bary, known.mask)


def add_irises(known: Landmarks, irises: dict[str, np.ndarray]) -> Landmarks:
    """Put MediaPipe's iris points on eyeball vertices.

    Args:
        known: MediaPipe's points.
        irises: ``{left_eye, right_eye: (5,)}`` vertices: centre, then +X, top, −X, bottom.
    """
    tri, bary, mask = known.triangles.copy(), known.barycentric.copy(), known.mask.copy()
    for eye, numbers in (("right_eye", _RIGHT_IRIS), ("left_eye", _LEFT_IRIS)):
        tri[list(numbers)] = irises[eye][:, None]
        bary[list(numbers)] = [1.0, 0, 0]
        mask[list(numbers)] = True
    return Landmarks(tri, bary, mask)


def _cubic(x: np.ndarray, y: np.ndarray, at: float) -> np.ndarray:
    """Cubic least-squares through known samples ``(n, 3)`` of a smooth lid line."""
    return np.array([np.polyval(np.polyfit(x, y[:, d], 3), at) for d in range(3)])


def nearest_on_mesh(
    point: np.ndarray, vertices: np.ndarray, triangles: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Nearest point of a mesh: the triangle's corners ``(3,)`` and barycentric weights ``(3,)``.

    The weights come from projecting on each candidate triangle's plane and clamping, which is
    exact inside a triangle and good enough at its border.
    """
    corners = vertices[triangles]
    near = np.argsort(((corners.mean(1) - point) ** 2).sum(1))[:40]
    best: tuple[float, np.ndarray, np.ndarray] | None = None
    for t in near:
        a, b, c = corners[t]
        edges = np.column_stack([b - a, c - a])
        uv, *_ = np.linalg.lstsq(edges, point - a, rcond=None)
        weights = np.clip([1 - uv.sum(), *uv], 0, 1)
        weights /= weights.sum()
        distance = float(((weights @ corners[t] - point) ** 2).sum())
        if best is None or distance < best[0]:
            best = (distance, triangles[t], weights)
    assert best is not None  # noqa: S101 (near is never empty)
    return best[1], best[2]
