"""The person's skin tone, and which sampled texels are not skin of it."""

import cv2
import numpy as np

from storyface_assets.lib.fit.light import LUMINANCE

#: Robust deviations from the skin tone that still count as skin; none at the second.
_LIMITS = (2.4, 3.4)
#: The dark side is judged this much more strictly: most strangers are hair and its shade.
_DARK_SIDE = 1.35
#: Least spread taken for brightness and for colour, natural log units: makeup, freckles, blush.
_MIN_BRIGHT_SPREAD, _MIN_COLOUR_SPREAD = 0.10, 0.05


def skin_tone(seen: np.ndarray, weights: np.ndarray, plain: np.ndarray) -> np.ndarray:
    """Median log colour ``(3,)`` of plain skin.

    Args:
        seen: ``(H, W, 3)`` log colours.
        weights: ``(H, W)`` 0..1 how well each is seen.
        plain: ``(H, W)`` 0..1: skin without features, by the atlas.
    """
    sure = (weights > 0.6) & (plain > 0.6)
    if sure.sum() < 100:
        sure = weights > 0.3
    return np.median(seen[sure], 0) if sure.any() else np.log(np.array([0.5, 0.33, 0.26]))


def without_strangers(seen: np.ndarray, weights: np.ndarray, plain: np.ndarray) -> np.ndarray:
    """Weights with hair, shadow and background taken out.

    On plain skin (cheeks, forehead, temples) a colour far from the person's own is a strand of
    hair, the shade below it or the background. Eyes, brows, nose, mouth and beard are let be.

    Args:
        seen: ``(H, W, 3)`` log colours, free of light.
        weights: ``(H, W)`` 0..1.
        plain: ``(H, W)`` 0..1.
    """
    sure = (weights > 0.6) & (plain > 0.6)
    if sure.sum() < 100:
        return weights
    bright = np.log(np.exp(seen) @ LUMINANCE)
    tint = seen - bright[..., None]
    centre, tint_centre = np.median(bright[sure]), np.median(tint[sure], 0)
    spread = max(1.48 * np.median(np.abs(bright[sure] - centre)), _MIN_BRIGHT_SPREAD)
    away = np.linalg.norm(tint - tint_centre, axis=-1)
    tint_spread = max(1.48 * np.median(away[sure]), _MIN_COLOUR_SPREAD)
    off = (bright - centre) / spread
    far = np.maximum(np.maximum(off, -_DARK_SIDE * off), away / tint_spread)
    alike = np.clip((_LIMITS[1] - far) / (_LIMITS[1] - _LIMITS[0]), 0, 1).astype(np.float32)
    # A single dark texel is a freckle or a mole: judge neighbourhoods.
    alike = cv2.medianBlur(np.rint(alike * 255).astype(np.uint8), 9)
    # Around what is not skin lies its shade.
    alike = cv2.erode(alike, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (13, 13)))
    soft = cv2.GaussianBlur(alike, (0, 0), 5).astype(np.float32) / 255
    return weights * (1 - plain * (1 - np.clip(2 * soft - 1, 0, 1)))
