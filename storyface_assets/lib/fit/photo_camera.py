"""The camera a photo was taken with, as far as one photo tells."""

from dataclasses import dataclass

import numpy as np

#: Metres between the outer corners of an adult's eyes (mean; Farkas 1994 gives 87–91 mm).
OUTER_EYE_DISTANCE = 0.089
#: Assumed distance of camera and face, metres. Perspective in a face depends on it alone, not on
#: the lens; one photo cannot tell it, and portraits are taken from .5 (selfie) to 2 m.
PORTRAIT_DISTANCE = 1.0


@dataclass(frozen=True)
class PhotoCamera:
    """A pinhole camera at the origin that looks along −Z, +Y up.

    Attributes:
        focal: focal length, pixels.
        centre: principal point, pixels (x, y).
    """

    focal: float
    centre: tuple[float, float]

    @classmethod
    def for_portrait(cls, size: tuple[int, int], interocular: float) -> "PhotoCamera":
        """The camera that saw eyes ``interocular`` pixels apart from the usual distance.

        Args:
            size: photo height and width.
            interocular: distance of the outer eye corners, pixels.
        """
        height, width = size
        focal = interocular * PORTRAIT_DISTANCE / OUTER_EYE_DISTANCE
        return cls(focal, ((width - 1) / 2, (height - 1) / 2))

    def project(self, points: np.ndarray) -> np.ndarray:
        """Camera-space points ``(…, 3)`` metres → pixels ``(…, 2)``."""
        scale = self.focal / -points[..., 2:]
        return points[..., :2] * np.array([1, -1]) * scale + np.array(self.centre)

    def project_jacobian(self, points: np.ndarray) -> np.ndarray:
        """Derivative of :meth:`project`: ``(N, 3)`` → ``(N, 2, 3)`` pixels a metre."""
        x, y, z = points.T
        jacobian = np.zeros((len(points), 2, 3))
        jacobian[:, 0, 0] = -self.focal / z
        jacobian[:, 1, 1] = self.focal / z
        jacobian[:, 0, 2] = self.focal * x / z**2
        jacobian[:, 1, 2] = -self.focal * y / z**2
        return jacobian
