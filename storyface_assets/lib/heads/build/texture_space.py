"""The atlas seen from its texels: what point of the head each one covers."""

# mypy: disable-error-code="no-untyped-def"

from dataclasses import dataclass

import cv2
import numpy as np
from numba import njit

from storyface_assets.lib.heads.build.head_source import HeadSource
from storyface_assets.lib.heads.build.landmarks import Landmarks


@njit(cache=True)
def _rasterise(uv, triangles, triangle_at, weights):
    size = triangle_at.shape[0]
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t]
        x0, y0 = uv[a, 0] * size - 0.5, (1 - uv[a, 1]) * size - 0.5
        x1, y1 = uv[b, 0] * size - 0.5, (1 - uv[b, 1]) * size - 0.5
        x2, y2 = uv[c, 0] * size - 0.5, (1 - uv[c, 1]) * size - 0.5
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if abs(area) < 1e-12:
            continue
        for y in range(max(0, int(min(y0, y1, y2))), min(size - 1, int(max(y0, y1, y2)) + 1) + 1):
            for x in range(
                max(0, int(min(x0, x1, x2))), min(size - 1, int(max(x0, x1, x2)) + 1) + 1
            ):
                w0 = ((x1 - x) * (y2 - y) - (x2 - x) * (y1 - y)) / area
                w1 = ((x2 - x) * (y0 - y) - (x0 - x) * (y2 - y)) / area
                w2 = 1 - w0 - w1
                if w0 >= -1e-6 and w1 >= -1e-6 and w2 >= -1e-6:
                    triangle_at[y, x] = t
                    weights[y, x, 0], weights[y, x, 1], weights[y, x, 2] = w0, w1, w2


@dataclass(frozen=True)
class TextureSpace:
    """Maps over the atlas's texels, row 0 on top.

    Attributes:
        triangle: ``(S, S)`` int32 head triangle at each texel, -1 where there is none.
        position: ``(S, S, 3)`` float32 metres on the mean head; 0 where there is none.
        outer: ``(S, S)`` bool, the visible skin.
        base_uv: ``(S, S, 2)`` float32 hm08's texture coordinates, to read hm08's masks by.
        landmarks: ``(68, 3)`` metres.
        landmark_uv: ``(68, 2)`` atlas coordinates.
    """

    triangle: np.ndarray
    position: np.ndarray
    outer: np.ndarray
    base_uv: np.ndarray
    landmarks: np.ndarray
    landmark_uv: np.ndarray

    @property
    def size(self) -> int:
        """S, texels along a side."""
        return len(self.triangle)

    def read_mask(self, image: np.ndarray, blur: float) -> np.ndarray:
        """One of hm08's masks ``(h, w)`` uint8 in the atlas, ``(S, S)`` float32 0–1, softened.

        ``blur`` is a standard deviation in texels of a 1024 atlas.
        """
        height, width = image.shape
        x = self.base_uv[..., 0] * width - 0.5
        y = (1 - self.base_uv[..., 1]) * height - 0.5
        mask = cv2.remap(image, x, y, cv2.INTER_LINEAR).astype(np.float32) / 255
        return self.soften(mask * self.outer, blur)

    def soften(self, field: np.ndarray, blur: float) -> np.ndarray:
        """Gaussian blur that does not bleed over the island's border."""
        sigma = blur * self.size / 1024
        inside = self.outer.astype(np.float32)
        weight = cv2.GaussianBlur(inside, (0, 0), sigma)
        return cv2.GaussianBlur(field * inside, (0, 0), sigma) / np.maximum(weight, 1e-4) * inside

    def near(self, points: np.ndarray, radius: float) -> np.ndarray:
        """Gaussian of the distance to the nearest of points ``(n, 3)``, radius in metres."""
        field = np.zeros(self.triangle.shape, np.float32)
        for point in np.atleast_2d(points).astype(np.float32):
            squared = ((self.position - point) ** 2).sum(2)
            field = np.maximum(field, np.exp(-squared / (2 * radius**2)))
        return field * self.outer


def texture_space(
    source: HeadSource,
    head: np.ndarray,
    uv: np.ndarray,
    uv_faces: np.ndarray,
    landmarks: Landmarks,
    size: int,
) -> TextureSpace:
    """Rasterise the atlas.

    Args:
        source: topology.
        head: ``(V, 3)`` metres, the mean head.
        uv: ``(T, 2)``.
        uv_faces: ``(F, 3)``.
        landmarks: iBUG's 68.
        size: S.
    """
    triangle = np.full((size, size), -1, np.int32)
    weights = np.zeros((size, size, 3), np.float64)
    _rasterise(uv.astype(np.float64), uv_faces.astype(np.int64), triangle, weights)
    hit = triangle >= 0
    rows, w = triangle[hit], weights[hit]
    position = np.zeros((size, size, 3), np.float32)
    position[hit] = np.einsum("nk,nkd->nd", w, head[source.triangles[rows]])
    is_outer = np.zeros(len(source.triangles), bool)
    is_outer[source.charts.outer] = True
    outer = np.zeros((size, size), bool)
    outer[hit] = is_outer[rows]
    base_uv = np.zeros((size, size, 2), np.float32)
    flesh = hit & (triangle < len(source.flesh.triangles))
    corners = source.mesh.uv[source.flesh.uv_corners[triangle[flesh]]]
    base_uv[flesh] = np.einsum("nk,nkd->nd", weights[flesh], corners)
    points = landmarks.positions(head)
    return TextureSpace(triangle, position, outer, base_uv, points, _uv_of(points, position, outer))


def _uv_of(points: np.ndarray, position: np.ndarray, outer: np.ndarray) -> np.ndarray:
    """Atlas coordinates of the visible texel nearest to each point."""
    ys, xs = np.nonzero(outer)
    at = position[ys, xs]
    nearest = [((at - p) ** 2).sum(1).argmin() for p in points]
    size = len(position)
    return np.stack([(xs[nearest] + 0.5) / size, 1 - (ys[nearest] + 0.5) / size], 1)
