"""Bound hair: strands combed to a tie, and the tail or bun behind it."""

import numpy as np

from storyface_assets.lib.hair.skull import Skull
from storyface_assets.lib.hair.styles import Ties
from storyface_assets.lib.hair.surface import DistanceField

#: Angle from the crown and azimuth of the ties.
_PLACES: dict[Ties, tuple[tuple[float, float], ...]] = {
    "none": (),
    "ponytail": ((1.05, np.pi),),
    "bun": ((0.62, np.pi),),
    "pigtails": ((1.55, 2.05), (1.55, -2.05)),
}


def tie_points(skull: Skull, ties: Ties) -> np.ndarray:
    """``(T, 3)`` where the hair is bound, a little over the scalp."""
    places = np.array(_PLACES[ties], float).reshape(-1, 2)
    if len(places) == 0:
        return np.zeros((0, 3), np.float32)
    return skull.cast(skull.direction(places[:, 0], places[:, 1]), 0.010)


def comb_to_ties(
    roots: np.ndarray,
    ties: np.ndarray,
    skull: Skull,
    height: np.ndarray,
    steps: int,
) -> np.ndarray:
    """Strands that hug the head from their roots to the nearest tie on their side.

    Args:
        roots: ``(N, 3)``.
        ties: ``(T, 3)``.
        skull: the head.
        height: ``(N,)`` greatest height over the scalp on the way.
        steps: segments a strand.

    Returns:
        ``(N, steps + 1, 3)``.
    """
    other_side = np.sign(ties[:, 0])[None] * np.sign(roots[:, :1]) < 0
    gap = np.linalg.norm(roots[:, None] - ties[None], axis=2) + np.where(other_side, 1.0, 0.0)
    goal = ties[np.argmin(gap, axis=1)]
    start, end = roots - skull.centre, goal - skull.centre
    r0, r1 = np.linalg.norm(start, axis=1), np.linalg.norm(end, axis=1)
    a, b = start / r0[:, None], end / r1[:, None]
    angle = np.arccos(np.clip((a * b).sum(1), -0.9999, 0.9999))[:, None]
    path = []
    for t in np.linspace(0, 1, steps + 1):
        turn = (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)
        radius = (1 - t) * r0 + t * r1
        at = skull.centre + turn * radius[:, None]
        keep = height * np.sin(np.pi * min(1.0, t * 1.1 + 0.05)) ** 0.6 + 0.001
        path.append(skull.field.push_out(at, keep))
    return np.stack(path, 1)


def bun_strands(
    tie: np.ndarray,
    out: np.ndarray,
    radius: float,
    count: int,
    steps: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Strands wound around a ball that sits on the tie.

    Args:
        tie: ``(3,)`` where it sits.
        out: ``(3,)`` unit, away from the head.
        radius: of the ball, metres.
        count: strands.
        steps: segments a strand.
        rng: seeded noise.
    """
    side = np.cross(out, np.array([0.0, 1.0, 0.3]))
    side /= np.linalg.norm(side)
    up = np.cross(side, out)
    centre = tie + out * radius * 0.62
    # Spiral from the rim to the middle of the outer face.
    start = rng.uniform(0, 2 * np.pi, count)
    latitude = rng.uniform(-0.9, 1.35, count)
    t = np.linspace(0, 1, steps + 1)
    azimuth = start[:, None] + 1.9 * t[None]
    tilt = np.clip(latitude[:, None] + 0.45 * t[None], -1.1, 1.5)
    r = radius * rng.uniform(0.9, 1.06, (count, 1))
    flat = r * np.cos(tilt)
    return (
        centre
        + (flat * np.cos(azimuth))[..., None] * side
        + (flat * np.sin(azimuth))[..., None] * up
        + (0.85 * r * np.sin(tilt))[..., None] * out
    )


def tail_strands(
    tie: np.ndarray,
    out: np.ndarray,
    length: float,
    thickness: float,
    count: int,
    steps: int,
    field: DistanceField,
    rng: np.random.Generator,
) -> np.ndarray:
    """A tail that springs from the tie, bends down and spreads, ``(count, steps + 1, 3)``."""
    jitter = rng.normal(0, 0.4, (count, 3))
    heading = out + np.array([0, 0.1, 0]) + 0.35 * jitter
    at = tie + 0.35 * thickness * jitter
    lengths = length * rng.uniform(0.75, 1.05, count)
    fan = rng.normal(0, 1, (count, 3)) * np.array([1, 0.1, 1])
    path = [at]
    for k in range(steps):
        share = (k + 1) / steps
        heading = heading / np.linalg.norm(heading, axis=1, keepdims=True)
        at = at + heading * (lengths / steps)[:, None]
        # Wide in the upper half, drawn together at the tip.
        core = at.mean(0)
        width = thickness * (0.6 + 1.2 * np.sin(np.pi * min(1.0, 0.15 + 0.8 * share)))
        at = at + 0.25 * (core + fan * width * 0.6 - at) * np.array([1, 0, 1])
        at = field.push_out(at, np.full(count, 0.004))
        path.append(at)
        heading = heading + np.array([0, -0.75, 0])
    return np.stack(path, 1)
