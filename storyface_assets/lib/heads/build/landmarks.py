"""Landmarks on the head: iBUG's 68 and MediaPipe's 478 as barycentric points of triangles.

The points are facts about hm08's vertices (``landmark_points.json``). Six of MediaPipe's upper-lid
points are missing there and are placed here from their mirror points and neighbours; the ten iris
points sit on the eyeballs.
"""

import json
from dataclasses import dataclass
from importlib import resources

import numpy as np

from storyface_assets.lib.heads.build.head_cut import HeadMesh

#: Upper-lid chains of MediaPipe from the outer to the inner corner, right and left eye.
_RIGHT_LID = (33, 246, 161, 160, 159, 158, 157, 173, 133)
_LEFT_LID = (263, 466, 388, 387, 386, 385, 384, 398, 362)
#: Iris centre, then the ring: image right (+X), top, image left (−X), bottom.
_RIGHT_IRIS = (468, 469, 470, 471, 472)
_LEFT_IRIS = (473, 474, 475, 476, 477)
_RING = np.array([[1, 0], [0, 1], [-1, 0], [0, -1]], float)


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


def read_landmarks(head: HeadMesh, kind: str, count: int) -> Landmarks:
    """The known points of ``landmark_points.json``, in head indices."""
    points = json.loads(resources.files(__package__).joinpath("landmark_points.json").read_text())
    triangles = np.zeros((count, 3), np.int64)
    barycentric = np.tile([1.0, 0, 0], (count, 1))
    mask = np.zeros(count, bool)
    for number, row in points[kind].items():
        corners = head.index(np.array(row[:3]))
        if (corners >= 0).all():
            triangles[int(number)] = corners
            barycentric[int(number)] = np.array(row[3:]) / sum(row[3:])
            mask[int(number)] = True
    return Landmarks(triangles, barycentric, mask)


def complete_mediapipe(
    known: Landmarks, vertices: np.ndarray, triangles: np.ndarray, eye_parts: dict[str, np.ndarray]
) -> Landmarks:
    """Add the upper-lid and iris points that the embedding lacks.

    Args:
        known: 478 points, some masked out.
        vertices: ``(V, 3)`` the mean head.
        triangles: ``(F, 3)`` skin triangles.
        eye_parts: ``{left_eye, right_eye: (F, 3)}`` eyeball triangles.
    """
    tri, bary, mask = known.triangles.copy(), known.barycentric.copy(), known.mask.copy()
    at = known.positions(vertices)
    mirror = np.array([-1.0, 1, 1])
    wanted: dict[int, np.ndarray] = {}
    for chain, other in ((_RIGHT_LID, _LEFT_LID), (_LEFT_LID, _RIGHT_LID)):
        line = [
            at[a] if mask[a] else (at[b] * mirror if mask[b] else None)
            for a, b in zip(chain, other, strict=True)
        ]
        have = [i for i, p in enumerate(line) if p is not None]
        points = np.stack([p for p in line if p is not None])
        for i, number in enumerate(chain):
            if not mask[number]:
                wanted[number] = np.array([_cubic(have, points[:, d], i) for d in range(3)])
    for number, point in wanted.items():
        tri[number], bary[number] = nearest_on_mesh(point, vertices, triangles)
        mask[number] = True
    for part, numbers in (("right_eye", _RIGHT_IRIS), ("left_eye", _LEFT_IRIS)):
        eyeball = eye_parts[part]
        for number, point in zip(numbers, iris_points(vertices[np.unique(eyeball)]), strict=True):
            tri[number], bary[number] = nearest_on_mesh(point, vertices, eyeball)
            mask[number] = True
    return Landmarks(tri, bary, mask)


def _cubic(x: list[int], y: np.ndarray, at: int) -> float:
    """Cubic least-squares through known samples of a smooth lid line."""
    return float(np.polyval(np.polyfit(x, y, 3), at))


#: Iris radius as a share of the eyeball's (5.9 mm of 12 mm in adults).
IRIS_SHARE = 0.49


def iris_points(eyeball: np.ndarray) -> np.ndarray:
    """Iris centre and its four ring points ``(5, 3)`` on an eyeball's vertices ``(n, 3)``."""
    centre, radius = fit_sphere(eyeball)
    ring = np.sin(np.arcsin(IRIS_SHARE)) * _RING
    depth = np.sqrt(1 - IRIS_SHARE**2)
    directions = np.vstack([[0, 0, 1], np.column_stack([ring, np.full(4, depth)])])
    return centre + radius * directions


def fit_sphere(points: np.ndarray) -> tuple[np.ndarray, float]:
    """Least-squares sphere through points ``(n, 3)``: centre ``(3,)`` and radius."""
    a = np.column_stack([2 * points, np.ones(len(points))])
    solution, *_ = np.linalg.lstsq(a, (points**2).sum(1), rcond=None)
    centre = solution[:3]
    return centre, float(np.sqrt(solution[3] + centre @ centre))


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
