"""CelebA's framing of a face, by the corners of its eyes; asks for nothing but numpy."""

import numpy as np

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


def frame_by_eyes(right: np.ndarray, left: np.ndarray) -> tuple[tuple[float, float], float]:
    """Centre and side of the upright square around a face.

    Args:
        right: ``(2, 3)`` corners of the subject's right eye, x, y, z in one scale, y down.
        left: likewise.
    """
    one, other = right.mean(0), left.mean(0)
    seen, full = np.linalg.norm((other - one)[:2]), np.linalg.norm(other - one)
    side = max(float(seen), _LEAST_SEEN * float(full)) / EYE_DISTANCE
    x, y = (other + one)[:2] / 2
    return (float(x), float(y) + (0.5 - EYE_HEIGHT) * side), side
