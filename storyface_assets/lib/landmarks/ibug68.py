"""Which of MediaPipe's 478 landmarks stand for iBUG's 68."""

import numpy as np

#: MediaPipe's number of each of iBUG's points. Brows, eyes, nose and lips name the same places;
#: on the outline, iBUG's points are the nearest of the face oval at the same height.
MEDIAPIPE_OF_IBUG = (
    *(127, 234, 93, 132, 58, 136, 150, 176, 152, 400, 379, 365, 288, 361, 323, 454, 356),
    *(70, 63, 105, 66, 107, 336, 296, 334, 293, 300),
    *(168, 197, 5, 4, 98, 97, 2, 326, 327),
    *(33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380),
    *(61, 39, 37, 0, 267, 269, 291, 321, 314, 17, 84, 91),
    *(78, 81, 13, 311, 308, 402, 14, 178),
)


def ibug68(landmarks: np.ndarray) -> np.ndarray:
    """MediaPipe's landmarks ``(478, d)`` → iBUG's ``(68, d)``."""
    return landmarks[list(MEDIAPIPE_OF_IBUG)]
