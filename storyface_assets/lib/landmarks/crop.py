"""Rotated square regions of a photo: where the landmark networks look."""

from dataclasses import dataclass

import cv2
import numpy as np


@dataclass(frozen=True)
class Square:
    """A rotated square in pixel coordinates.

    Photo coordinates have the centre of the first pixel at (0, 0), as OpenCV has.

    Attributes:
        centre: ``(2,)`` x, y.
        side: length of a side, pixels.
        angle: radians, clockwise on screen; 0 = upright.
        mirrored: whether the crop is flipped left to right.
    """

    centre: np.ndarray
    side: float
    angle: float = 0.0
    mirrored: bool = False

    def _axes(self) -> np.ndarray:
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        axes = np.array([[cos, -sin], [sin, cos]])
        return axes * np.array([-1.0, 1.0]) if self.mirrored else axes

    def cut(self, rgb: np.ndarray, size: int) -> np.ndarray:
        """The region resampled to ``(size, size, 3)`` float32 0..1; outside the photo is black."""
        scale = self.side / size
        linear = self._axes() * scale
        move = self.centre - linear @ np.full(2, (size - 1) / 2)
        matrix = np.column_stack([linear, move])
        # Shrinking by more than two aliases under bilinear sampling: blur first.
        if scale > 2:
            rgb = cv2.GaussianBlur(rgb, (0, 0), 0.35 * scale)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return cv2.warpAffine(rgb, matrix, (size, size), flags=flags).astype(np.float32) / 255

    def to_photo(self, points: np.ndarray) -> np.ndarray:
        """Crop coordinates 0..1 ``(N, 2)`` → photo pixels ``(N, 2)``."""
        return (points - 0.5) * self.side @ self._axes().T + self.centre


def square_around(points: np.ndarray, right: int, left: int, scale: float) -> Square:
    """The upright-in-the-face square that holds the points.

    Args:
        points: ``(N, 2)`` pixels.
        right: index of a point on the subject's right (left on screen).
        left: index of its partner; the line between them becomes horizontal.
        scale: factor on the longer side of the points' bounding box.
    """
    dx, dy = points[left] - points[right]
    angle = float(np.arctan2(dy, dx))
    upright = Square(np.zeros(2), 1.0, angle)
    turned = points @ upright._axes()
    low, high = turned.min(0), turned.max(0)
    return Square(
        centre=upright._axes() @ ((low + high) / 2),
        side=float((high - low).max()) * scale,
        angle=angle,
    )
