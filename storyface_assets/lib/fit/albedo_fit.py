"""Skin colour and light from a photo's colours, in turns: each is linear given the other."""

from dataclasses import dataclass

import numpy as np

from storyface_assets.lib.fit.light import LUMINANCE, fit_light, relative_light
from storyface_assets.lib.render.lighting import sh_basis

_ROUNDS = 4
#: Standard deviation of a log colour about the model: pores, makeup, what the harmonics miss.
_NOISE = 0.12
#: Independent measurements that a face is worth, however many texels it covers.
_INDEPENDENT = 60.0
_DARK = 2e-3


@dataclass(frozen=True, eq=False)
class AlbedoFit:
    """What the colours tell.

    Attributes:
        code: ``(50,)`` float32 albedo code.
        light: ``(9, 3)`` float32 grey light; its mean brightness on the face is 1.
        residual: root mean square of the log colours left unexplained.
    """

    code: np.ndarray
    light: np.ndarray
    residual: float


def fit_albedo(
    colours: np.ndarray,
    normals: np.ndarray,
    weights: np.ndarray,
    mean: np.ndarray,
    basis: np.ndarray,
) -> AlbedoFit:
    """Fit albedo code and light to the colours of surface points.

    The light is taken for grey and as bright as makes the skin look as it does in the photo: one
    photo cannot tell a warm light from a warm skin, and people take what they see for the skin's.

    Args:
        colours: ``(N, 3)`` linear RGB.
        normals: ``(N, 3)`` unit, camera space.
        weights: ``(N,)`` how much each point counts.
        mean: ``(N, 3)`` mean log albedo at the points.
        basis: ``(50, N, 3)`` its change a unit of code.
    """
    code = np.zeros(len(basis))
    log_colours = np.log(np.maximum(colours, _DARK))
    harmonics = sh_basis(normals)
    design = basis.reshape(len(basis), -1).astype(np.float64)
    robust = weights.astype(np.float64)
    for _ in range(_ROUNDS):
        albedo = np.exp(mean + np.tensordot(code, basis, 1))
        light = relative_light(fit_light(colours, normals, albedo, robust), normals, robust)
        shading = np.clip(harmonics @ (light @ LUMINANCE), 0.2, 3.0)
        target = log_colours - np.log(shading)[:, None] - mean
        counts = np.repeat(robust / robust.sum() * _INDEPENDENT, 3) / _NOISE**2
        normal = (design * counts) @ design.T + np.eye(len(code))
        code = np.linalg.solve(normal, (design * counts) @ target.reshape(-1))
        left = target - np.tensordot(code, basis, 1)
        robust = weights / (1 + (left**2).mean(1) / (3 * _NOISE) ** 2)
    residual = float(np.sqrt(np.average((left**2).mean(1), weights=robust)))
    return AlbedoFit(code.astype(np.float32), light, residual)
