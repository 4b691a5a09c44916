"""Who sits for the studio: looks drawn from what goes together in real people."""

import hashlib
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from storyface_assets.lib.characters.synthetic import SyntheticPerson
from storyface_assets.lib.heads.attributes import Attributes
from storyface_assets.lib.studio.seeds import rng_of

Cast = Literal["aihub82", "celeba"]

#: Years from which somebody counts as old.
OLD: Final = 60
GREY_BROW: Final = (128, 122, 116)
#: Years at evenly spaced shares of the people, youngest to oldest.
_AGES: dict[str, tuple[int, ...]] = {
    "aihub82": (7, 15, 22, 28, 36, 48, 62, 78),
    "celeba": (18, 24, 29, 34, 42, 52, 66, 76),
}
#: Hair styles and how often they are worn, by gender and age.
_HAIR: dict[tuple[str, str], dict[str, float]] = {
    ("male", "child"): {"bowl": 4, "short": 3, "crop": 2, "curly": 0.5},
    ("male", "adult"): {"short": 5, "crop": 3, "bowl": 1.5, "curly": 1, "receding": 0.2},
    ("male", "old"): {"short": 4, "crop": 3, "receding": 1.6, "bald": 0.5},
    ("female", "child"): {"pigtails": 2, "bob": 2, "bowl": 2, "long": 2, "ponytail": 2},
    ("female", "adult"): {"long": 4, "bob": 3, "ponytail": 2.5, "bun": 1.5, "curly": 0.7},
    ("female", "old"): {"bob": 2, "bun": 2, "curly": 2.5, "short": 2},
}
_AIHUB_COLOURS = {"black": 6, "dark_brown": 4, "brown": 1.2, "red": 0.15, "blond": 0.12}
#: Nearly even over CelebA's three hair colours.
_CELEBA_COLOURS = {"black": 3, "dark_brown": 0.7, "brown": 2.6, "blond": 3.2, "red": 0.4}
_DARK_EYES = ((62, 40, 26), (48, 32, 24), (76, 50, 32))
_LIGHT_EYES = ((84, 122, 158), (92, 112, 70), (110, 130, 140))


@dataclass(frozen=True)
class Sitter:
    """One person of a set.

    Attributes:
        cast: the set.
        index: number in the set, from 0.
        identity: 64 hex digits, as AI-Hub's uploader hash.
        gender: ``female`` or ``male``.
        age: years.
        person: what the head is made from.
    """

    cast: Cast
    index: int
    identity: str
    gender: Literal["female", "male"]
    age: int
    person: SyntheticPerson


def identity_of(seed: int, cast: str, index: int) -> str:
    """The uploader hash of a person, 64 hex digits."""
    return hashlib.sha256(f"studio {seed} {cast} {index}".encode()).hexdigest()


def sitter(seed: int, cast: Cast, index: int) -> Sitter:
    """Person ``index`` of a set; the same numbers give the same person."""
    rng = rng_of(seed, cast, "person", index)
    # Genders alternate and ages run through their range, so that small sets are mixed too.
    male = (index + int(rng_of(seed, cast, "start").integers(2))) % 2 == 1
    age = _age(cast, (index * 0.618034 + rng.uniform(-0.08, 0.08)) % 1.0)
    ancestry = _ancestry(cast, rng)
    hair, grey = _hair(cast, index, male, age, ancestry, rng)
    melanin = _melanin(ancestry, rng)
    light_eyes = ancestry[2] > 0.6 and rng.random() < 0.55
    brow = brow_colour(hair, rng)
    person = SyntheticPerson(
        Attributes(
            gender=float(np.clip(rng.normal(0.95 if male else 0.05, 0.08), 0, 1)),
            age_years=float(age),
            african=ancestry[0],
            asian=ancestry[1],
            caucasian=ancestry[2],
            muscle=float(rng.uniform(0.3, 0.75)),
            weight=float(np.clip(rng.normal(0.5, 0.2), 0, 1)),
        ),
        melanin=melanin,
        hair_style=_pick(_styles(cast, male, age, ancestry), rng),
        hair_colour=grey or hair,
        brow_colour=GREY_BROW if grey else brow,
        brow_weight=float(rng.uniform(0.25, 0.95) if male else rng.uniform(-0.1, 0.5)),
        iris_colour=(_LIGHT_EYES if light_eyes else _DARK_EYES)[int(rng.integers(3))],
        freckles=float(max(0.0, rng.normal(0.1 if ancestry[2] > 0.5 else 0.0, 0.2))),
        wrinkles=float(np.clip((age - 28) / 50 + rng.normal(0, 0.1), 0, 1)),
        stubble=float(max(0.0, rng.normal(0.15, 0.25))) if male and age > 17 else 0.0,
        lips=float(np.clip(rng.normal(0.42 if male else 0.62, 0.16), 0.1, 1)),
        shirt_colour=_shirt(rng),
        individuality=float(rng.uniform(0.25, 0.5) if male else rng.uniform(0.22, 0.4)),
        seed=int(rng.integers(2**31)),
    )
    return Sitter(
        cast, index, identity_of(seed, cast, index), "male" if male else "female", age, person
    )


def of_gender(male: bool, person: SyntheticPerson, rng: np.random.Generator) -> SyntheticPerson:
    """A person as a woman or a man; age, colours, skin and hair stay.

    Brows, lips and stubble lie further apart than among the studio's other people, and so do the
    wrinkles of :func:`of_age`: what sets the two pictures of a pair apart must be plain in 128
    pixels, for the network learns nothing else.
    """
    return replace(
        person,
        attributes=replace(person.attributes, gender=1.0 if male else 0.0),
        brow_weight=float(rng.uniform(0.7, 1.0) if male else rng.uniform(-0.2, 0.15)),
        stubble=float(rng.uniform(0.35, 0.65)) if male else 0.0,
        lips=float(rng.uniform(0.3, 0.42) if male else rng.uniform(0.75, 0.95)),
    )


def of_age(age: int, person: SyntheticPerson, rng: np.random.Generator) -> SyntheticPerson:
    """A person at another age: shape and wrinkles; all else stays, hair too."""
    return replace(
        person,
        attributes=replace(person.attributes, age_years=float(age)),
        wrinkles=float(rng.uniform(2.0, 2.8)) if age >= OLD else max(0.0, (age - 28) / 50),
    )


def _age(cast: Cast, quantile: float) -> int:
    ages = _AGES[cast]
    return int(round(float(np.interp(quantile, np.linspace(0, 1, len(ages)), ages))))


def _ancestry(cast: Cast, rng: np.random.Generator) -> tuple[float, float, float]:
    """African, Asian, Caucasian shares."""
    if cast == "aihub82" and rng.random() < 0.9:
        other = float(rng.uniform(0, 0.2))
        return 0.0, 1.0 - other, other
    if cast == "aihub82":
        shares = rng.dirichlet((0.6, 1.0, 1.0))
    else:
        shares = rng.dirichlet((0.45, 0.45, 1.1))
    return float(shares[0]), float(shares[1]), float(shares[2])


def _melanin(ancestry: tuple[float, float, float], rng: np.random.Generator) -> float:
    mean = 0.85 * ancestry[0] + 0.18 * ancestry[1] + 0.14 * ancestry[2]
    return float(np.clip(rng.normal(mean, 0.08), 0.02, 1.0))


def _styles(
    cast: Cast, male: bool, age: int, ancestry: tuple[float, float, float]
) -> dict[str, float]:
    stage = "child" if age < 14 else "old" if age > 58 else "adult"
    styles = dict(_HAIR["male" if male else "female", stage])
    if ancestry[0] > 0.5:
        styles = {"afro": 3, "crop": 3, "curly": 2} if male else {"afro": 3, "curly": 3, "bun": 2}
    if cast == "celeba" and not male:
        styles["bowl"] = styles.get("bowl", 0) + 1.5  # a fringe: CelebA's Bangs
    return styles


def _hair(
    cast: Cast,
    index: int,
    male: bool,
    age: int,
    ancestry: tuple[float, float, float],
    rng: np.random.Generator,
) -> tuple[str, str]:
    """Colour by birth (or dye), and grey or white where age has taken it."""
    colours = dict(_AIHUB_COLOURS if cast == "aihub82" else _CELEBA_COLOURS)
    if ancestry[0] > 0.5:
        colours["blond"] = 0.1 * colours["blond"]
    grey = ""
    if rng.random() < np.clip((age - 46) / 28, 0, 0.95) * (1.0 if male else 0.75):
        grey = "white" if age > 68 and rng.random() < 0.5 else "grey"
    return _pick(colours, rng), grey


def brow_colour(hair: str, rng: np.random.Generator) -> tuple[int, int, int]:
    """Brows that go with a hair colour, sRGB 0–255."""
    base = {"blond": (120, 92, 60), "brown": (72, 50, 38), "red": (96, 58, 40)}
    colour = np.array(base.get(hair, (45, 34, 30))) * rng.uniform(0.85, 1.15)
    return int(colour[0]), int(colour[1]), int(colour[2])


def _shirt(rng: np.random.Generator) -> tuple[int, int, int]:
    """Mostly muted, sometimes strong, white or black."""
    hue, saturation = rng.random() * 2 * np.pi, rng.beta(1.5, 3.0)
    value = rng.uniform(0.12, 0.95)
    wheel = 0.5 + 0.5 * np.cos(hue - np.array([0.0, 2.094, 4.189]))
    colour = 255 * value * (1 - saturation + saturation * wheel)
    return int(colour[0]), int(colour[1]), int(colour[2])


def _pick(weights: dict[str, float], rng: np.random.Generator) -> str:
    names = list(weights)
    share = np.array([weights[n] for n in names], float)
    return names[int(rng.choice(len(names), p=share / share.sum()))]
