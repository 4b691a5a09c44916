"""The rest-pose head as a surface that hair can grow on and must not enter."""

from dataclasses import dataclass

import numpy as np
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
    vertices: np.ndarray, faces: np.ndarray, weights: np.ndarray, spacing: float = 0.0016
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
    points, normals, skin = [], [], []
    for n in np.unique(steps):
        mine = faces[steps == n]
        i, j = np.meshgrid(np.arange(n), np.arange(n), indexing="ij")
        inside = (i + j) < n
        u, v = (i[inside] + 1 / 3) / n, (j[inside] + 1 / 3) / n
        barycentric = np.stack([1 - u - v, u, v], 1).astype(np.float32)
        for values, out in ((vertices, points), (vertex_normals, normals), (weights, skin)):
            out.append(np.einsum("bk,fkd->fbd", barycentric, values[mine]).reshape(-1, values.shape[1]))
    normal = np.concatenate(normals)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    return SurfaceSamples(np.concatenate(points), normal, np.concatenate(skin))


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
        voxel: float = 0.003,
    ) -> None:
        """Build the field over the box ``lower``–``upper`` (metres) plus padding."""
        self.voxel = voxel
        self.origin = lower - _PAD
        shape = np.ceil((upper + _PAD - self.origin) / self.voxel).astype(int) + 1
        shell = np.zeros(shape, bool)
        cell = np.rint((samples.points - self.origin) / self.voxel).astype(int)
        cell = cell[((cell >= 0) & (cell < shape)).all(1)]
        shell[tuple(cell.T)] = True
        # Close pinholes first, or a slice would leak.
        solid = ndimage.binary_dilation(shell)
        for y in range(shape[1]):
            solid[:, y] = ndimage.binary_fill_holes(solid[:, y])
        solid = ndimage.binary_erosion(solid) | shell
        self.occupied = solid
        self._set_distance(samples)

    def _set_distance(self, samples: SurfaceSamples) -> None:
        outside = ndimage.distance_transform_edt(~self.occupied)
        inside = ndimage.distance_transform_edt(self.occupied)
        distance = ((outside - inside) * self.voxel).astype(np.float32)
        near = np.argwhere(np.abs(distance) < 2.5 * self.voxel)
        centre = self.origin + near * self.voxel
        gap, index = cKDTree(samples.points).query(centre, distance_upper_bound=4 * self.voxel)
        found = np.isfinite(gap)
        nearest = samples.points[index[found]]
        signed = ((centre[found] - nearest) * samples.normals[index[found]]).sum(1)
        distance[tuple(near[found].T)] = signed
        self.distance = distance
        self.gradient = np.stack(np.gradient(ndimage.gaussian_filter(distance, 1.0), self.voxel), 0)

    def depth(self, points: np.ndarray) -> np.ndarray:
        """How far under the outer surface points lie, about, metres (0 on it)."""
        inside = ndimage.distance_transform_edt(self.occupied) * self.voxel
        return np.maximum(self._sample(inside, points) - self.voxel, 0)

    def opened(self, samples: SurfaceSamples, radius: float) -> np.ndarray:
        """``(N,)`` bool: samples that lie on thin parts (ears, nose tip) a ball cannot enter."""
        inside = ndimage.distance_transform_edt(self.occupied)
        core = inside * self.voxel >= radius
        reach = ndimage.distance_transform_edt(~core) * self.voxel
        return self._sample(reach, samples.points) > radius + 1.5 * self.voxel

    def _sample(self, grid: np.ndarray, points: np.ndarray) -> np.ndarray:
        at = ((points - self.origin) / self.voxel).T
        return ndimage.map_coordinates(grid, at, order=1, mode="nearest")

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Signed distance, metres, at ``(N, 3)`` points (trilinear)."""
        return self._sample(self.distance, points)

    def normal(self, points: np.ndarray) -> np.ndarray:
        """Unit direction away from the body at ``(N, 3)`` points."""
        g = np.stack([self._sample(self.gradient[k], points) for k in range(3)], 1)
        return g / np.maximum(np.linalg.norm(g, axis=1, keepdims=True), 1e-9)

    def push_out(self, points: np.ndarray, clearance: np.ndarray | float) -> np.ndarray:
        """Move points that are closer than ``clearance`` metres outward to it."""
        moved = points
        for _ in range(2):
            lack = np.maximum(clearance - self(moved), 0)
            moved = moved + self.normal(moved) * lack[:, None]
        return moved
