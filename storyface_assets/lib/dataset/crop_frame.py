"""Which square of a photo a face is cropped by: CelebA's framing."""

import numpy as np

from storyface_assets.lib.dataset.eye_frame import frame_by_eyes
from storyface_assets.lib.images.square import PixelSquare
from storyface_assets.lib.landmarks.face import LEFT_EYE_CORNERS, RIGHT_EYE_CORNERS


def face_square(landmarks: np.ndarray) -> PixelSquare:
    """The upright square around a face; it may leave the photo.

    Args:
        landmarks: ``(478, 3)`` in photo pixels, z in the same scale.
    """
    right, left = (landmarks[list(corners)] for corners in (RIGHT_EYE_CORNERS, LEFT_EYE_CORNERS))
    return PixelSquare.around(*frame_by_eyes(right, left))
