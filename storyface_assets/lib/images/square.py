"""Square parts of a photo, also where they leave it: mirrored and blurred, never black."""

from dataclasses import dataclass

import cv2
import numpy as np

#: Depth into the mirrored margin, in shares of the square's side, at which it is fully blurred.
_BLUR_FROM = 0.12
#: Standard deviation of that blur, likewise.
_BLUR = 0.035
_BLUR_AT = 4


@dataclass(frozen=True)
class PixelSquare:
    """A square of whole photo pixels; it may leave the photo.

    Attributes:
        left: first column.
        top: first row.
        side: columns and rows, at least 1.
    """

    left: int
    top: int
    side: int

    @classmethod
    def around(cls, centre: tuple[float, float], side: float) -> "PixelSquare":
        """The whole-pixel square nearest to a real one; pixel (0, 0) has its centre at (0, 0)."""
        whole = max(int(round(side)), 1)
        left, top = (int(round(c + 0.5 - whole / 2)) for c in centre)
        return cls(left, top, whole)

    def scaled(self, factor: float) -> "PixelSquare":
        """The square with the same middle and another side."""
        middle = (self.left + (self.side - 1) / 2, self.top + (self.side - 1) / 2)
        return PixelSquare.around(middle, self.side * factor)

    def leaves(self, height: int, width: int) -> bool:
        """Whether a part lies outside a photo of this size."""
        return (
            min(self.left, self.top) < 0
            or self.left + self.side > width
            or self.top + self.side > height
        )

    def cut(self, rgb: np.ndarray, size: int) -> np.ndarray:
        """The square as a picture.

        Args:
            rgb: ``(H, W, 3)`` uint8, at least a pixel.
            size: side of the result, pixels.

        Returns:
            ``(size, size, 3)`` uint8; averaged over areas when it shrinks.
        """
        height, width = rgb.shape[:2]
        columns, rows = (np.arange(self.side) + first for first in (self.left, self.top))
        if not self.leaves(height, width):
            part = rgb[self.top : self.top + self.side, self.left : self.left + self.side]
            return _resized(part, size)
        part = rgb.take(_mirrored(rows, height), axis=0).take(_mirrored(columns, width), axis=1)
        # How far each row and column lies outside.
        down, across = (
            np.maximum(np.maximum(-at, at - (n - 1)), 0).astype(np.float32) / self.side
            for at, n in ((rows, height), (columns, width))
        )
        outside = np.maximum(down[:, None], across[None])
        return _blurred_outside(_resized(part, size), outside)

    def to_square(self, points: np.ndarray, size: int) -> np.ndarray:
        """Photo pixels ``(N, 2)`` → pixels of :meth:`cut`'s result."""
        scale = size / self.side
        return (points - (self.left, self.top) + 0.5) * scale - 0.5


def _resized(part: np.ndarray, size: int) -> np.ndarray:
    way = cv2.INTER_AREA if part.shape[0] > size else cv2.INTER_CUBIC
    return cv2.resize(np.ascontiguousarray(part), (size, size), interpolation=way)


def _mirrored(places: np.ndarray, count: int) -> np.ndarray:
    """Indices reflected into 0 … count − 1 at the edges, as often as it takes."""
    period = max(2 * (count - 1), 1)
    places = np.mod(places, period)
    return np.minimum(places, period - places) if count > 1 else np.zeros_like(places)


def _blurred_outside(picture: np.ndarray, outside: np.ndarray) -> np.ndarray:
    """Blur what is only mirrored, more with the distance from the photo's edge.

    A mirrored face beside the face would be one more face; the blur leaves only its colours
    (as the makers of FFHQ padded theirs: Karras et al. 2019).
    """
    small = max(len(picture) // _BLUR_AT, 2)  # a wide blur shows no detail: done on few pixels
    soft = cv2.resize(picture, (small, small), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(soft, (0, 0), _BLUR * small, borderType=cv2.BORDER_REFLECT)
    soft = cv2.resize(soft, picture.shape[:2], interpolation=cv2.INTER_CUBIC)
    share = cv2.resize(np.clip(outside / _BLUR_FROM, 0, 1), picture.shape[:2])
    return np.asarray(cv2.blendLinear(soft, picture, share, 1 - share))
