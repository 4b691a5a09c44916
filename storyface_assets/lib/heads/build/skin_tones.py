"""Procedural skin: a person's tones as sums of soft fields in log RGB.

Skin colour is two pigments in layers: melanin scales the whole spectrum, blood takes away green
and blue (Tsumura et al. 2003, "Image-based skin color and texture analysis/synthesis"). In log RGB
both are additive, so a person is a weighted sum of fields, which a linear albedo space can hold.
"""

from dataclasses import astuple, dataclass, fields

import numpy as np

from storyface_assets.lib.heads.build.texture_space import TextureSpace

#: Linear RGB of the lightest and the darkest skin.
_LIGHT = np.log([0.80, 0.545, 0.430])
_DARK = np.log([0.100, 0.045, 0.026])
#: What a unit of each pigment or tint does to log RGB.
_BLOOD = np.array([-0.02, -0.24, -0.22])
_SHADE = np.array([-0.24, -0.30, -0.26])
_STUBBLE = np.array([-0.36, -0.30, -0.24])
_YELLOW = np.array([0.02, 0.02, -0.16])


@dataclass(frozen=True)
class SkinParameters:
    """One person's skin, each about 0 … 1 unless said.

    Attributes:
        melanin: 0 = the lightest, 1 = the darkest.
        blood: pink in the whole skin.
        yellow: −1 … 1.
        cheeks: redness there.
        nose: redness of nose and ears.
        lips: how much redder than skin.
        lip_dark: how much darker than skin.
        eye_shade: darkness around the eyes.
        beard: blue-grey of a shaven beard.
        mottle: strength of the uneven tone.
    """

    melanin: float = 0.2
    blood: float = 0.5
    yellow: float = 0.0
    cheeks: float = 0.5
    nose: float = 0.4
    lips: float = 0.5
    lip_dark: float = 0.4
    eye_shade: float = 0.4
    beard: float = 0.0
    mottle: float = 0.4


PARAMETER_NAMES = tuple(f.name for f in fields(SkinParameters))


def parameter_vector(skin: SkinParameters) -> np.ndarray:
    """The parameters in the order of :data:`PARAMETER_NAMES`, ``(10,)``."""
    return np.array(astuple(skin))


def log_albedo(
    skin: SkinParameters, space: TextureSpace, regions: dict[str, np.ndarray], seed: int
) -> np.ndarray:
    """The person's skin ``(S, S, 3)`` float32, log of linear RGB.

    Args:
        skin: the person.
        space: the atlas.
        regions: from ``skin_regions``.
        seed: of the uneven tone.
    """
    redness = 0.35 * (skin.blood - 0.3) + 0.06 * regions["face"]
    redness = redness + 0.9 * skin.cheeks * regions["cheeks"]
    redness = redness + skin.nose * (
        0.9 * regions["nose"] + 0.6 * regions["nostrils"] + 0.8 * regions["ears"]
    )
    redness = redness + 0.35 * skin.cheeks * regions["chin"] - 0.15 * regions["forehead"]
    redness = redness + 0.5 * regions["inner_corners"] + 0.25 * regions["lids"]
    shade = skin.eye_shade * (0.55 * regions["under_eyes"] + 0.75 * regions["sockets"])
    shade = shade + 0.20 * regions["nostrils"] + 0.10 * regions["neck"]
    noise = soft_noise(space.position, seed)
    # Blood shows less through melanin.
    clear = 1 - 0.55 * skin.melanin
    lips = regions["lips"]
    log = (1 - skin.melanin) * _LIGHT + skin.melanin * _DARK
    field = np.empty((*redness.shape, 3), np.float32)
    field[:] = log
    field += (
        (redness * (1 - 0.7 * lips) + 0.30 * skin.mottle * noise[0])[..., None] * clear * _BLOOD
    )
    field += (shade + 0.10 * skin.mottle * noise[1])[..., None] * _SHADE
    field += (skin.yellow + 0.3 * skin.mottle * noise[2])[..., None] * _YELLOW
    field += (skin.beard * regions["beard"])[..., None] * (1 - 0.4 * skin.melanin) * _STUBBLE
    red_lips = (1.1 + 1.3 * skin.lips) * clear * _BLOOD + (0.4 + 0.8 * skin.lip_dark) * _SHADE
    return field + (lips[..., None] * red_lips).astype(np.float32)


def soft_noise(position: np.ndarray, seed: int) -> np.ndarray:
    """Three smooth fields ``(3, S, S)`` over space, so that no seam of the atlas shows.

    Random plane waves of 2.5 to 7 cm; their sum has unit variance.
    """
    rng = np.random.default_rng(seed)
    waves = 10
    field = np.zeros((3, *position.shape[:2]), np.float32)
    for channel in field:
        direction = rng.normal(size=(waves, 3))
        direction /= np.linalg.norm(direction, axis=1, keepdims=True)
        frequency = 2 * np.pi / rng.uniform(0.025, 0.07, waves)
        phase = rng.uniform(0, 2 * np.pi, waves)
        for k in range(waves):
            wave = (frequency[k] * direction[k]).astype(np.float32)
            channel += np.cos(position @ wave + np.float32(phase[k]))
    return field * np.float32(np.sqrt(2 / waves))


def random_skin(rng: np.random.Generator) -> SkinParameters:
    """One person of a mixed crowd."""
    male = rng.random() < 0.5
    return SkinParameters(
        melanin=float(rng.uniform(0, 1)),
        blood=float(rng.uniform(0, 1)),
        yellow=float(rng.normal(0, 0.4)),
        cheeks=float(rng.uniform(0.1, 1)),
        nose=float(rng.uniform(0.1, 0.9)),
        lips=float(rng.uniform(0, 1)),
        lip_dark=float(rng.uniform(0, 1)),
        eye_shade=float(rng.uniform(0, 1)),
        beard=float(rng.uniform(0, 0.8)) if male else 0.0,
        mottle=float(rng.uniform(0.1, 0.8)),
    )
