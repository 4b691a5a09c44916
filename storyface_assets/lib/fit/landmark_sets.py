"""Which of MediaPipe's 478 landmarks the fit trusts, and how much."""

import numpy as np

from storyface_assets.lib.landmarks.face import FACE_OVAL

EYELIDS = (
    *(33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246),
    *(263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466),
)
BROWS = (
    *(46, 53, 52, 65, 55, 70, 63, 105, 66, 107),
    *(276, 283, 282, 295, 285, 300, 293, 334, 296, 336),
)
OUTER_LIPS = (
    *(61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146),
)
INNER_LIPS = (
    *(78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95),
)
NOSE = (
    *(168, 6, 197, 195, 5, 4, 1, 19, 94, 2, 98, 97, 326, 327, 129, 358, 64, 294, 48, 278, 115),
    *(344, 220, 440, 45, 275, 44, 274, 102, 331, 219, 439, 240, 460, 99, 328, 60, 290),
)

#: The inner landmarks: lids, brows, nose, lips. The landmark residual is measured on them.
INNER = tuple(dict.fromkeys((*EYELIDS, *BROWS, *NOSE, *OUTER_LIPS, *INNER_LIPS)))

#: Chin and the sides of the mouth: where beards grow.
LOWER_FACE = (199, 200, 18, 83, 313, 57, 287, 164, 167, 393, 152, 175, 208, 428)

#: Weight of the landmarks on smooth skin: the network guesses these from the others.
_SMOOTH_SKIN = 0.15
#: Brows are drawn by the texture; how high they sit is mostly hair, not bone or expression.
_BROWS = 0.3


def landmark_weights(mask: np.ndarray) -> np.ndarray:
    """Weight ``(478,)`` of each landmark in the fit; 0 for those the model lacks.

    The face oval gets none here: in a photo it runs along the silhouette, which is another line
    on the head in each view (see ``silhouette.py``).
    """
    weights = np.full(len(mask), _SMOOTH_SKIN)
    weights[list(INNER)] = 1.0
    weights[list(EYELIDS)] = 2.0
    weights[list(BROWS)] = _BROWS
    weights[list(FACE_OVAL)] = 0.0
    weights[468:] = 0.0
    return weights * mask
