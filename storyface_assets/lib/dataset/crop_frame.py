"""Which square of a photo a face is cropped by: CelebA's framing."""

import numpy as np

from storyface_assets.lib.images.square import PixelSquare
from storyface_assets.lib.landmarks.face import LEFT_EYE_CORNERS, RIGHT_EYE_CORNERS

#: StarGAN trains on these crops and on CelebA's together, so both must look alike: the centre
#: crop of 178 from CelebA's aligned 178 × 218 pictures has its eyes at (69, 111 − 20) and
#: (108, 111 − 20), whence distance and height of the eyes in shares of the side.
EYE_DISTANCE = 0.219
EYE_HEIGHT = 0.511
#: CelebA goes by the distance in the picture, which shrinks as a head turns; from about 35° on
#: the crop must not close in further.
_LEAST_SEEN = 0.8
#: All that a crop's place depends on beside the landmarks; raise the number with the formula.
RECIPE = f"frame 1 {EYE_DISTANCE} {EYE_HEIGHT} {_LEAST_SEEN}"


def face_square(landmarks: np.ndarray) -> PixelSquare:
    """The upright square around a face; it may leave the photo.

    Args:
        landmarks: ``(478, 3)`` in photo pixels, z in the same scale.
    """
    right, left = (landmarks[list(c)].mean(0) for c in (RIGHT_EYE_CORNERS, LEFT_EYE_CORNERS))
    seen, full = np.linalg.norm((left - right)[:2]), np.linalg.norm(left - right)
    side = max(float(seen), _LEAST_SEEN * float(full)) / EYE_DISTANCE
    x, y = (left + right)[:2] / 2
    return PixelSquare.around((float(x), float(y) + (0.5 - EYE_HEIGHT) * side), side)
