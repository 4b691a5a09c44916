"""The rest-pose head as a surface that hair can grow on and must not enter."""

from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy import ndimage
from scipy.spatial import cKDTree

_PAD = 0.03


@dataclass(frozen=True)
class SurfaceSamples:
    """Points spread evenly over triangles.

    Attributes:
        points: ``(N, 3)`` metres.
        normals: ``(N, 3)`` unit, outward.
        weights: ``(N, J)`` skinning weights.
    """

    points: np.ndarray
    normals: np.ndarray
    weights: np.ndarray


def sample_surface(
    vertices: np.ndarray, faces: np.ndarray, weights: np.ndarray, spacing: float = 0.0022
) -> SurfaceSamples:
    """Cover triangles with points no farther apart than about ``spacing`` metres.

    The points of one triangle form a regular barycentric grid, so that the cover has no holes and
    no randomness. Normals are interpolated from the vertices.
    """
    corners = vertices[faces]
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    vertex_normals = np.zeros_like(vertices)
    for k in range(3):
        np.add.at(vertex_normals, faces[:, k], cross)
    longest = np.linalg.norm(corners - np.roll(corners, 1, 1), axis=2).max(1)
    steps = np.clip(np.ceil(longest / spacing), 1, 24).astype(int)
    points: list[np.ndarray] = []
    normals: list[np.ndarray] = []
    skin: list[np.ndarray] = []
    for n in np.unique(steps):
        mine = faces[steps == n]
        i, j = np.meshgrid(np.arange(n), np.arange(n), indexing="ij")
        inside = (i + j) < n
        u, v = (i[inside] + 1 / 3) / n, (j[inside] + 1 / 3) / n
        barycentric = np.stack([1 - u - v, u, v], 1).astype(np.float32)
        for values, out in ((vertices, points), (vertex_normals, normals), (weights, skin)):
            out.append(
                np.einsum("bk,fkd->fbd", barycentric, values[mine]).reshape(-1, values.shape[1])
            )
    normal = np.concatenate(normals)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    return SurfaceSamples(np.concatenate(points), normal, np.concatenate(skin))


@njit(cache=True, nogil=True)
def _trilinear(
    grid: np.ndarray, origin: np.ndarray, voxel: float, points: np.ndarray, out: np.ndarray
) -> None:
    """Sample ``(X, Y, Z, C)`` at ``(N, 3)`` points into ``(N, C)``; clamped at the border."""
    sizes = (grid.shape[0], grid.shape[1], grid.shape[2])
    low = np.empty(3, np.int64)
    part = np.empty(3)
    for i in range(points.shape[0]):
        for d in range(3):
            at = (points[i, d] - origin[d]) / voxel
            at = min(max(at, 0.0), sizes[d] - 1.001)
            low[d] = int(at)
            part[d] = at - low[d]
        for c in range(grid.shape[3]):
            total = 0.0
            for x in range(2):
                wx = part[0] if x else 1 - part[0]
                for y in range(2):
                    wy = part[1] if y else 1 - part[1]
                    for z in range(2):
                        wz = part[2] if z else 1 - part[2]
                        total += wx * wy * wz * grid[low[0] + x, low[1] + y, low[2] + z, c]
            out[i, c] = total


class DistanceField:
    """Signed distance to a closed-looking body on a voxel grid; negative inside.

    Horizontal slices of the sampled surface are filled, so holes that face up or down (the cut
    neck, the mouth) do not matter. Distances near the surface come from the samples' tangent
    planes and are accurate to well under a voxel.
    """

    def __init__(
        self,
        samples: SurfaceSamples,
        lower: np.ndarray,
        upper: np.ndarray,
        voxel: float = 0.0035,
    ) -> None:
        """Build the field over the box ``lower``–``upper`` (metres) plus padding."""
        self.voxel = voxel
        self.origin = (lower - _PAD).astype(np.float64)
        shape = np.ceil((upper + _PAD - self.origin) / voxel).astype(int) + 1
        shell = np.zeros(shape, bool)
        cell = np.rint((samples.points - self.origin) / voxel).astype(int)
        cell = cell[((cell >= 0) & (cell < shape)).all(1)]
        shell[tuple(cell.T)] = True
        # Close pinholes first, or a slice would leak.
        solid = ndimage.binary_dilation(shell)
        for y in range(shape[1]):
            solid[:, y] = ndimage.binary_fill_holes(solid[:, y])
        solid = ndimage.binary_erosion(solid) | shell
        #: Metres to the outer surface for voxels of the body, 0 outside.
        self.inner = (ndimage.distance_transform_edt(solid) * voxel).astype(np.float32)
        outer = (ndimage.distance_transform_edt(~solid) * voxel).astype(np.float32)
        # Voxel centres lie off the surface they stand for, by about this much.
        distance = np.where(outer > 0, outer + 0.35 * voxel, 0.9 * voxel - self.inner)
        distance = self._refined(distance.astype(np.float32), samples)
        smooth = ndimage.gaussian_filter(distance, 1.0)
        self._grid = np.stack([distance, *np.gradient(smooth, voxel)], -1)

    def _refined(self, distance: np.ndarray, samples: SurfaceSamples) -> np.ndarray:
        """Distances to tangent planes where the surface is within a voxel or two."""
        near = np.argwhere(np.abs(distance) < 1.6 * self.voxel)
        centre = self.origin + near * self.voxel
        gap, index = cKDTree(samples.points).query(centre, distance_upper_bound=4 * self.voxel)
        found = np.isfinite(gap)
        away = centre[found] - samples.points[index[found]]
        distance[tuple(near[found].T)] = (away * samples.normals[index[found]]).sum(1)
        return distance

    def _sample(self, grid: np.ndarray, points: np.ndarray) -> np.ndarray:
        out = np.empty((len(points), grid.shape[3]))
        _trilinear(grid, self.origin, self.voxel, np.asarray(points, np.float64), out)
        return out

    def depth(self, points: np.ndarray) -> np.ndarray:
        """How far under the outer surface points lie, about, metres (0 on it)."""
        return np.maximum(self._sample(self.inner[..., None], points)[:, 0] - self.voxel, 0)

    def thin(self, points: np.ndarray, radius: float) -> np.ndarray:
        """``(N,)`` bool: points on thin parts (ears, nose tip) that a ball cannot enter."""
        reach = ndimage.distance_transform_edt(self.inner < radius) * self.voxel
        return self._sample(reach[..., None], points)[:, 0] > radius + 1.5 * self.voxel

    def look(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Signed distance ``(N,)``, metres, and unit direction away from the body ``(N, 3)``."""
        values = self._sample(self._grid, points)
        length = np.linalg.norm(values[:, 1:], axis=1, keepdims=True)
        return values[:, 0], values[:, 1:] / np.maximum(length, 1e-9)

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Signed distance, metres, at ``(N, 3)`` points (trilinear)."""
        return self.look(points)[0]

    def normal(self, points: np.ndarray) -> np.ndarray:
        """Unit direction away from the body at ``(N, 3)`` points."""
        return self.look(points)[1]

    def push_out(self, points: np.ndarray, clearance: np.ndarray | float) -> np.ndarray:
        """Move points that are closer than ``clearance`` metres outward to it."""
        moved = points
        for _ in range(2):
            height, out = self.look(moved)
            moved = moved + out * np.maximum(clearance - height, 0)[:, None]
        return moved
