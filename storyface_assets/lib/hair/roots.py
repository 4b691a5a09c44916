"""Where strands are rooted, and what differs by place on the scalp."""

from dataclasses import dataclass

import numpy as np

from storyface_assets.lib.hair.hairline import Hairline
from storyface_assets.lib.hair.skull import Skull
from storyface_assets.lib.hair.styles import Cut, Lengths

#: Azimuths from the front at which fringe, side and back are as the style says, radians.
_REGIONS = (0.45, 1.3, 2.4)
#: Metres inside the hairline over which locks get as dense as elsewhere.
_THIN_BAND = 0.010
#: Height over the ears that locks in front of them are rooted at, metres.
_OVER_EAR = 0.004
#: Hair shorter than this, metres, is shorter still along the hairline, over this band.
_CROPPED, _EDGE_BAND = 0.03, 0.018


@dataclass(frozen=True)
class Roots:
    """Rooted points.

    Attributes:
        points: ``(N, 3)`` metres.
        normals: ``(N, 3)`` unit, outward.
        polar: ``(N,)`` angle from the crown, radians.
        azimuth: ``(N,)`` 0 = front, positive to the subject's left.
        inside: ``(N,)`` distance inside the hairline, metres.
    """

    points: np.ndarray
    normals: np.ndarray
    polar: np.ndarray
    azimuth: np.ndarray
    inside: np.ndarray

    def pick(self, chosen: np.ndarray) -> "Roots":
        """Only some of the roots."""
        return Roots(*(getattr(self, n)[chosen] for n in self.__dataclass_fields__))


def plant(
    skull: Skull, hairline: Hairline, count: int, rng: np.random.Generator, horseshoe: bool = False
) -> Roots:
    """Roots spread evenly over the scalp (farthest-point sampling of random candidates)."""
    inside = hairline(skull.bare.points)
    # Thinner towards the edge: a full row of locks there would look like a brush.
    grows = inside > 0.0005 + _THIN_BAND * rng.random(len(inside)) ** 2
    # Sideburns are left to the painted cap: locks there would be combed through the ears.
    ear = skull.ear
    grows &= (skull.bare.points[:, 1] > ear.top + _OVER_EAR) | (skull.bare.points[:, 2] < ear.back)
    if horseshoe:
        grows &= bald_crown(skull, skull.bare.points) < 0.7 * rng.random(len(inside))
    candidates = np.flatnonzero(grows)
    candidates = rng.permutation(candidates)[: 7 * count]
    chosen = candidates[_spread(skull.bare.points[candidates], min(count, len(candidates)))]
    points = skull.bare.points[chosen]
    polar, azimuth = skull.angles(points)
    return Roots(points, skull.bare.normals[chosen], polar, azimuth, inside[chosen])


def bald_crown(skull: Skull, points: np.ndarray) -> np.ndarray:
    """How bald (0 to 1) the top is on a head with hair on its sides and back only."""
    height = (points[:, 1] - skull.face.brow_y) / skull.face.third
    back = np.maximum(skull.centre[2] - points[:, 2], 0) / skull.face.half_width
    return np.clip((height - 0.62 + 0.15 * back) / 0.4, 0, 1)


def _spread(points: np.ndarray, count: int) -> np.ndarray:
    """Farthest-point sampling: indices of ``count`` well-spread points."""
    gap = np.full(len(points), np.inf)
    order = np.empty(count, int)
    at = 0
    for k in range(count):
        order[k] = at
        gap = np.minimum(gap, ((points - points[at]) ** 2).sum(1))
        at = int(np.argmax(gap))
    return order


def region_lengths(skull: Skull, roots: Roots, lengths: Lengths) -> np.ndarray:
    """``(N,)`` strand lengths, metres on an adult's head."""
    height = (roots.points[:, 1] - skull.face.brow_y) / skull.face.third
    turn = np.abs(roots.azimuth)
    top = _smooth((height - 0.35) / 0.55)
    front = _smooth((1.2 - turn) / 0.7)
    back = _smooth((turn - 1.9) / 0.7)
    low = _smooth((0.3 - height) / 1.0)
    upper = lengths.top + (lengths.front - lengths.top) * front
    lower = lengths.side + (lengths.nape - lengths.side) * back * low
    length = lower + (upper - lower) * top
    # Cropped hair grows out to its length behind the hairline, or its tips would be a fringe.
    edge = 0.3 + 0.7 * _smooth(roots.inside / _EDGE_BAND)
    return np.where(length < _CROPPED, length * edge, length)


def region_floor(skull: Skull, roots: Roots, cut: Cut, rng: np.random.Generator) -> np.ndarray:
    """``(N,)`` heights at which strands are cut, ``-inf`` where they are not."""
    face = skull.face
    heights = [
        None if cut.fringe is None else face.brow_y + cut.fringe * face.third,
        None if cut.side is None else face.brow_y - cut.side * face.third,
        None if cut.back is None else face.brow_y - cut.back * face.third,
    ]
    if heights[0] is None:
        heights[0] = heights[1]
    turn = np.abs(roots.azimuth)
    if all(h is not None for h in heights):
        floor = np.interp(turn, _REGIONS, np.array(heights, float))
    else:
        region = np.digitize(turn, [np.mean(_REGIONS[:2]), np.mean(_REGIONS[1:])])
        floor = np.array([-np.inf if h is None else h for h in heights])[region]
    return floor - np.abs(rng.normal(0, 0.05, len(turn))) * face.third


def _smooth(t: np.ndarray) -> np.ndarray:
    t = np.clip(t, 0, 1)
    return t * t * (3 - 2 * t)
