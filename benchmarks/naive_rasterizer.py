"""The peer of the rasterizers where pytorch3d cannot be had: a z-buffer, triangle by triangle."""

import numpy as np


class NumpyRasterizer:
    """One vectorised update of the depths a triangle; see ``lib.render.rasterizers.Rasterizer``."""

    def face_ids(self, screen: np.ndarray, faces: np.ndarray, size: tuple[int, int]) -> np.ndarray:
        """``(H, W)`` int32 nearest face that is seen from its front, −1 where none is."""
        width, height = size
        depth = np.zeros((height, width))
        ids = np.full((height, width), -1, np.int32)
        for face, (i, j, k) in enumerate(faces):
            (x0, y0, z0), (x1, y1, z1), (x2, y2, z2) = screen[[i, j, k]].astype(np.float64)
            area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
            left, right = max(int(min(x0, x1, x2)), 0), min(int(max(x0, x1, x2)) + 1, width)
            top, bottom = max(int(min(y0, y1, y2)), 0), min(int(max(y0, y1, y2)) + 1, height)
            if area >= 0 or left >= right or top >= bottom or min(z0, z1, z2) <= 0:
                continue
            y, x = np.mgrid[top:bottom, left:right] + 0.5
            second = ((x - x0) * (y2 - y0) - (x2 - x0) * (y - y0)) / area
            third = ((x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)) / area
            first = 1 - second - third
            near = first * z0 + second * z1 + third * z2
            here = depth[top:bottom, left:right]
            seen = (first >= 0) & (second >= 0) & (third >= 0) & (near > here)
            here[seen] = near[seen]
            ids[top:bottom, left:right][seen] = face
        return ids
