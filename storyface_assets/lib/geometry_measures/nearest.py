"""The nearest point of a mesh."""

import numpy as np
from numba import njit, prange
from scipy.spatial import cKDTree


def nearest_on_mesh(
    points: np.ndarray, vertices: np.ndarray, triangles: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The nearest point of a mesh's triangles to each of some points; exact.

    Args:
        points: ``(N, 3)``.
        vertices: ``(V, 3)``.
        triangles: ``(F, 3)`` integers.

    Returns:
        Nearest points ``(N, 3)`` and distances ``(N,)``, float64.
    """
    corners = vertices.astype(np.float64)[triangles]
    middle = corners.mean(1)
    reach = np.sqrt(((corners - middle[:, None]) ** 2).sum(2).max(1))
    # The nearest corner bounds the distance: nearly all triangles are too far off at once.
    used = vertices.astype(np.float64)[np.unique(triangles)]
    found = used[cKDTree(used).query(points)[1]]
    _search(np.ascontiguousarray(points, np.float64), corners, middle, reach, found)
    return found, np.sqrt(((found - points) ** 2).sum(1))


@njit(parallel=True, cache=True)
def _search(
    points: np.ndarray,
    corners: np.ndarray,
    middle: np.ndarray,
    reach: np.ndarray,
    found: np.ndarray,
) -> None:
    for i in prange(len(points)):
        p = points[i]
        best = np.sqrt(((found[i] - p) ** 2).sum())
        for k in range(len(corners)):
            dx, dy, dz = p[0] - middle[k, 0], p[1] - middle[k, 1], p[2] - middle[k, 2]
            far = best + reach[k]
            if dx * dx + dy * dy + dz * dz > far * far:
                continue  # no point of this triangle is nearer
            near = _on_triangle(p, corners[k, 0], corners[k, 1], corners[k, 2])
            d = np.sqrt(((near - p) ** 2).sum())
            if d < best:
                best = d
                found[i] = near


@njit(cache=True)
def _on_triangle(p: np.ndarray, a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Ericson, Real-Time Collision Detection (2005), section 5.1.5: by Voronoi regions."""
    ab, ac, ap = b - a, c - a, p - a
    if (np.cross(ab, ac) ** 2).sum() <= 1e-24 * (ab @ ab) * (ac @ ac):
        return _on_edges(p, a, b, c)
    d1, d2 = ab @ ap, ac @ ap
    if d1 <= 0 and d2 <= 0:
        return a
    bp = p - b
    d3, d4 = ab @ bp, ac @ bp
    if d3 >= 0 and d4 <= d3:
        return b
    vc = d1 * d4 - d3 * d2
    if vc <= 0 and d1 >= 0 and d3 <= 0:
        return a + d1 / (d1 - d3) * ab if d1 > d3 else a
    cp = p - c
    d5, d6 = ab @ cp, ac @ cp
    if d6 >= 0 and d5 <= d6:
        return c
    vb = d5 * d2 - d1 * d6
    if vb <= 0 and d2 >= 0 and d6 <= 0:
        return a + d2 / (d2 - d6) * ac if d2 > d6 else a
    va = d3 * d6 - d5 * d4
    if va <= 0 and d4 - d3 >= 0 and d5 - d6 >= 0:
        both = (d4 - d3) + (d5 - d6)
        return b + (d4 - d3) / both * (c - b) if both > 0 else b
    whole = va + vb + vc
    return a + ab * (vb / whole) + ac * (vc / whole)


@njit(cache=True)
def _on_edges(p: np.ndarray, a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Of a triangle that has no surface."""
    found, best = a, np.inf
    for start, end in ((a, b), (b, c), (c, a)):
        along = end - start
        long = along @ along
        share = min(max((p - start) @ along / long, 0.0), 1.0) if long > 0 else 0.0
        near = start + share * along
        d = ((p - near) ** 2).sum()
        if d < best:
            found, best = near, d
    return found
