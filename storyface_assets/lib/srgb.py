"""SRGB ↔ linear light (IEC 61966-2-1), any shape; float32 stays float32."""

import numpy as np


def srgb_to_linear(srgb: np.ndarray) -> np.ndarray:
    """SRGB 0–1 → linear 0–1."""
    x = np.asarray(srgb)
    return np.where(x <= 0.04045, x / 12.92, ((np.maximum(x, 0.04045) + 0.055) / 1.055) ** 2.4)


def linear_to_srgb(linear: np.ndarray, most: float = 1.0) -> np.ndarray:
    """Linear 0–1 → sRGB 0–1; values outside 0 to ``most`` are clipped."""
    x = np.clip(linear, 0.0, most)
    root = np.maximum(x, 0.0031308) ** (1 / 2.4)
    return np.where(x <= 0.0031308, x * 12.92, 1.055 * root - 0.055)
