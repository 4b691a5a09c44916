"""Small JPEG pictures for the Dagster UI."""

import cv2
import numpy as np

_QUALITIES = (85, 75, 65, 55)


def encode_preview(rgb: np.ndarray, max_bytes: int = 30_000) -> bytes:
    """A JPEG of at most ``max_bytes``: first the quality goes down, then the size.

    Args:
        rgb: ``(H, W, 3)`` uint8 sRGB.
        max_bytes: at least 2,000, so that some picture always fits.

    Raises:
        ValueError: not such an array, or a limit that is too small.
    """
    if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8 or not rgb.size:
        raise ValueError(f"a preview needs (H, W, 3) uint8, not {rgb.shape} {rgb.dtype}")
    if max_bytes < 2_000:
        raise ValueError(f"no picture fits in {max_bytes} bytes")
    bgr = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
    while True:
        for quality in _QUALITIES:
            encoded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
            if len(encoded) <= max_bytes:
                return encoded
        height, width = (max(1, round(side * 0.8)) for side in bgr.shape[:2])
        bgr = cv2.resize(bgr, (width, height), interpolation=cv2.INTER_AREA)
