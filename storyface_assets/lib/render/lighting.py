"""Light: second-order spherical harmonics for the room, a soft key light and a rim light.

Spherical-harmonic order and factors are DECA's (Feng et al. 2021, ``add_SHlight``), so its light
codes can be used as they are: 1, x, y, z, xy, xz, yz, x² − y², 3z² − 1.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import pi, sqrt
from typing import Final

import numpy as np

#: Factor of each basis function; cosine-lobe convolution (π, 2π/3, π/4) included from band 1 on.
SH_FACTORS: Final = np.array(
    [
        1 / sqrt(4 * pi),
        *([2 * pi / 3 * sqrt(3 / (4 * pi))] * 3),
        *([pi / 4 * 3 * sqrt(5 / (12 * pi))] * 3),
        pi / 4 * 1.5 * sqrt(5 / (12 * pi)),
        pi / 4 * 0.5 * sqrt(5 / (4 * pi)),
    ],
    np.float32,
)
#: Real spherical-harmonic value of each basis function over its factor above.
_BAND_CONVOLUTION: Final = np.array([1.0, *([2 * pi / 3] * 3), *([pi / 4] * 5)], np.float64)

Vector = tuple[float, float, float]


def sh_basis(normals: np.ndarray) -> np.ndarray:
    """``(…, 3)`` unit normals → ``(…, 9)`` basis values; shading is ``basis @ light (9, 3)``."""
    x, y, z = np.moveaxis(np.asarray(normals, np.float32), -1, 0)
    terms = [np.ones_like(x), x, y, z, x * y, x * z, y * z, x * x - y * y, 3 * z * z - 1]
    return np.stack(terms, -1) * SH_FACTORS


def sh_ambient(colour: Vector) -> np.ndarray:
    """Light ``(9, 3)`` that shades every normal alike with this linear RGB."""
    light = np.zeros((9, 3), np.float32)
    light[0] = np.asarray(colour) / SH_FACTORS[0]
    return light


def sh_lamp(direction: Vector, colour: Vector) -> np.ndarray:
    """Light ``(9, 3)`` of a distant lamp; its face-on irradiance is about the linear RGB given."""
    d = np.asarray(direction, np.float64)
    harmonic = sh_basis(d / np.linalg.norm(d)) / _BAND_CONVOLUTION
    harmonic[0] *= pi  # the constant's factor leaves its convolution out
    return (harmonic[:, None] * np.asarray(colour, np.float64)).astype(np.float32)


@dataclass(frozen=True)
class Light:
    """All light of a frame, in camera space (it stays where it is when the head turns).

    Attributes:
        sh: ``(9, 3)`` linear RGB spherical-harmonic light of the room.
        key_direction: towards the key light (a soft box).
        key_colour: linear RGB of its face-on diffuse shading.
        rim_direction: towards the rim light, behind the head.
        rim_colour: linear RGB.
        exposure: scale on everything.
    """

    sh: np.ndarray = field(default_factory=lambda: sh_ambient((0.4, 0.4, 0.4)))
    key_direction: Vector = (-0.55, 0.55, 0.75)
    key_colour: Vector = (0.75, 0.7, 0.64)
    rim_direction: Vector = (0.75, 0.45, -0.65)
    rim_colour: Vector = (0.6, 0.65, 0.75)
    exposure: float = 1.0

    def tinted(self, key: Vector, room: Vector, gain: float = 1.0) -> "Light":
        """The same lamps seen through coloured gels.

        Args:
            key: factor on the key and rim colour.
            room: factor on the room light.
            gain: factor on the exposure.
        """
        return replace(
            self,
            sh=self.sh * np.asarray(room, np.float32),
            key_colour=_filtered(self.key_colour, key),
            rim_colour=_filtered(self.rim_colour, key),
            exposure=self.exposure * gain,
        )


def _filtered(colour: Vector, gel: Vector) -> Vector:
    return colour[0] * gel[0], colour[1] * gel[1], colour[2] * gel[2]


def _sum(lights: Iterable[np.ndarray]) -> np.ndarray:
    return np.stack(list(lights)).sum(0).astype(np.float32)


def film_light() -> Light:
    """Warm key from the upper left, cool fill, bounce from below: the look of an animated film."""
    room = _sum(
        [
            sh_ambient((0.205, 0.19, 0.19)),
            sh_lamp((0.8, 0.25, 0.55), (0.165, 0.175, 0.205)),
            sh_lamp((0.0, 1.0, 0.2), (0.16, 0.16, 0.165)),
            sh_lamp((-0.1, -1.0, 0.4), (0.10, 0.075, 0.06)),
        ]
    )
    return Light(
        sh=room,
        key_direction=(-0.52, 0.52, 0.80),
        key_colour=(0.95, 0.85, 0.73),
        rim_direction=(0.70, 0.50, -0.60),
        rim_colour=(0.75, 0.78, 0.85),
    )


def studio_light() -> Light:
    """Broad frontal soft boxes on both sides, as in a portrait studio; nearly no shadow."""
    room = _sum(
        [
            sh_ambient((0.26, 0.26, 0.265)),
            sh_lamp((-0.6, 0.35, 0.75), (0.24, 0.24, 0.24)),
            sh_lamp((0.6, 0.35, 0.75), (0.20, 0.20, 0.205)),
            sh_lamp((0.0, -0.8, 0.6), (0.07, 0.068, 0.066)),
        ]
    )
    return Light(
        sh=room,
        key_direction=(-0.30, 0.50, 0.82),
        key_colour=(0.36, 0.355, 0.345),
        rim_direction=(0.6, 0.4, -0.7),
        rim_colour=(0.2, 0.2, 0.21),
        exposure=1.3,
    )
