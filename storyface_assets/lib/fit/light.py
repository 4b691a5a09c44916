"""The light of a photo as second-order spherical harmonics (Ramamoorthi and Hanrahan 2001)."""

import numpy as np

from storyface_assets.lib.render.lighting import sh_basis

#: Linear-light luminance of sRGB primaries (IEC 61966-2-1).
LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)
#: Ridge on each coefficient but the constant: a face shows only half of all normals, so the
#: higher ones are ill determined.
_RIDGE = np.array([0.0, *([0.01] * 3), *([0.06] * 5)])
_ROBUST_STEPS = 5
#: Residuals above this share of the mean colour are treated as not skin or as highlights.
_OUTLIER = 0.12
#: Shading outside this range is not divided out: noise and errors would be blown up.
_UNDONE = (0.4, 1.8)


def fit_light(
    colours: np.ndarray, normals: np.ndarray, albedo: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Light that explains the colours of a surface of known albedo.

    Iteratively reweighted least squares (Cauchy weights), so that highlights, moles and hair do
    not bend it.

    Args:
        colours: ``(N, 3)`` linear RGB.
        normals: ``(N, 3)`` unit, camera space.
        albedo: ``(N, 3)`` linear RGB.
        weights: ``(N,)`` how much each point counts.

    Returns:
        ``(9, 3)`` float32.
    """
    basis = sh_basis(normals).astype(np.float64)
    light = np.zeros((9, 3))
    for channel in range(3):
        design = basis * albedo[:, channel, None]
        target = colours[:, channel].astype(np.float64)
        level = np.average(target, weights=weights)
        ridge = np.diag(_RIDGE * weights.sum() * np.mean(design**2))
        robust = weights.astype(np.float64)
        for _ in range(_ROBUST_STEPS):
            weighted = design * robust[:, None]
            light[:, channel] = np.linalg.solve(weighted.T @ design + ridge, weighted.T @ target)
            away = (target - design @ light[:, channel]) / (_OUTLIER * level)
            robust = weights / (1 + away**2)
    return light.astype(np.float32)


def relative_light(light: np.ndarray, normals: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The same light made grey, and 1 on average over a surface.

    Args:
        light: ``(9, 3)``.
        normals: ``(N, 3)`` of the surface, camera space.
        weights: ``(N,)`` how much each point counts.

    Returns:
        ``(9, 3)`` float32.
    """
    grey = light @ LUMINANCE
    level = float(np.average(sh_basis(normals) @ grey, weights=weights))
    return np.repeat((grey / max(level, 1e-6))[:, None], 3, 1).astype(np.float32)


def shading(light: np.ndarray, normals: np.ndarray) -> np.ndarray:
    """Brightness ``(N,)`` of a light at normals ``(N, 3)``, kept within what can be undone."""
    return np.clip(sh_basis(normals) @ (light @ LUMINANCE), *_UNDONE)
