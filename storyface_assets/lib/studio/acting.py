"""How people act an emotion: each in a way of their own, more or less, never twice the same.

An expression is the archetype of ``lib.heads.expressions`` in this person's style, scaled by an
intensity, uneven between the sides of the face, with what the mouth does while talking.
"""

from dataclasses import dataclass

import numpy as np

from storyface_assets.lib.heads.expressions import archetype, unit_code
from storyface_assets.lib.heads.model import N_EXPRESSION
from storyface_assets.lib.heads.units import UNITS
from storyface_assets.lib.studio.seeds import rng_of
from storyface_assets.vocabulary import FACE_EXPRESSIONS

#: What some people add to an emotion: units that may come with it (EMFACS' major variants).
_FLAVOURS: dict[str, tuple[dict[str, float], ...]] = {
    "neutral": (
        {"mouthPress": 0.25},
        {"browDown": 0.2},
        {"mouthRollLower": 0.2},
        {"jawOpen": 0.04},
    ),
    "anger": (
        {"jawOpen": 0.22, "mouthLowerDown": 0.4, "mouthUpperUp": 0.4},
        {"mouthPress": 0.7, "mouthRollLower": 0.4},
        {"mouthPucker": 0.35, "mouthShrugLower": 0.3},
        {"noseSneer": 0.5},
    ),
    "happy": (
        {"jawOpen": 0.25, "mouthUpperUp": 0.2},
        {"mouthDimple": 0.5, "mouthPress": 0.3},
        {"eyeSquint": 0.5, "cheekSquint": 0.4},
        {"browInnerUp": 0.3, "browOuterUp": 0.4},
    ),
    "panic": (
        {"jawOpen": 0.35},
        {"mouthFunnel": 0.4, "jawOpen": 0.15},
        {"mouthStretch": 0.5},
        {"mouthRollLower": 0.5, "mouthPress": 0.3},
    ),
    "sadness": (
        {"eyeBlink": 0.1, "eyeLookDown": 0.25},
        {"mouthShrugLower": 0.5},
        {"mouthPress": 0.4, "mouthRollLower": 0.3},
        {"jawOpen": 0.12, "mouthLowerDown": 0.3},
    ),
}
#: Factors on an archetype's units. Made for films, where sad eyes may sink: in a photo their label
#: would be read off closed eyes, and eyes that are narrow by birth would be shut.
_IN_PHOTOS: dict[str, dict[str, float]] = {
    "sadness": {"eyeBlink": 0.0, "eyeSquint": 0.4, "cheekSquint": 0.6, "eyeLookDown": 0.5}
}
#: Mouths in the middle of a word.
_VISEMES: tuple[dict[str, float], ...] = (
    {"jawOpen": 0.22, "mouthLowerDown": 0.15},
    {"mouthFunnel": 0.4, "jawOpen": 0.12},
    {"mouthPucker": 0.45},
    {"mouthRollLower": 0.35, "mouthRollUpper": 0.25},
    {"mouthStretch": 0.25, "jawOpen": 0.08},
)
_LEFT = np.array([u.endswith("Left") for u in UNITS])
_RIGHT = np.array([u.endswith("Right") for u in UNITS])
_STEM = [u.removesuffix("Left").removesuffix("Right") for u in UNITS]
#: Degrees the eyes turn when an eyeLook unit is fully on, roughly.
_LOOK_DEGREES = 30.0
_MOST = 2.1


@dataclass(frozen=True)
class Manner:
    """One person's way of showing each expression.

    Attributes:
        codes: ``{expression: (50,)}`` fully shown.
        lopsided: factor of the left side over the right, 1 = even.
    """

    codes: dict[str, np.ndarray]
    lopsided: float


def manner_of(seed: int, cast: str, index: int) -> Manner:
    """The manner of a person of the set."""
    rng = rng_of(seed, cast, "manner", index)
    codes = {}
    for name in FACE_EXPRESSIONS:
        mix = rng.beta(0.9, 0.9)
        code = (1 - mix) * archetype(name, 0) + mix * archetype(name, 1)
        habit = {stem: np.exp(rng.normal(0, 0.28)) for stem in dict.fromkeys(_STEM)}
        factors = _IN_PHOTOS.get(name, {})
        code = code * np.array([habit[stem] * factors.get(stem, 1.0) for stem in _STEM])
        for flavour in _FLAVOURS[name]:
            if rng.random() < 0.35:
                code = code + rng.uniform(0.3, 1.0) * unit_code(flavour)
        codes[name] = code.astype(np.float32)
    return Manner(codes, float(np.exp(rng.normal(0, 0.08))))


def act(manner: Manner, expression: str, intensity: float, rng: np.random.Generator) -> np.ndarray:
    """The face of one moment.

    Args:
        manner: the person's.
        expression: of ``FACE_EXPRESSIONS``.
        intensity: 0.25 = hardly visible … 1 = as the archetype … 1.3 = stronger.
        rng: chances of the moment.

    Returns:
        ``(50,)`` float32 expression code.
    """
    rest = manner.codes["neutral"] * rng.uniform(0.3, 1.2)
    code = rest if expression == "neutral" else 0.3 * rest + intensity * manner.codes[expression]
    code = code * np.exp(rng.normal(0, 0.1, N_EXPRESSION))
    tilt = manner.lopsided * np.exp(rng.normal(0, 0.07))
    code = code * np.where(_LEFT, tilt, np.where(_RIGHT, 1 / tilt, 1.0))
    if rng.random() < 0.3:  # talking; a strong emotion leaves less room for it
        word = _VISEMES[int(rng.integers(len(_VISEMES)))]
        code = code + rng.uniform(0.2, 0.9) / (1 + intensity) * unit_code(word)
    if rng.random() < 0.02:  # caught in a blink
        code = code + unit_code({"eyeBlink": rng.uniform(0.3, 0.9)})
    # Small doings that mean nothing.
    noise = rng.normal(0, 0.04, N_EXPRESSION) * (rng.random(N_EXPRESSION) < 0.3)
    code = np.clip(code + np.maximum(noise, 0) + _gaze(rng), -0.6, _MOST)
    jaw = UNITS.index("jawOpen")
    code[jaw] = min(code[jaw], 1.0)
    return code.astype(np.float32)


def _gaze(rng: np.random.Generator) -> np.ndarray:
    """Eyes off the lens by a few degrees, lids following."""
    left, up = rng.normal(0, [6.0, 3.5]) / _LOOK_DEGREES
    return unit_code(
        {
            "eyeLookOutLeft": max(left, 0),
            "eyeLookInRight": max(left, 0),
            "eyeLookInLeft": max(-left, 0),
            "eyeLookOutRight": max(-left, 0),
            "eyeLookUp": max(up, 0),
            "eyeLookDown": max(-up, 0),
        }
    )
