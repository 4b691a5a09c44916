"""How DECA cuts a face out that a network found; the studio knows its faces without one."""

import numpy as np

from storyface_assets.lib.deca.face_crop import cut_face
from storyface_assets.lib.landmarks.ibug68 import ibug68


def cut_found_face(rgb: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    """As :func:`cut_face`, by the landmarks ``(478, 3)`` of a face that was found in the photo."""
    # The middle of the first pixel is 0 for landmarks that a network found, .5 in a crop.
    return cut_face(rgb, ibug68(landmarks)[:, :2] + 0.5)
