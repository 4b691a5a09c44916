"""A person's wrinkles: how deep each is at rest, and how much each expression deepens it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from storyface_assets.lib.heads.build.skin_detail import spline
from storyface_assets.lib.heads.detail_window import DETAIL_SIZE
from storyface_assets.lib.heads.units import UNITS
from storyface_assets.lib.relief.space import DetailSpace
from storyface_assets.lib.relief.wrinkle_lines import (
    FOREHEAD,
    FOREHEAD_UNITS,
    GROUPS,
    FaceMarks,
)

#: Lines are drawn at so many times the map's size.
_SUPERSAMPLE: Final = 4
#: Width of the pen there.
_PEN: Final = 2
#: Metres of displacement that are as good as none.
_NOTHING: Final = 1e-8
#: A groove's shoulders: their width over its own, and their share of it.
_SHOULDER_WIDTH, _SHOULDER = 2.4, 0.55
#: People differ: standard deviation of the logarithm of a kind of line's depth, of one side's
#: against the other's, and of the lines' places in texels.
_DEPTH_SPREAD, _UNEVEN, _PLACE_SPREAD = 0.35, 0.1, 1.2


@dataclass(frozen=True)
class ReliefStyle:
    """What sets one person's skin apart.

    Attributes:
        aged: 0–1.2 depth of the lines that stay at rest, 1 at seventy.
        moved: 0–1.5 depth that expressions add.
        seed: of the lines' places and single depths.
    """

    aged: float = 0.0
    moved: float = 0.5
    seed: int = 0

    @classmethod
    def usual(cls, years: float, seed: int = 0) -> "ReliefStyle":
        """The middle of those that people of an age have."""
        moved = np.interp(years, (5, 15, 30, 60), (0.25, 0.4, 0.75, 1.0))
        return cls(float(np.clip((years - 26) / 45, 0, 1.1)), float(moved), seed)

    @classmethod
    def of_age(cls, years: float, rng: np.random.Generator) -> "ReliefStyle":
        """One that people of an age may have."""
        middle = cls.usual(years)
        aged, moved = np.exp(rng.normal(0, 0.3, 2)) * (middle.aged, middle.moved)
        return cls(min(float(aged), 1.2), min(float(moved), 1.5), int(rng.integers(2**31)))


class SkinRelief:
    """One person's displacement as a linear function of how hard each group of lines is drawn.

    Each group is kept as the box that it lies in, for sets have hundreds of people.

    Args:
        space: of the head model.
        style: of the person.
    """

    def __init__(self, space: DetailSpace, style: ReliefStyle) -> None:
        rng = np.random.default_rng(style.seed)
        warp = _place_warp(rng)
        marks = FaceMarks(space.landmarks)
        lines = _groove(FOREHEAD.curves(marks, rng), FOREHEAD.width, rng, warp)
        x = np.arange(DETAIL_SIZE)
        bounds = space.landmarks[[19, 21, 22, 24], 0]
        right = np.interp(x, bounds[:2], (1, 0))
        left = np.interp(x, bounds[2:], (0, 1))
        shares = (right, 1 - right - left, left)
        maps = [FOREHEAD.depth * lines * share for share in shares]
        for group in GROUPS:
            own = FaceMarks(space.landmarks, group.side or -1)
            groove = _groove(group.curves(own, rng), group.width, rng, warp)
            maps.append(group.depth * groove)
        self._boxes = [_boxed((map_ * space.mask).astype(np.float32)) for map_ in maps]
        depth = _depths(rng)
        aged = np.array([FOREHEAD.aged] * len(shares) + [g.aged for g in GROUPS])
        self._rest = style.aged * aged * depth
        self._gain = style.moved * depth

    def strengths(self, expressions: np.ndarray) -> np.ndarray:
        """How hard each group is drawn ``(N, G)`` in expressions ``(N, 50)``."""
        drawn = np.tanh(np.maximum(np.asarray(expressions, np.float64) @ _DRIVERS.T, 0))
        return (self._rest + self._gain * drawn).astype(np.float32)

    def displacement(self, expressions: np.ndarray) -> np.ndarray:
        """Metres along the normal ``(N, 256, 256)`` float32 in expressions ``(N, 50)``."""
        shown = np.zeros((len(expressions), DETAIL_SIZE, DETAIL_SIZE), np.float32)
        for strengths, (box, map_) in zip(self.strengths(expressions).T, self._boxes, strict=True):
            shown[(slice(None), *box)] += strengths[:, None, None] * map_
        return shown


def _boxed(map_: np.ndarray) -> tuple[tuple[slice, slice], np.ndarray]:
    """The smallest box that holds all of a map but zeros, and what is in it."""
    rows, columns = (np.flatnonzero(np.abs(map_).max(axis) > _NOTHING) for axis in (1, 0))
    if not len(rows):
        return (slice(0), slice(0)), map_[:0, :0]
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    return box, np.ascontiguousarray(map_[box])


def _depths(rng: np.random.Generator) -> np.ndarray:
    """``(G,)`` how deep each group is for its kind; both sides of a face nearly alike."""
    kinds = ["forehead"] * len(FOREHEAD_UNITS)
    kinds += [g.name.removesuffix("_left").removesuffix("_right") for g in GROUPS]
    deep = {kind: rng.normal(0, _DEPTH_SPREAD) for kind in dict.fromkeys(kinds)}
    uneven = rng.normal(0, _UNEVEN, len(kinds))
    return np.exp(np.clip([deep[kind] for kind in kinds], -0.7, 0.7) + uneven)


def _drivers() -> np.ndarray:
    """``(G, 50)`` strength of each group by unit."""
    drivers = [*FOREHEAD_UNITS, *(group.units for group in GROUPS)]
    matrix = np.zeros((len(drivers), len(UNITS)))
    for row, units in enumerate(drivers):
        for name, weight in units.items():
            matrix[row, UNITS.index(name)] = weight
    return matrix


_DRIVERS: Final = _drivers()


def _place_warp(rng: np.random.Generator) -> np.ndarray:
    """``(256, 256, 2)`` float32 texels that everything is moved by: no two faces are alike."""
    coarse = rng.normal(0, _PLACE_SPREAD, (7, 7, 2)).astype(np.float32)
    return cv2.resize(coarse, (DETAIL_SIZE, DETAIL_SIZE), interpolation=cv2.INTER_CUBIC)


def _groove(
    curves: list[np.ndarray], width: float, rng: np.random.Generator, warp: np.ndarray
) -> np.ndarray:
    """``(256, 256)``: −1 along the middle of a line, above 0 beside it, 0 elsewhere."""
    fine = np.zeros((DETAIL_SIZE * _SUPERSAMPLE,) * 2, np.uint8)
    for curve in curves:
        points = spline(curve, 48)
        points = points + warp[tuple(np.clip(points[:, ::-1], 0, DETAIL_SIZE - 1).astype(int).T)]
        _draw(points, _strengths(rng, len(points)), fine)
    return np.asarray(np.clip(_raised(fine, width) / _middle_of(width), -1.5, 1.0))


def _raised(fine: np.ndarray, width: float) -> np.ndarray:
    """``(256, 256)``: below 0 where lines were drawn, above 0 on their shoulders; not scaled."""
    lines = cv2.resize(fine, (DETAIL_SIZE,) * 2, interpolation=cv2.INTER_AREA) / np.float32(255)
    narrow = cv2.GaussianBlur(lines, (0, 0), width)
    broad = cv2.GaussianBlur(lines, (0, 0), _SHOULDER_WIDTH * width)
    return np.asarray(_SHOULDER * _SHOULDER_WIDTH * broad - narrow)


def _strengths(rng: np.random.Generator, count: int) -> np.ndarray:
    """``(count,)`` 0–1: lines end softly, and are not equally deep all along."""
    along = np.linspace(0, np.pi, count)
    return np.sin(along) ** 0.6 * (0.8 + 0.2 * np.sin(3 * along + rng.uniform(0, 6)))


def _draw(points: np.ndarray, strengths: np.ndarray, fine: np.ndarray) -> None:
    """A line of texels ``(n, 2)`` into the fine map, the stronger one where lines cross."""
    place = (points + 0.5) * _SUPERSAMPLE - 0.5
    low = np.maximum(np.floor(place.min(0)).astype(int) - 4, 0)
    high = np.minimum(np.ceil(place.max(0)).astype(int) + 5, len(fine))
    if (high <= low).any():
        return
    layer = np.zeros((high - low)[::-1], np.uint8)
    fixed = np.rint((place - low) * 16).astype(np.int32)
    for begin, end, strength in zip(fixed[:-1], fixed[1:], strengths[1:], strict=True):
        part = np.stack([begin, end]).reshape(-1, 1, 2)
        cv2.polylines(layer, [part], False, round(255 * strength), _PEN, cv2.LINE_AA, 4)
    view = fine[low[1] : high[1], low[0] : high[0]]
    np.maximum(view, layer, out=view)


@lru_cache
def _middle_of(width: float) -> float:
    """How deep a long straight line comes out before it is scaled."""
    fine = np.zeros((DETAIL_SIZE * _SUPERSAMPLE,) * 2, np.uint8)
    across = np.stack([np.linspace(-20, DETAIL_SIZE + 20, 48), np.full(48, 128.0)], 1)
    _draw(across, np.ones(48), fine)
    return -float(_raised(fine, width)[:, DETAIL_SIZE // 2].min())
