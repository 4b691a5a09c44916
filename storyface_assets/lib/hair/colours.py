"""Named hair colours and how one mid-tone becomes many strands."""

from types import MappingProxyType
from typing import Final

import numpy as np

from storyface_assets.lib.srgb import linear_to_srgb, srgb_to_linear

#: Mid-tone sRGB of a lock in soft light. Order: dark to light, then without melanin.
HAIR_COLOURS: Final = MappingProxyType(
    {
        "black": (30, 26, 27),
        "dark_brown": (54, 38, 30),
        "brown": (94, 64, 45),
        "red": (124, 68, 45),
        "blond": (186, 152, 110),
        "grey": (142, 140, 138),
        "white": (222, 219, 213),
    }
)

#: Linear reflectance of a strand without melanin.
_WHITE_STRAND: Final = 0.36


def to_bytes(linear: np.ndarray) -> np.ndarray:
    """Linear 0-1 → sRGB uint8."""
    return np.rint(linear_to_srgb(linear) * 255).astype(np.uint8)


def grey_share(age: float) -> float:
    """Share of white strands at an age, 0 to 0.25.

    Small on purpose: a wished or photographed colour has its own grey in it already.
    """
    return float(np.clip((age - 45) / 120, 0, 0.25))


def strand_colours(
    colour: tuple[int, int, int], count: int, white: float, rng: np.random.Generator
) -> np.ndarray:
    """Colours of single strands around a mid-tone.

    Hair is never one colour: strands differ in melanin (brightness) and a little in warmth, and
    some have lost it altogether. The mean stays the mid-tone when there is no white.

    Args:
        colour: mid-tone, sRGB 0-255.
        count: how many strands.
        white: share of white strands, 0 to 1.
        rng: seeded noise.

    Returns:
        ``(count, 3)`` linear RGB, 0 to 1.
    """
    mid = srgb_to_linear(np.array(colour, np.float32) / 255)
    spread = 0.22
    brightness = np.exp(rng.normal(-(spread**2) / 2, spread, (count, 1)))
    warmth = rng.normal(0, 0.05, (count, 1)) * np.array([1.0, 0.1, -1.0])
    strands = mid * brightness * (1 + warmth)
    bleached = rng.random(count) < white
    strands[bleached] *= 0.4
    strands[bleached] += 0.6 * _WHITE_STRAND * np.exp(rng.normal(0, 0.15, (int(bleached.sum()), 1)))
    return np.clip(strands, 0, 1).astype(np.float32)
