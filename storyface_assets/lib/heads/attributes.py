"""MakeHuman's macro attributes: how much of each macro target a person's attributes call for.

The weights are multilinear: each attribute is interpolated between its two nearest named stages,
and a target's weight is the product over the attributes in its name (``macro.json``).
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

RACES = ("african", "asian", "caucasian")
GENDERS = ("female", "male")
AGES = ("baby", "child", "young", "old")
MUSCLES = ("minmuscle", "averagemuscle", "maxmuscle")
WEIGHTS = ("minweight", "averageweight", "maxweight")

#: Age in years at each stage (MakeHuman: 1, ~10, 25 and 90 years).
AGE_YEARS = (1.0, 10.0, 25.0, 90.0)


@dataclass(frozen=True)
class Attributes:
    """What a person is like, in words that the macro targets know.

    Attributes:
        gender: 0 = female … 1 = male.
        age_years: 1 … 90.
        african: share of this ancestry, with ``asian`` and ``caucasian``; they are normalised.
        asian: see ``african``.
        caucasian: see ``african``.
        muscle: 0 … 1, 0.5 = average.
        weight: 0 … 1, 0.5 = average.
    """

    gender: float = 0.5
    age_years: float = 25.0
    african: float = 1 / 3
    asian: float = 1 / 3
    caucasian: float = 1 / 3
    muscle: float = 0.5
    weight: float = 0.5


#: Every macro target that shapes a head, in a fixed order.
MACRO_TARGETS: tuple[str, ...] = tuple(
    [f"{r}-{g}-{a}" for r, g, a in product(RACES, GENDERS, AGES)]
    + [f"universal-{g}-{a}-{m}-{w}" for g, a, m, w in product(GENDERS, AGES, MUSCLES, WEIGHTS)]
)


def _stages(value: float, anchors: tuple[float, ...]) -> np.ndarray:
    """Linear interpolation weights of a value over ascending anchors, ``(len(anchors),)``."""
    return np.array([np.interp(value, anchors, row) for row in np.eye(len(anchors))])


def macro_weights(person: Attributes) -> np.ndarray:
    """Weight of each of :data:`MACRO_TARGETS`, ``(96,)`` float64."""
    gender = _stages(person.gender, (0.0, 1.0))
    age = _stages(person.age_years, AGE_YEARS)
    muscle = _stages(person.muscle, (0.0, 0.5, 1.0))
    weight = _stages(person.weight, (0.0, 0.5, 1.0))
    race = np.array([person.african, person.asian, person.caucasian], float)
    race = race / race.sum() if race.sum() > 0 else np.full(3, 1 / 3)
    return np.concatenate(
        [
            np.einsum("r,g,a->rga", race, gender, age).ravel(),
            np.einsum("g,a,m,w->gamw", gender, age, muscle, weight).ravel(),
        ]
    )
