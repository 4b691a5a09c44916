"""Painting eyes into the atlas: sclera, limbal ring, iris and pupil.

Each eyeball's texture is a disc with the gaze in its centre; the radius grows with the polar angle
from the gaze (:func:`disc_radius`), fast at the front, so that the iris gets most texels.
"""

from functools import lru_cache
from typing import Final

import numpy as np

#: Centre of each eye's disc in the atlas, (0, 0) at the lower left, and the discs' radius.
EYE_CENTRES: Final = {"left_eye": (0.234, 0.08), "right_eye": (0.08, 0.08)}
EYE_RADIUS: Final = 0.072
#: Iris radius as a share of the eyeball's (5.9 mm of 12 mm in adults).
IRIS_SHARE: Final = 0.49

_POLAR_KNOTS = np.radians([0, 36, 88, 180])
_RADIUS_KNOTS = np.array([0, 0.62, 0.94, 1.0])
#: Linear RGB of the white of the eye in front and towards the lids.
_SCLERA = np.array([0.78, 0.76, 0.73])
_SCLERA_EDGE = np.array([0.62, 0.40, 0.36])
_PUPIL_SHARE = 0.38


def disc_radius(polar: np.ndarray) -> np.ndarray:
    """Radius in the unit texture disc of polar angles from the gaze, radians."""
    return np.interp(polar, _POLAR_KNOTS, _RADIUS_KNOTS)


@lru_cache(maxsize=4)
def _disc(pixels: int) -> tuple[np.ndarray, np.ndarray]:
    """Polar angle from the gaze and angle around it of each pixel of a disc's square."""
    axis = (np.arange(pixels) + 0.5) / pixels * 2 - 1
    x, y = np.meshgrid(axis, -axis)
    radius = np.minimum(np.hypot(x, y), 1.0)
    return np.interp(radius, _RADIUS_KNOTS, _POLAR_KNOTS), np.arctan2(y, x)


def _smooth(low: float, high: float, x: np.ndarray) -> np.ndarray:
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def eye_disc(iris: np.ndarray, pixels: int) -> np.ndarray:
    """One eye ``(pixels, pixels, 3)`` linear RGB, iris colour ``(3,)`` linear RGB."""
    polar, around = _disc(pixels)
    reach = np.sin(np.minimum(polar, np.pi / 2)) / IRIS_SHARE  # 1 at the iris's edge
    sclera = _SCLERA + _smooth(0.8, 1.7, polar)[..., None] * (_SCLERA_EDGE - _SCLERA)
    fibres = (
        0.5 * np.sin(37 * around + 3 * np.sin(5 * around))
        + 0.3 * np.sin(71 * around + 6 * reach)
        + 0.2 * np.sin(17 * around + 2)
    )
    tone = (1 + 0.28 * fibres * _smooth(0.3, 0.6, reach)) * (0.8 + 0.5 * (1 - reach))
    tone += 0.5 * np.exp(-(((reach - 0.5) / 0.12) ** 2))  # the lighter collar around the pupil
    tone *= 1 - 0.75 * _smooth(0.80, 1.0, reach)  # limbal ring
    disc = np.maximum(iris * tone[..., None], 0)
    disc *= (1 - 0.97 * (1 - _smooth(_PUPIL_SHARE - 0.05, _PUPIL_SHARE + 0.05, reach)))[..., None]
    outside = _smooth(0.95, 1.06, reach)[..., None]
    return disc + outside * (sclera - disc)


def paint_eyes(linear: np.ndarray, iris: np.ndarray) -> None:
    """Paint both eyes into an atlas, in place.

    Args:
        linear: ``(S, S, 3)`` float linear RGB, row 0 on top.
        iris: ``(3,)`` linear RGB.
    """
    size = len(linear)
    half = int(np.ceil((EYE_RADIUS + 0.004) * size))
    picture = eye_disc(np.asarray(iris, float), _even(2 * EYE_RADIUS * size))
    border = half - len(picture) // 2
    picture = np.pad(picture, ((border, border), (border, border), (0, 0)), mode="edge")
    for u, v in EYE_CENTRES.values():
        x, y = round(u * size) - half, round((1 - v) * size) - half
        linear[y : y + 2 * half, x : x + 2 * half] = picture


def _even(length: float) -> int:
    return 2 * round(length / 2)
