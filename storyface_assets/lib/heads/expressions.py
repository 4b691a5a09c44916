"""The five expressions as codes of the open head's 50 units.

Each recipe names ARKit units; a name without Left or Right stands for both sides. Which units
belong to which emotion follows the action units of Ekman & Friesen's EMFACS (1983): anger 4+5+7+23,
happiness 6+12, fear and surprise 1+2+5+26, sadness 1+4+15. The strengths were set by eye on the
open head, for an animated film: readable from afar, not grotesque.
"""

from types import MappingProxyType
from typing import Final

import numpy as np

from storyface_assets.lib.heads.model import N_EXPRESSION
from storyface_assets.lib.heads.units import UNITS
from storyface_assets.vocabulary import FACE_EXPRESSIONS

_RECIPES: Final = MappingProxyType(
    {
        "neutral": (
            {"browInnerUp": 0.1, "eyeWide": 0.15, "mouthSmile": 0.08},
            {"browOuterUp": 0.15, "eyeWide": 0.2, "mouthSmile": 0.04},
        ),
        "anger": (
            {
                "browDown": 1.3,
                "eyeSquint": 0.35,
                "eyeWide": 0.35,
                "noseSneer": 0.55,
                "mouthPress": 0.5,
                "mouthFrown": 0.6,
                "mouthShrugLower": 0.35,
                "jawForward": 0.3,
            },
            {
                "browDown": 1.35,
                "eyeWide": 0.4,
                "eyeSquint": 0.25,
                "noseSneer": 0.85,
                "mouthUpperUp": 0.55,
                "mouthLowerDown": 0.7,
                "mouthStretch": 0.35,
                "mouthFrown": 0.35,
                "jawOpen": 0.16,
            },
        ),
        "happy": (
            {
                "mouthSmile": 1.0,
                "cheekSquint": 0.75,
                "eyeSquint": 0.22,
                "mouthUpperUp": 0.6,
                "mouthLowerDown": 0.4,
                "jawOpen": 0.1,
                "browOuterUp": 0.2,
                "browInnerUp": 0.15,
            },
            {
                "mouthSmile": 0.95,
                "cheekSquint": 0.8,
                "eyeSquint": 0.32,
                "mouthUpperUp": 0.5,
                "mouthLowerDown": 0.25,
                "jawOpen": 0.28,
                "browInnerUp": 0.25,
                "browOuterUp": 0.3,
            },
        ),
        "panic": (
            {
                "browInnerUp": 1.5,
                "browOuterUp": 0.75,
                "eyeWide": 1.1,
                "mouthStretch": 0.75,
                "mouthLowerDown": 0.4,
                "mouthFrown": 0.25,
                "jawOpen": 0.3,
            },
            {
                "browInnerUp": 1.5,
                "browOuterUp": 0.9,
                "eyeWide": 1.25,
                "mouthStretch": 0.4,
                "mouthFunnel": 0.2,
                "jawOpen": 0.65,
            },
        ),
        "sadness": (
            {
                "browInnerUp": 1.8,
                "browOuterUp": -0.4,
                "browDown": 0.2,
                "eyeBlink": 0.08,
                "eyeLookDown": 0.2,
                "mouthFrown": 1.1,
                "mouthShrugLower": 0.55,
                "mouthShrugUpper": 0.15,
            },
            {
                "browInnerUp": 1.9,
                "browOuterUp": -0.4,
                "browDown": 0.25,
                "eyeBlink": 0.1,
                "eyeSquint": 0.35,
                "cheekSquint": 0.3,
                "mouthFrown": 1.25,
                "mouthStretch": 0.45,
                "mouthLowerDown": 0.3,
                "mouthShrugLower": 0.3,
                "noseSneer": 0.2,
            },
        ),
    }
)


def unit_code(strengths: dict[str, float]) -> np.ndarray:
    """Expression code ``(50,)`` float32 from named units; a name without a side sets both.

    Raises:
        KeyError: no such unit.
    """
    code = np.zeros(N_EXPRESSION, np.float32)
    for name, strength in strengths.items():
        places = [
            i for i, unit in enumerate(UNITS) if unit in (name, f"{name}Left", f"{name}Right")
        ]
        if not places:
            raise KeyError(f"no expression unit is called {name!r}")
        code[places] = strength
    return code


def archetype(expression: str, variant: int = 0) -> np.ndarray:
    """The code of one of ``vocabulary.FACE_EXPRESSIONS``.

    Args:
        expression: its name.
        variant: 0, the calm one with the mouth (nearly) closed; 1, the strong one.

    Returns:
        ``(50,)`` float32.

    Raises:
        ValueError: no such expression or variant.
    """
    if expression not in _RECIPES or not 0 <= variant < len(_RECIPES[expression]):
        known = ", ".join(FACE_EXPRESSIONS)
        raise ValueError(
            f"no expression {expression!r} variant {variant}; there are {known} × 0, 1"
        )
    return unit_code(_RECIPES[expression][variant])
