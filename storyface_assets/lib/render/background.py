"""Backgrounds: a soft gradient with a vignette, dithered so that it shows no bands."""

from functools import lru_cache

import numpy as np

from storyface_assets.lib.srgb import linear_to_srgb, srgb_to_linear


@lru_cache(maxsize=8)
def soft_gradient(
    size: tuple[int, int],
    centre: tuple[int, int, int] = (190, 203, 213),
    corner: tuple[int, int, int] = (98, 112, 134),
) -> np.ndarray:
    """A lit wall: bright behind the head, darker towards the corners.

    Args:
        size: width, height.
        centre: sRGB 0–255 behind the head.
        corner: sRGB 0–255 in the corners.

    Returns:
        ``(H, W, 3)`` uint8 sRGB, read-only.
    """
    width, height = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    dx = (x - 0.5 * width) / (0.75 * width)
    dy = (y - 0.46 * height) / (0.95 * height)
    t = np.clip(np.sqrt(dx * dx + dy * dy) / 0.78, 0, 1)[..., None]
    t = t * t * (3.0 - 2.0 * t)
    low, high = (srgb_to_linear(np.array(c) / 255.0) for c in (centre, corner))
    picture = linear_to_srgb(low * (1.0 - t) + high * t) * 255.0
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, picture.shape[:2])[..., None]
    result = np.clip(np.rint(picture + noise), 0, 255).astype(np.uint8)
    result.setflags(write=False)
    return result
