"""Which point of a mesh each pixel of a picture (or texel of an atlas) shows."""

from dataclasses import dataclass

import numpy as np

from storyface_assets.lib.render.visibility import rasterise, setup_faces


@dataclass(frozen=True, eq=False)
class SurfaceMap:
    """Triangle and barycentric coordinates of the covered pixels of a picture.

    Attributes:
        size: height, width.
        pixels: ``(N,)`` flat indices of the covered pixels.
        triangles: ``(N,)`` int32.
        barycentric: ``(N, 3)`` float32.
        depth: ``(H, W)`` float32 of metres, ``inf`` where nothing is.
    """

    size: tuple[int, int]
    pixels: np.ndarray
    triangles: np.ndarray
    barycentric: np.ndarray
    depth: np.ndarray

    @classmethod
    def draw(
        cls, points: np.ndarray, faces: np.ndarray, size: tuple[int, int], two_sided: bool = False
    ) -> "SurfaceMap":
        """Rasterise triangles.

        Args:
            points: ``(N, 3)`` pixel x, pixel y (the first pixel's centre at 0, 0) and 1 / depth.
            faces: ``(F, 3)``.
            size: height, width.
            two_sided: also draw triangles seen from behind.
        """
        height, width = size
        screen = points.astype(np.float32) + np.array([0.5, 0.5, 0], np.float32)
        planes = np.zeros((len(faces), 9), np.float32)
        boxes = np.zeros((len(faces), 4), np.int32)
        nearness = np.zeros(size, np.float32)
        ids = np.full(size, -1, np.int32)
        keep = np.full(len(faces), two_sided)
        faces = np.ascontiguousarray(faces, np.int32)
        setup_faces(screen, faces, 0, len(faces), keep, width, height, planes, boxes)
        rasterise(planes, boxes, 0, len(faces), nearness, ids)
        pixels = np.flatnonzero(ids.ravel() >= 0)
        triangles = ids.ravel()[pixels]
        dx = (pixels % width - boxes[triangles, 0]).astype(np.float32)
        dy = (pixels // width - boxes[triangles, 1]).astype(np.float32)
        plane = planes[triangles].reshape(-1, 3, 3)
        weights = plane[:, :, 0] * dx[:, None] + plane[:, :, 1] * dy[:, None] + plane[:, :, 2]
        weights = np.maximum(weights, 0)
        weights /= np.maximum(weights.sum(1, keepdims=True), 1e-20)
        with np.errstate(divide="ignore"):
            depth = np.float32(1) / nearness
        return cls(size, pixels, triangles, weights, depth)

    def where(self, mask: np.ndarray) -> "SurfaceMap":
        """Only the covered pixels that lie in a mask ``(H, W)``."""
        keep = mask.ravel()[self.pixels]
        return SurfaceMap(
            self.size,
            self.pixels[keep],
            self.triangles[keep],
            self.barycentric[keep],
            self.depth,
        )

    def interpolate(self, values: np.ndarray, faces: np.ndarray) -> np.ndarray:
        """Vertex values ``(V, C)`` at the covered pixels ``(N, C)``."""
        corners = faces[self.triangles]
        out = values[corners[:, 0]] * self.barycentric[:, :1]
        out += values[corners[:, 1]] * self.barycentric[:, 1:2]
        out += values[corners[:, 2]] * self.barycentric[:, 2:]
        return out

    def picture(self, values: np.ndarray, background: float = 0.0) -> np.ndarray:
        """Values of the covered pixels ``(N,)`` or ``(N, C)`` as a ``(H, W[, C])`` picture."""
        out = np.full((self.size[0] * self.size[1], *values.shape[1:]), background, values.dtype)
        out[self.pixels] = values
        return out.reshape(*self.size, *values.shape[1:])
