"""Guide strands: grown from the scalp along the flow, under gravity, outside the body."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from storyface_assets.lib.hair.flow import Flow, tangent
from storyface_assets.lib.hair.surface import DistanceField

#: Longest move between two looks at the body, metres.
_MOVE = 0.009
_FORWARD = np.array([0.0, 0.0, 1.0], np.float32)
_DOWN = np.array([0.0, -1.0, 0.0], np.float32)


@dataclass(frozen=True)
class Growth:
    """How strands grow; per-strand values are ``(N,)``.

    Attributes:
        length: metres.
        lift: angle off the scalp at the root, radians.
        clearance: height over the skin that the strand keeps once it lies, metres.
        flow: pull of the direction field. Pulls are per centimetre of hair.
        gravity: pull downward, growing along the strand.
        settle: pull back to the head where a strand stands off it.
        wander: random bend.
        curl_radius: metres; 0 for straight.
        curl_turns: turns a metre.
        floor: ``(N,)`` height below which a strand is cut, metres; ``-inf`` for none.
        face_gap: half-width in front of the face that stays free, metres; 0 for none.
        gap_top: height below which it does.
        gap_z: depth in front of which it does.
        shed_y: height below which hair slips off the shoulders.
        shed_z: depth of the shoulders' ridge.
    """

    length: np.ndarray
    lift: np.ndarray
    clearance: np.ndarray
    flow: float
    gravity: float
    settle: float
    wander: float
    curl_radius: float
    curl_turns: float
    floor: np.ndarray
    face_gap: float = 0.0
    gap_top: float = 0.0
    gap_z: float = 0.0
    shed_y: float = -np.inf
    shed_z: float = 0.0


def grow(
    roots: np.ndarray,
    normals: np.ndarray,
    field: DistanceField,
    flow: Flow,
    growth: Growth,
    steps: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Grow one strand from each root.

    Args:
        roots: ``(N, 3)`` on the scalp.
        normals: ``(N, 3)`` outward.
        field: the body to stay out of.
        flow: direction field.
        growth: lengths and pulls.
        steps: segments a strand.
        rng: seeded noise.

    Returns:
        ``(N, steps + 1, 3)`` float32 polylines from root to tip.
    """
    n = len(roots)
    lie = flow(roots, normals)
    side = np.where(lie[:, 0] < 0, -1.0, 1.0)
    lift = growth.lift[:, None]
    heading = np.cos(lift) * lie + np.sin(lift) * normals
    bend = rng.normal(0, 1, (n, 3)).astype(np.float32)
    moves = max(steps, int(np.ceil(float(growth.length.max()) / _MOVE)))
    step = (growth.length / moves)[:, None]
    pace = step / 0.01  # pulls are meant for a centimetre of hair
    at = roots + normals * 0.0005
    path = [at]
    for k in range(moves):
        along = (k + 1) / moves
        height, out = field.look(at)
        over = (height - growth.clearance)[:, None]
        lying = np.exp(-np.maximum(over, 0) / 0.02)
        # Hair settles on the head; below its widest place it hangs free.
        settle = np.clip(over / 0.008, 0, 1) * np.clip(1.6 * out[:, 1:2] + 0.3, 0, 1)
        pull = growth.flow * lying * flow(at, out) - growth.settle * settle * out
        # On the shoulders it slips to the front or the back.
        low = np.clip((growth.shed_y - at[:, 1:2]) / 0.02, 0, 1)
        pull = pull + low * np.where(at[:, 2:] > growth.shed_z, 0.45, -0.45) * _FORWARD
        pull = pull + growth.gravity * min(1.0, 2 * along) * _DOWN
        if k % 4 == 3:
            bend = rng.normal(0, 1, (n, 3)).astype(np.float32)
        heading = _unit(heading + pace * (pull + growth.wander * bend))
        at = at + heading * step
        # A strand rises to its clearance over the first third, so that roots stay rooted.
        keep = growth.clearance * min(1.0, 3 * along) + 0.0008
        moved = field.push_out(_draw_aside(at, side, growth), keep)
        pressed = (((moved - at) ** 2).sum(1) > 1e-10)[:, None]
        slid = _unit(tangent(heading, field.normal(moved)) + 0.3 * heading)
        heading = np.where(pressed, slid, heading)
        at = moved
        path.append(at)
    strands = cut(np.stack(path, 1), growth.floor, steps + 1)
    if growth.curl_radius > 0:
        strands = _curl(strands, growth, field, rng)
    return strands.astype(np.float32)


def _draw_aside(at: np.ndarray, side: np.ndarray, growth: Growth) -> np.ndarray:
    """Part hair like a curtain: what hangs in front of the face goes to its own side.

    Args:
        at: ``(N, 3)`` points.
        side: ``(N,)`` -1 or 1, the side that the strand is combed to.
        growth: how wide the curtain opens, and from where down.
    """
    if growth.face_gap <= 0:
        return at
    # Nothing is moved at the top; the curtain is wide open 4.5 cm lower.
    ramp = np.clip((growth.gap_top - at[:, 1]) / 0.045, 0, 1)
    least = growth.face_gap * (2 * ramp - 1)
    outward = np.where(at[:, 2] > growth.gap_z, np.maximum(at[:, 0] * side, least), at[:, 0] * side)
    return np.stack([side * outward, at[:, 1], at[:, 2]], 1)


def _unit(v: np.ndarray) -> np.ndarray:
    return v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-9)


def _curl(
    strands: np.ndarray, growth: Growth, field: DistanceField, rng: np.random.Generator
) -> np.ndarray:
    """Wind strands into helices that widen from the root."""
    n, k, _ = strands.shape
    step = np.linalg.norm(np.diff(strands, axis=1), axis=2)
    arc = np.concatenate([np.zeros((n, 1)), step.cumsum(1)], 1)
    along = _unit(np.gradient(strands, axis=1))
    out = field.normal(strands.reshape(-1, 3)).reshape(n, k, 3)
    side = _unit(np.cross(along, out))
    up = np.cross(side, along)
    turns = growth.curl_turns * rng.uniform(0.8, 1.2, (n, 1))
    phase = 2 * np.pi * (turns * arc + rng.random((n, 1)))
    radius = growth.curl_radius * np.minimum(arc / 0.015, 1) * rng.uniform(0.7, 1.3, (n, 1))
    wound = strands + radius[..., None] * (
        np.cos(phase)[..., None] * side + np.sin(phase)[..., None] * up
    )
    flat = wound.reshape(-1, 3)
    return field.push_out(flat, np.repeat(0.0008, len(flat))).reshape(n, k, 3)


def cut(strands: np.ndarray, floor: np.ndarray, count: int) -> np.ndarray:
    """Shorten strands at a height and spread ``count`` points evenly over what is left.

    Args:
        strands: ``(N, K, 3)``.
        floor: ``(N,)`` height of the scissors, metres.
        count: points a strand has afterwards.
    """
    n, k, _ = strands.shape
    below = strands[:, :, 1] < floor[:, None]
    below[:, 0] = False
    first = np.where(below.any(1), below.argmax(1), k - 1)
    rows = np.arange(n)
    high, low = strands[rows, np.maximum(first - 1, 0), 1], strands[rows, first, 1]
    part = np.clip((high - floor) / np.maximum(high - low, 1e-6), 0, 1)
    last = np.where(below.any(1), first - 1 + part, k - 1.0)
    at = last[:, None] * np.linspace(0, 1, count)[None]
    lower = np.minimum(at.astype(int), k - 2)
    t = (at - lower)[..., None]
    return strands[rows[:, None], lower] * (1 - t) + strands[rows[:, None], lower + 1] * t


def clump(strands: np.ndarray, amount: float, share: float, rng: np.random.Generator) -> np.ndarray:
    """Draw strands towards their neighbours' leaders, the more the nearer the tip.

    Args:
        strands: ``(N, K, 3)``.
        amount: 0 none, 1 tips meet.
        share: how many of the strands lead.
        rng: seeded choice of leaders.
    """
    n, k, _ = strands.shape
    leaders = rng.permutation(n)[: max(1, int(n * share))]
    nearest = leaders[cKDTree(strands[leaders, 0]).query(strands[:, 0])[1]]
    apart = strands[nearest] - strands
    # Strands that part company (over a parting, around an ear) do not clump.
    together = np.clip(1.6 - np.linalg.norm(apart[:, -1], axis=1) / 0.02, 0, 1)[:, None, None]
    drawn = (amount * np.linspace(0, 1, k) ** 1.5)[None, :, None]
    return strands + drawn * together * apart * rng.uniform(0.5, 1, (n, 1, 1))
