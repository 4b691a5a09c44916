"""Pictures under an affine map."""

import cv2
import numpy as np

#: Shrunk by more than this, a picture is blurred first: bilinear sampling alone would alias.
_SHRUNK = 0.9


def warped(rgb: np.ndarray, matrix: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """A picture under a map; beyond its edges the last pixels go on.

    Args:
        rgb: ``(H, W, 3)`` uint8.
        matrix: ``(2, 3)`` old to new pixels, where the middle of the first pixel is .5.
        size: width, height of the result.
    """
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    # For OpenCV the middle of a pixel is a whole number.
    shifted = np.array(matrix, np.float64)
    shifted[:, 2] += matrix[:, :2] @ [0.5, 0.5] - 0.5
    if scale < _SHRUNK:
        rgb = cv2.GaussianBlur(rgb, (0, 0), 0.38 / scale)
    return cv2.warpAffine(
        rgb, shifted, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
