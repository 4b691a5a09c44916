"""Colour for the renderer: sRGB ↔ linear light, and the filmic tone curve as tables.

Shading is done in linear light. A pixel's scene-linear value goes through the tone curve of
Uchimura ("HDR theory and practice", CEDEC 2017): a toe, a *linear* middle, so that skin keeps its
colour, and a soft shoulder.
"""

from functools import lru_cache

import numpy as np

from storyface_assets.lib.srgb import linear_to_srgb, srgb_to_linear

#: Scene-linear value that the tables end at; brighter is white.
MAX_LINEAR = 6.0
#: Entries of the scene-linear → sRGB table, indexed by the square root of the value.
ENCODE_ENTRIES = 4096


def tone_curve(linear: np.ndarray) -> np.ndarray:
    """Uchimura's curve, scene-linear → display-linear 0–1, monotone.

    Slope 1 in the middle, toe up to .18, linear for 40 % of the rest, then the shoulder.
    """
    peak, middle, length, toe = 1.0, 0.18, 0.40, 1.15
    x = np.asarray(linear, np.float64)
    knee = middle + (peak - middle) * length
    shoulder = peak - (peak - knee) * np.exp(-(x - knee) / (peak - knee))
    below = middle * (np.maximum(x, 0.0) / middle) ** toe
    t = np.clip(x / middle, 0.0, 1.0)
    toe_weight = 1.0 - t * t * (3.0 - 2.0 * t)
    body = np.where(x < knee, x, shoulder)
    return np.clip(below * toe_weight + body * (1.0 - toe_weight), 0.0, 1.0)


@lru_cache(maxsize=1)
def encode_table() -> np.ndarray:
    """``(ENCODE_ENTRIES,)`` uint8: entry i is the sRGB of MAX_LINEAR · (i / (entries − 1))²."""
    x = MAX_LINEAR * np.linspace(0.0, 1.0, ENCODE_ENTRIES) ** 2
    return np.rint(linear_to_srgb(tone_curve(x)) * 255.0).astype(np.uint8)


@lru_cache(maxsize=1)
def _decode_table() -> np.ndarray:
    return srgb_to_linear(np.arange(256) / 255.0).astype(np.float32)


def decode_bytes(srgb: np.ndarray) -> np.ndarray:
    """uint8 sRGB → linear 0–1 float32, any shape."""
    return _decode_table()[srgb]


@lru_cache(maxsize=1)
def background_table() -> np.ndarray:
    """``(256,)`` float32: the scene-linear value that the tone curve maps onto each sRGB byte.

    Lets a finished background picture be blended under the head before the tone curve.
    """
    x = MAX_LINEAR * np.linspace(0.0, 1.0, 1 << 15) ** 2
    display = linear_to_srgb(tone_curve(x)) * 255.0
    return np.interp(np.arange(256), display, x).astype(np.float32)
