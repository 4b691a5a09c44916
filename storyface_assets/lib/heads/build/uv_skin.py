"""The skin's texture layout: one island in which the face gets most of the area.

The skin above the shoulders, cut along the back of the head, is a disc. It is laid on a bulged
rectangle by a convex combination map (Floater 1997: no triangle flips), and the weights are then
corrected until each triangle's area follows a wanted density (Yoshizawa, Belyaev & Seidel, "A fast
and simple stretch-minimizing mesh parameterization", 2004).
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

_BULGE = 0.03  # sides of the rectangle curve outwards by this: strictly convex, so no flat triangle


@dataclass(frozen=True)
class Disc:
    """The skin cut open.

    Attributes:
        source: ``(n,)`` head vertex of each disc vertex (seam vertices occur twice).
        triangles: ``(m, 3)`` disc vertices.
        boundary: disc vertices around the outside, counter-clockwise from the lower left corner:
            neck ring, seam up the subject's left, seam down the subject's right.
        corner: index in ``boundary`` of the lower right corner.
        crown: index in ``boundary`` of the seam's end on the crown.
    """

    source: np.ndarray
    triangles: np.ndarray
    boundary: np.ndarray
    corner: int
    crown: int


def cut_open(vertices: np.ndarray, triangles: np.ndarray) -> Disc:
    """Cut the outer skin along the midline from the crown down the back.

    Args:
        vertices: ``(V, 3)`` symmetric about x = 0.
        triangles: ``(m, 3)`` the outer skin without eye sockets and inner mouth.
    """
    used = np.unique(triangles)
    middle = used[np.abs(vertices[used, 0]) < 1e-6]
    crown = middle[vertices[middle, 1].argmax()]
    seam = {int(v) for v in middle if vertices[v, 2] < vertices[crown, 2]}
    right = vertices[triangles].mean(1)[:, 0] < 0
    twin = {v: len(vertices) + i for i, v in enumerate(sorted(seam))}
    cut = triangles.copy()
    for v, copy in twin.items():
        cut[(triangles == v) & right[:, None]] = copy
    ids, cut = np.unique(cut, return_inverse=True)
    cut = cut.reshape(triangles.shape)
    back = {copy: v for v, copy in twin.items()}
    source = np.array([back.get(int(v), int(v)) for v in ids])
    loop = max(boundary_loops(cut), key=len)
    is_seam = np.isin(source[loop], list(seam))
    # The lower corners are the seam's lowest vertex, once as itself and once as its twin.
    lowest = min(seam, key=lambda v: vertices[v, 1])
    ends = [i for i in np.nonzero(source[loop] == lowest)[0]]
    start = next(i for i in ends if not is_seam[(i + 1) % len(loop)])
    loop = np.roll(loop, -start)
    corner = int(np.nonzero(source[loop] == lowest)[0][1])
    return Disc(source, cut, loop, corner, int(np.nonzero(source[loop] == crown)[0][0]))


def boundary_loops(triangles: np.ndarray) -> list[np.ndarray]:
    """Loops of boundary vertices, each in the triangles' own direction."""
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    pairs = {(int(a), int(b)) for a, b in edges}
    following = {a: b for a, b in pairs if (b, a) not in pairs}
    loops = []
    while following:
        first, v = next(iter(following.items()))
        loop = [first]
        del following[first]
        while v != first:
            loop.append(v)
            v = following.pop(v)
        loops.append(np.array(loop))
    return loops


def lay_out(disc: Disc, vertices: np.ndarray, density: np.ndarray, aspect: float) -> np.ndarray:
    """Texture coordinates of the disc's vertices.

    Args:
        disc: the cut skin.
        vertices: ``(V, 3)`` head vertices.
        density: ``(V,)`` wanted texture length per length on the skin, relative.
        aspect: height of the rectangle; its width is 1.

    Returns:
        ``(n, 2)`` in [0, 1] × [0, aspect].
    """
    points, scale = vertices[disc.source], density[disc.source]
    triangles, points, scale = _fill_holes(disc, points, scale)
    # Triangle corners in a flat frame of each triangle, stretched by the density.
    flat = _flatten(points[triangles]) * scale[triangles].mean(1)[:, None, None]
    border = _border(disc, points * scale[:, None], aspect)
    rows, cols, weights = _mean_value_weights(triangles, flat)
    best, best_energy = np.zeros((0, 2)), np.inf
    for _ in range(30):
        uv = _solve(rows, cols, weights, disc.boundary, border, len(points))
        stretch, energy = _stretch(triangles, flat, uv, len(points))
        if energy < best_energy:
            best, best_energy = uv, energy
        weights = weights / np.sqrt(stretch[cols])
    return best[: len(disc.source)]


def _fill_holes(
    disc: Disc, points: np.ndarray, scale: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Close eyes and mouth with a fan about a new vertex, so that they cannot fold."""
    triangles = [disc.triangles]
    for loop in boundary_loops(disc.triangles):
        if set(loop) == set(disc.boundary):
            continue
        centre = len(points)
        points = np.vstack([points, points[loop].mean(0)])
        scale = np.append(scale, 0.3 * scale[loop].mean())
        triangles.append(np.stack([np.roll(loop, -1), loop, np.full_like(loop, centre)], 1))
    return np.vstack(triangles), points, scale


def _flatten(corners: np.ndarray) -> np.ndarray:
    """Triangles in space ``(m, 3, 3)`` → in their own plane ``(m, 3, 2)``, first corner at 0."""
    ab, ac = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    length = np.linalg.norm(ab, axis=1)
    x = (ac * ab).sum(1) / length
    y = np.linalg.norm(np.cross(ab, ac), axis=1) / length
    zero = np.zeros_like(x)
    return np.stack([np.stack(p, 1) for p in ((zero, zero), (length, zero), (x, y))], 1)


def _border(disc: Disc, points: np.ndarray, aspect: float) -> np.ndarray:
    """Positions of the boundary on the bulged rectangle, spaced by length."""
    loop = points[np.append(disc.boundary, disc.boundary[0])]
    step = np.linalg.norm(np.diff(loop, axis=0), axis=1)
    walked = np.concatenate([[0], np.cumsum(step)])
    knots = walked[[0, disc.corner, disc.crown, len(disc.boundary)]]
    # Perimeter positions: bottom 0–1, right side 1–2, top 2–3 (crown at 2.5), left side 3–4.
    long = np.interp(walked[:-1], knots, [0, 1, 1 + aspect + 0.5, 2 + 2 * aspect])
    corners = np.cumsum([0, 1, aspect, 1, aspect])
    side = np.clip(np.searchsorted(corners, long, side="right") - 1, 0, 3)
    t = (long - corners[side]) / np.diff(corners)[side]
    bulge = 4 * t * (1 - t) * _BULGE
    x = np.choose(side, [t, 1 + bulge, 1 - t, -bulge])
    y = np.choose(side, [-bulge, t, 1 + bulge, 1 - t])
    box = 1 + 2 * _BULGE
    return np.stack([(x + _BULGE) / box, (y + _BULGE) / box * aspect], 1)


def _mean_value_weights(
    triangles: np.ndarray, flat: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Floater's mean value coordinates as (row, column, weight) per directed edge."""
    rows, cols, weights = [], [], []
    for k in range(3):
        here = flat[:, k]
        ahead, behind = flat[:, (k + 1) % 3] - here, flat[:, (k + 2) % 3] - here
        la, lb = np.linalg.norm(ahead, axis=1), np.linalg.norm(behind, axis=1)
        cosine = np.clip((ahead * behind).sum(1) / (la * lb), -1, 1)
        half_tangent = np.sqrt((1 - cosine + 1e-9) / (1 + cosine + 1e-9))
        for other, length in (((k + 1) % 3, la), ((k + 2) % 3, lb)):
            rows.append(triangles[:, k])
            cols.append(triangles[:, other])
            weights.append(half_tangent / length)
    return np.concatenate(rows), np.concatenate(cols), np.concatenate(weights)


def _solve(
    rows: np.ndarray,
    cols: np.ndarray,
    weights: np.ndarray,
    boundary: np.ndarray,
    border: np.ndarray,
    n: int,
) -> np.ndarray:
    """Every inner vertex = weighted mean of its neighbours; the boundary is fixed."""
    graph = sp.csr_matrix((weights, (rows, cols)), shape=(n, n))
    graph = sp.diags(1 / np.asarray(graph.sum(1)).ravel()) @ graph
    fixed = np.zeros(n, bool)
    fixed[boundary] = True
    uv = np.zeros((n, 2))
    uv[boundary] = border
    inner = np.nonzero(~fixed)[0]
    system = sp.identity(len(inner)) - graph[inner][:, inner]
    uv[inner] = splu(system.tocsc()).solve(graph[inner][:, boundary] @ border)
    return uv


def _stretch(
    triangles: np.ndarray, flat: np.ndarray, uv: np.ndarray, n: int
) -> tuple[np.ndarray, float]:
    """Sander's L2 stretch per vertex (mean 1) and over the whole surface."""
    corners = uv[triangles]
    q = np.stack([corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]], 2)
    p = np.stack([flat[:, 1] - flat[:, 0], flat[:, 2] - flat[:, 0]], 2)
    area = np.abs(np.linalg.det(p)) / 2
    jacobian = p @ np.linalg.inv(q + 1e-12 * np.eye(2))
    squared = (jacobian**2).sum((1, 2)) / 2
    total, weight = np.zeros(n), np.zeros(n)
    for k in range(3):
        np.add.at(total, triangles[:, k], area * squared)
        np.add.at(weight, triangles[:, k], area)
    energy = float(np.sqrt((area * squared).sum() / area.sum() * np.abs(np.linalg.det(q)).sum()))
    vertex = np.sqrt(total / np.maximum(weight, 1e-12))
    return vertex / vertex.mean(), energy
