"""Sampling people: attributes and local sliders → head vertices."""

import numpy as np

from storyface_assets.lib.heads.attributes import MACRO_TARGETS, Attributes, macro_weights
from storyface_assets.lib.heads.build.targets import LocalSlider, TargetTable

#: Local targets at the thinnest and the stoutest: hm08's weight macro stops at the neck.
_FULLNESS = {
    "minweight": {"head/head-fat-decr": 0.6},
    "maxweight": {"head/head-fat-incr": 0.7, "neck/neck-double-incr": 0.5},
}
#: Chance that a slider is used at all: a few strong features make a face, not 80 weak ones.
_USED = 0.5
#: How far the two sides of a sided slider may differ, as a share of its spread.
_ASYMMETRY = 0.08


class PeopleMaker:
    """Turns attributes and slider positions into vertices.

    Args:
        base: ``(n, 3)`` the base mesh on the table's vertices, decimetres.
        table: the morph targets on the same vertices.
        sliders: the local sliders to use.
    """

    def __init__(self, base: np.ndarray, table: TargetTable, sliders: list[LocalSlider]) -> None:
        self.base = base.astype(np.float32)
        self.sliders = sliders
        self.macro = np.stack([_macro_target(table, name) for name in MACRO_TARGETS])
        names = sorted({n for s in sliders for n in (*s.negative, *s.positive)})
        self._row = {name: i for i, name in enumerate(names)}
        self._local = np.stack([table[name] for name in names])

    def macro_head(self, person: Attributes) -> np.ndarray:
        """Vertices ``(n, 3)`` of the average person with these attributes."""
        return self.base + np.tensordot(macro_weights(person).astype(np.float32), self.macro, 1)

    def head(self, person: Attributes, positions: np.ndarray) -> np.ndarray:
        """Vertices ``(n, 3)`` of a person.

        Args:
            person: macro attributes.
            positions: ``(len(sliders), 2)`` slider positions, −1 … 1, left and right side;
                sliders without sides use the first.
        """
        weights = np.zeros(len(self._row), np.float32)
        for slider, position in zip(self.sliders, positions, strict=True):
            for side, value in enumerate(position):
                end = slider.positive if value > 0 else slider.negative
                if side < len(end):
                    weights[self._row[end[side]]] += abs(value)
        return self.macro_head(person) + np.tensordot(weights, self._local, 1)

    def random_head(self, rng: np.random.Generator) -> tuple[Attributes, np.ndarray]:
        """One random person and the vertices ``(n, 3)``."""
        person = random_attributes(rng)
        return person, self.head(person, self._random_positions(rng))

    def _random_positions(self, rng: np.random.Generator) -> np.ndarray:
        n = len(self.sliders)
        spread = np.array([s.spread for s in self.sliders])
        both = rng.normal(0, spread) * (rng.random(n) < _USED)
        sides = both[:, None] + rng.normal(0, 1, (n, 2)) * (_ASYMMETRY * spread)[:, None]
        return np.clip(np.where(both[:, None] == 0, 0, sides), -1, 1)


def _macro_target(table: TargetTable, name: str) -> np.ndarray:
    """One macro target, with the face's fullness where it speaks of weight."""
    target = table[f"macrodetails/{name}"].copy()
    for extra, amount in _FULLNESS.get(name.rpartition("-")[2], {}).items():
        target += amount * table[extra]
    return target


def random_attributes(rng: np.random.Generator) -> Attributes:
    """One person of a mixed crowd: all ages from three, all ancestries, often mixed."""
    ancestry = rng.dirichlet((0.4, 0.4, 0.4))
    return Attributes(
        gender=float(rng.beta(0.4, 0.4)),
        age_years=float(rng.uniform(3, 85)),
        african=float(ancestry[0]),
        asian=float(ancestry[1]),
        caucasian=float(ancestry[2]),
        muscle=float(np.clip(rng.normal(0.5, 0.2), 0, 1)),
        weight=float(np.clip(rng.normal(0.5, 0.2), 0, 1)),
    )
