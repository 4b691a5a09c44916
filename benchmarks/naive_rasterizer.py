"""A z-buffer in numpy, triangle by triangle: the naive peer of what numba and pytorch3d do."""

from collections.abc import Iterator

import numpy as np

#: Rows and columns of a triangle's box.
Window = tuple[slice, slice]


def seen_pixels(
    screen: np.ndarray, faces: np.ndarray, size: tuple[int, int]
) -> Iterator[tuple[int, Window, np.ndarray, tuple[np.ndarray, np.ndarray, np.ndarray]]]:
    """Of each face that is seen from its front, what it covers nearer than those before it.

    Args:
        screen: ``(V, 3)`` pixel x, y (the centre of the first pixel at .5, .5), and 1 / depth.
        faces: ``(F, 3)`` int, counter-clockwise from their front.
        size: width, height.

    Yields:
        Number of the face, its window, ``(h, w)`` bool within it, and the three corners' weights.
    """
    width, height = size
    depth = np.zeros((height, width), np.float32)
    for face, (i, j, k) in enumerate(faces):
        (x0, y0, z0), (x1, y1, z1), (x2, y2, z2) = screen[i], screen[j], screen[k]
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if area > -1e-6:
            continue
        left, right = max(int(min(x0, x1, x2)), 0), min(int(max(x0, x1, x2)) + 1, width)
        top, bottom = max(int(min(y0, y1, y2)), 0), min(int(max(y0, y1, y2)) + 1, height)
        if left >= right or top >= bottom:
            continue
        y, x = (axis + 0.5 for axis in np.ogrid[top:bottom, left:right])
        w0 = ((x1 - x) * (y2 - y) - (x2 - x) * (y1 - y)) / area
        w1 = ((x2 - x) * (y0 - y) - (x0 - x) * (y2 - y)) / area
        w2 = 1 - w0 - w1
        nearness = w0 * z0 + w1 * z1 + w2 * z2
        window = slice(top, bottom), slice(left, right)
        seen = (w0 >= 0) & (w1 >= 0) & (w2 >= 0) & (nearness > depth[window])
        depth[window][seen] = nearness[seen]
        yield face, window, seen, (w0, w1, w2)


class NumpyRasterizer:
    """See ``lib.render.rasterizers.Rasterizer``; all faces must lie before the camera."""

    def face_ids(self, screen: np.ndarray, faces: np.ndarray, size: tuple[int, int]) -> np.ndarray:
        """``(H, W)`` int32 nearest face that is seen from its front, −1 where none is."""
        ids = np.full(size[::-1], -1, np.int32)
        for face, window, seen, _ in seen_pixels(screen, faces, size):
            ids[window][seen] = face
        return ids
