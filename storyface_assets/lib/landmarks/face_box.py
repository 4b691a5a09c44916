"""The box of a face from its landmarks."""

from typing import Final

import numpy as np

#: The forehead above the brows over the height from chin to brows.
_FOREHEAD: Final = 0.36


def face_box(landmarks: np.ndarray) -> np.ndarray:
    """``(4,)`` x0, y0, x1, y1 pixels: jaw to jaw and forehead to chin, of ``(68, 2)`` landmarks."""
    low, high = landmarks.min(0), landmarks.max(0)
    top = low[1] - _FOREHEAD * (high[1] - low[1])
    return np.array([low[0], top, high[0], high[1]])
