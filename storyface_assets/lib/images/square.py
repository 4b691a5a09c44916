"""Square parts of a photo, also where they leave it: its edge drawn out and blurred, no black."""

from dataclasses import dataclass

import cv2
import numpy as np

#: How deep into the photo its continuation mirrors, in shares of the square's side. Further out
#: the same strip is drawn out ever more: a whole mirrored face would be one more face.
_STRIP = 0.02
#: Distance from the photo at which the continuation is fully blurred, likewise.
_BLUR_FROM = 0.06
#: Standard deviation of that blur, likewise, and by how much smaller it is worked out.
_BLUR, _BLUR_AT = 0.02, 4
#: Depth of the fade at the edge of a changed square, likewise.
_FADE = 0.06
#: All that the pixels depend on beside the photo; raise the number with the method.
RECIPE = f"square 1 {_STRIP} {_BLUR_FROM} {_BLUR} {_BLUR_AT}"


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
        strip = _STRIP * self.side
        part = rgb.take(_continued(columns, width, strip), axis=1)
        part = part.take(_continued(rows, height, strip), axis=0)
        # How far each row and column lies outside.
        down, across = (
            np.maximum(np.maximum(-at, at - (n - 1)), 0).astype(np.float32) / self.side
            for at, n in ((rows, height), (columns, width))
        )
        outside = np.maximum(down[:, None], across[None])
        return _blurred_outside(_resized(part, size), outside)

    def add_back(self, rgb: np.ndarray, before: np.ndarray, after: np.ndarray) -> np.ndarray:
        """The photo with what was changed in a cut, at the photo's own resolution.

        The difference is enlarged and added, so what was not changed keeps all its detail; it
        fades out towards the square's edge, so that no seam shows.

        Args:
            rgb: ``(H, W, 3)`` uint8, the photo.
            before: what :meth:`cut` gave, ``(n, n, 3)`` uint8.
            after: the same, changed.
        """
        height, width = rgb.shape[:2]
        difference = after.astype(np.float32) - before
        difference *= _window(len(before))[..., None]
        side = (self.side, self.side)
        difference = cv2.resize(difference, side, interpolation=cv2.INTER_CUBIC)
        x, y = max(self.left, 0), max(self.top, 0)
        right, bottom = min(self.left + self.side, width), min(self.top + self.side, height)
        part = difference[y - self.top : bottom - self.top, x - self.left : right - self.left]
        changed = rgb.copy()
        inside = changed[y:bottom, x:right]
        inside[:] = np.clip(np.rint(inside + part), 0, 255).astype(np.uint8)
        return changed

    def to_square(self, points: np.ndarray, size: int) -> np.ndarray:
        """Photo pixels ``(N, 2)`` → pixels of :meth:`cut`'s result."""
        scale = size / self.side
        return (points - (self.left, self.top) + 0.5) * scale - 0.5


def _window(size: int) -> np.ndarray:
    """1 in the middle, falling to 0 at the edges, ``(size, size)``."""
    at = (np.arange(size) + 0.5) / size
    rise = np.clip(np.minimum(at, 1 - at) / _FADE, 0, 1)
    rise = rise * rise * (3 - 2 * rise)
    return np.asarray(np.minimum(rise[:, None], rise[None]), np.float32)


def _resized(part: np.ndarray, size: int) -> np.ndarray:
    way = cv2.INTER_AREA if part.shape[0] > size else cv2.INTER_CUBIC
    return cv2.resize(np.ascontiguousarray(part), (size, size), interpolation=way)


def _continued(places: np.ndarray, count: int, strip: float) -> np.ndarray:
    """Indices 0 … count − 1 that continue a row of pixels beyond its ends."""
    strip = min(strip, count - 1)
    before, behind = (np.maximum(out, 0) for out in (-places, places - (count - 1)))
    depth = strip * (1 - np.exp(-(before + behind) / max(strip, 1e-6)))
    mirrored = np.where(before > 0, depth, np.where(behind > 0, count - 1 - depth, places))
    return np.clip(np.rint(mirrored), 0, count - 1).astype(int)


def _blurred_outside(picture: np.ndarray, outside: np.ndarray) -> np.ndarray:
    """Blur what is only continued, more with the distance from the photo's edge.

    So the makers of FFHQ padded their crops (Karras et al. 2019).
    """
    small = max(len(picture) // _BLUR_AT, 2)
    soft = cv2.resize(picture, (small, small), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(soft, (0, 0), _BLUR * small, borderType=cv2.BORDER_REFLECT)
    soft = cv2.resize(soft, picture.shape[:2], interpolation=cv2.INTER_CUBIC)
    share = cv2.resize(np.clip(outside / _BLUR_FROM, 0, 1), picture.shape[:2])
    return np.asarray(cv2.blendLinear(soft, picture, share, 1 - share))
