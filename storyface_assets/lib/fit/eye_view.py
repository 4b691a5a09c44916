"""What a photo shows of each eye: an eye, a closed lid, or something in front of it."""

from dataclasses import dataclass

import cv2
import numpy as np

from storyface_assets.lib.fit.light import LUMINANCE
from storyface_assets.lib.landmarks.face import Face
from storyface_assets.lib.landmarks.mesh import LEFT_LIDS, RIGHT_LIDS
from storyface_assets.lib.srgb import srgb_to_linear

#: Skin right below each eye, where glasses would be, and cheeks to compare it with.
_BELOW_RIGHT = (230, 229, 231, 119, 118, 120)
_BELOW_LEFT = (450, 449, 451, 348, 347, 349)
_CHEEKS = (205, 425, 50, 280, 36, 266, 187, 411)
#: Half the side of the patches, in interocular distances.
_PATCH = 0.025
#: An open eye's bright tenth is at least this many times as bright as its dark tenth. In 48
#: portraits the ratio was 8.5 or more; under painted glasses (black, brown, mirrored) 2.5 or less.
_MIN_CONTRAST = 4.0
#: Skin below the eye over cheek skin, brightness. In the portraits .75 or more; under dark glasses
#: .29 or less, under mirrored ones 2 and more.
_SKIN_RANGE = (0.5, 1.8)


@dataclass(frozen=True)
class EyeView:
    """Measures of one eye.

    Attributes:
        contrast: brightness of the opening's bright tenth over its dark tenth.
        skin_below: brightness of the skin below the eye over the cheeks'.
    """

    contrast: float
    skin_below: float

    @property
    def covered(self) -> bool:
        """Whether something other than a lid hides the eye."""
        low, high = _SKIN_RANGE
        return self.contrast < _MIN_CONTRAST and not low < self.skin_below < high


def eye_views(rgb: np.ndarray, face: Face) -> tuple[EyeView, EyeView]:
    """The right and the left eye.

    Args:
        rgb: ``(H, W, 3)`` uint8.
        face: its landmarks.
    """
    bright = srgb_to_linear(np.arange(256) / 255)[rgb] @ LUMINANCE
    cheeks = max(_patches(bright, face, _CHEEKS), 1e-4)
    right, left = (
        EyeView(_contrast(bright, face, lids), _patches(bright, face, below) / cheeks)
        for lids, below in ((RIGHT_LIDS, _BELOW_RIGHT), (LEFT_LIDS, _BELOW_LEFT))
    )
    return right, left


def _patches(bright: np.ndarray, face: Face, points: tuple[int, ...]) -> float:
    """Median brightness of small squares around some landmarks."""
    half = max(int(face.interocular * _PATCH), 1)
    height, width = bright.shape
    found: list[np.ndarray] = []
    for x, y in face.landmarks[list(points), :2].round().astype(int).tolist():
        rows, columns = slice(max(y - half, 0), y + half + 1), slice(max(x - half, 0), x + half + 1)
        if 0 <= x < width and 0 <= y < height:
            found.append(bright[rows, columns].ravel())
    return float(np.median(np.concatenate(found))) if found else 0.0


def _contrast(bright: np.ndarray, face: Face, lids: tuple[int, ...]) -> float:
    mask = np.zeros(bright.shape, np.uint8)
    outline = face.landmarks[[*lids[:9], *reversed(lids[9:])], :2]
    cv2.fillPoly(mask, [outline.round().astype(np.int32)], 1)
    pixels = bright[mask > 0]
    if len(pixels) < 5:
        return 1.0
    dark, light = np.quantile(pixels, [0.1, 0.9])
    return float(light / max(dark, 1e-4))
