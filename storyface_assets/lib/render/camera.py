"""The pinhole camera.

Camera space: the camera is at the origin and looks along −Z, +X to the right of the picture, +Y
up. Pixel (0, 0) is the upper left; the centre of the first pixel is at (.5, .5).
"""

from dataclasses import dataclass
from math import radians, tan

import numpy as np


@dataclass(frozen=True)
class Camera:
    """Field of view, and where the model stands in front of the camera.

    Attributes:
        fov_y_degrees: vertical field of view.
        translation: metres, added to model points to bring them into camera space; z is negative.
    """

    fov_y_degrees: float = 20.0
    translation: tuple[float, float, float] = (0.0, -0.03, -1.0)

    def focal(self, height: int) -> float:
        """Focal length in pixels for a picture of this height."""
        return 0.5 * height / tan(radians(self.fov_y_degrees) / 2.0)

    def project(self, points: np.ndarray, size: tuple[int, int]) -> np.ndarray:
        """Model points ``(N, 3)`` metres → ``(N, 3)``: pixel x, pixel y, depth in metres.

        Args:
            points: model space.
            size: width, height of the picture.
        """
        width, height = size
        p = np.asarray(points, np.float64) + np.asarray(self.translation)
        depth = -p[:, 2]
        focal = self.focal(height)
        x = 0.5 * width + focal * p[:, 0] / depth
        y = 0.5 * height - focal * p[:, 1] / depth
        return np.stack([x, y, depth], 1)

    @classmethod
    def framing(
        cls,
        vertices: np.ndarray,
        fraction: float = 0.64,
        fov_y_degrees: float = 20.0,
        centre: float = 0.52,
    ) -> "Camera":
        """A camera in which these vertices take up a share of the picture's height.

        Args:
            vertices: ``(N, 3)`` metres, usually the head without neck.
            fraction: share of the frame height that their extent takes up.
            fov_y_degrees: vertical field of view.
            centre: where the middle of the extent stands, 0 = top … 1 = bottom.
        """
        low, high = vertices[:, 1].min(), vertices[:, 1].max()
        tangent = tan(radians(fov_y_degrees) / 2.0)
        distance = (high - low) / fraction / (2.0 * tangent)
        front = float(np.percentile(vertices[:, 2], 75))
        lift = (0.5 - centre) * 2.0 * tangent * distance
        middle_x = 0.5 * (vertices[:, 0].min() + vertices[:, 0].max())
        return cls(
            fov_y_degrees,
            (float(-middle_x), float(lift - 0.5 * (low + high)), float(-distance - front)),
        )
