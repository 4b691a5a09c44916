"""Dense tables of morph targets on the vertices we keep, and the local targets of a face."""

import json
from dataclasses import dataclass

import numpy as np

from storyface_assets.lib.heads.build.wheel import AnnyData

#: Sections of ``target.json`` that shape a head, with the spread (1 = the artist's full range)
#: that people are sampled with.
_SECTIONS = {
    "head": 0.16,
    "forehead": 0.35,
    "eyebrows": 0.4,
    "eyes": 0.35,
    "nose": 0.4,
    "mouth": 0.35,
    "chin": 0.35,
    "cheek": 0.4,
    "ears": 0.25,
    "neck": 0.2,
}

#: Whole-head moves are pose, not identity; pointed ears are elves'.
_NOT_IDENTITY = (
    "head-trans",
    "head-angle",
    "neck-trans",
    "measure-neck",
    "nose-trans-in",
    "mouth-trans-in",
    "ear-shape-pointed",
)


@dataclass(frozen=True)
class LocalSlider:
    """A slider with a negative and a positive end, on one or both sides of the face.

    Attributes:
        name: the category's name in ``target.json``.
        spread: standard deviation to sample it with.
        negative: target names at −1, one a side (one entry: it has no sides); may be empty.
        positive: target names at +1.
    """

    name: str
    spread: float
    negative: tuple[str, ...]
    positive: tuple[str, ...]


def local_sliders(data: AnnyData) -> list[LocalSlider]:
    """The sliders that change a face, read from ``target.json``."""
    index = json.loads(data.text("targets/target.json"))
    sliders = []
    for section, spread in _SECTIONS.items():
        for category in index[section]["categories"]:
            if any(word in category["name"] for word in _NOT_IDENTITY):
                continue
            negative, positive = _ends(category)
            paths = [tuple(f"{section}/{name}" for name in end) for end in (negative, positive)]
            sliders.append(LocalSlider(category["name"], spread, *paths))
    return sliders


def _ends(category: dict) -> tuple[list[str], list[str]]:
    """Target names at the negative and the positive end of one category."""
    if "opposites" in category:
        sides = ("unsided", "left", "right")
        ends = [
            [category["opposites"][f"{e}-{s}"] for s in sides] for e in ("negative", "positive")
        ]
        return [n for n in ends[0] if n], [n for n in ends[1] if n]
    # Some categories name no opposites: the negative end's word then comes last but one.
    word = category["name"].split("-")[-2]
    negative = [n for n in category["targets"] if n.endswith(f"-{word}")]
    return negative, [n for n in category["targets"] if n not in negative]


class TargetTable:
    """Morph targets as dense offsets on a chosen set of vertices, read once each."""

    def __init__(self, data: AnnyData, base_ids: np.ndarray) -> None:
        self._data = data
        self._n = len(base_ids)
        # One place more than there are vertices: where those we do not keep are thrown.
        self._lookup = np.full(int(base_ids.max()) + 2, self._n, np.int64)
        self._lookup[base_ids] = np.arange(self._n)
        self._cache: dict[str, np.ndarray] = {}

    def dense(self, ids: np.ndarray, offsets: np.ndarray) -> np.ndarray:
        """Scatter a sparse target onto the chosen vertices, ``(n, 3)`` float32 decimetres."""
        table = np.zeros((self._n + 1, 3), np.float32)
        rows = self._lookup[np.minimum(ids, len(self._lookup) - 1)]
        np.add.at(table, rows, offsets.astype(np.float32))
        return table[:-1]

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._cache:
            self._cache[name] = self.dense(*self._data.target(name))
        return self._cache[name]
