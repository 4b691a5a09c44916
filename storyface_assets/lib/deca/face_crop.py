"""How DECA cuts a face out of a photo."""

from typing import Final

import numpy as np

from storyface_assets.lib.warping import warped

#: Side of the photos, pixels, and of what is cut out, in sides of the face's box.
SIDE: Final = 224
CROP: Final = 1.25
#: The forehead above the brows over the height from chin to brows.
_FOREHEAD: Final = 0.36


def face_box(landmarks: np.ndarray) -> np.ndarray:
    """``(4,)`` x0, y0, x1, y1 pixels: jaw to jaw and forehead to chin, of ``(68, 2)`` landmarks."""
    low, high = landmarks.min(0), landmarks.max(0)
    top = low[1] - _FOREHEAD * (high[1] - low[1])
    return np.array([low[0], top, high[0], high[1]])


def crop_map(
    landmarks: np.ndarray, scaled: float = 0.0, shifted: np.ndarray | float = 0.0
) -> np.ndarray:
    """The map ``(2, 3)`` from photo to crop.

    Args:
        landmarks: ``(68, 2)`` pixels; the middle of the first pixel is .5, here and in the crop.
        scaled: how much larger than usual the cut-out is, a share.
        shifted: where it lies off, in its sides.
    """
    low, high = np.split(face_box(landmarks), 2)
    side = CROP * float((high - low).max()) * (1 + scaled)
    corner = (low + high) / 2 + side * (np.asarray(shifted) - 0.5)
    scale = SIDE / side
    return np.column_stack([scale * np.eye(2), -scale * corner])


def cut_face(rgb: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    """The face as the encoder has learnt to see it ``(224, 224, 3)``.

    Args:
        rgb: ``(H, W, 3)`` uint8 sRGB; beyond its edges the last pixels go on.
        landmarks: see :func:`crop_map`.
    """
    return warped(rgb, crop_map(landmarks), (SIDE, SIDE))
