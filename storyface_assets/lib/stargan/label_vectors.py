"""The generator's label: five attributes, four emotions, and a mask that says which of them count.

::

    [Black_Hair, Blond_Hair, Brown_Hair, Male, Young
     | Anger, Happy, Panic, Sadness | CelebA, Custom]

The mask is one-hot: a picture of CelebA has no known emotion and one of our own set no known
attributes, and what is not known is 0. A vector that breaks this asks for two things at once,
and the network answers with a ruined face; so it is refused, and the error says which number is
wrong. Choi et al., CVPR 2018, section 3.3.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

import numpy as np

from storyface_assets.lib.errors import BadInput

Domain = Literal["CelebA", "Custom"]

HAIR: Final = ("Black_Hair", "Blond_Hair", "Brown_Hair")
ATTRIBUTES: Final = (*HAIR, "Male", "Young")
EMOTIONS: Final = ("Anger", "Happy", "Panic", "Sadness")
DOMAINS: Final[tuple[Domain, Domain]] = ("CelebA", "Custom")
NAMES: Final = (*ATTRIBUTES, *EMOTIONS, *DOMAINS)
LENGTH: Final = len(NAMES)

ATTRIBUTE_PART: Final = slice(0, len(ATTRIBUTES))
EMOTION_PART: Final = slice(len(ATTRIBUTES), len(ATTRIBUTES) + len(EMOTIONS))
MASK_PART: Final = slice(LENGTH - len(DOMAINS), LENGTH)
_PARTS: Final = (ATTRIBUTE_PART, EMOTION_PART)

_MEND: Final = f"Give {LENGTH} numbers, each 0 or 1: {', '.join(NAMES)}."


def celeba_vector(attributes: Mapping[str, int]) -> np.ndarray:
    """The vector of a CelebA picture, or of a wish for attributes.

    Args:
        attributes: at least the five, each −1 (as CelebA's list has it), 0, 1 or a bool; others
            are ignored.

    Returns:
        ``(11,)`` float32.

    Raises:
        BadInput: one of the five is missing or is another number, or two hair colours are set.
            No hair colour is fine: CelebA has none for grey hair, bald heads and hats.
    """
    vector = np.zeros(LENGTH, np.float32)
    for index, name in enumerate(ATTRIBUTES):
        if name not in attributes:
            raise _wrong(index, "is missing from the attributes.")
        value = attributes[name]
        if value not in (-1, 0, 1):
            raise _wrong(index, f"is {value!r}, not -1, 0 or 1.")
        vector[index] = value == 1
    vector[_index("CelebA")] = 1
    return check_vector(vector)


def emotion_vector(expression: str) -> np.ndarray:
    """The vector of a picture of our own set, or of a wish for an emotion.

    Args:
        expression: anger, happy, panic or sadness, in any case.

    Returns:
        ``(11,)`` float32.

    Raises:
        BadInput: another expression. The neutral one is no class: it is the picture as it is.
    """
    name = expression.strip().capitalize()
    if name not in EMOTIONS:
        mend = f"Use {', '.join(EMOTIONS).lower()}; a neutral face is the picture as it is."
        raise BadInput("label vector", "emotion", f"{expression!r} is no emotion of it.", mend)
    vector = np.zeros(LENGTH, np.float32)
    vector[[_index(name), _index("Custom")]] = 1
    return vector


def parse_vector(text: str) -> np.ndarray:
    """A vector as people write it: numbers with commas or spaces, in brackets or without.

    Raises:
        BadInput: as :func:`check_vector`; or something that is no number.
    """
    words = [word for word in re.split(r"[\s,|\[\]()]+", text) if word]
    numbers = []
    for index, word in enumerate(words):
        try:
            numbers.append(float(word))
        except ValueError:
            raise _wrong(index, f"is {word!r}, which is no number.") from None
    return check_vector(numbers)


def check_vector(values: Sequence[float] | np.ndarray) -> np.ndarray:
    """Refuse a vector that is not one.

    Returns:
        ``(11,)`` float32.

    Raises:
        BadInput: wrong length; a value that is not 0 or 1; no domain or both; a number set in
            the domain that is masked out; two hair colours; an emotion's domain without exactly
            one emotion. The field names the first wrong number by index (from 0) and name.
    """
    vector = np.asarray(values)
    if vector.ndim != 1:
        raise BadInput("label vector", "", f"has the shape {vector.shape}.", _MEND)
    if len(vector) != LENGTH:
        if len(vector) > LENGTH:
            raise _wrong(LENGTH, f"is one too many: there are {len(vector)} numbers.")
        raise _wrong(len(vector), f"is missing: there are only {len(vector)} numbers.")
    problem = _first_problem(vector)
    if problem is not None:
        raise _wrong(*problem)
    return vector.astype(np.float32)


def check_vectors(vectors: np.ndarray) -> None:
    """Refuse a set of vectors ``(N, 11)`` if one is wrong; the error names its row.

    Raises:
        BadInput: see :func:`check_vector`.
    """
    if vectors.ndim != 2 or vectors.shape[1] != LENGTH:
        raise BadInput("label vectors", "", f"have the shape {vectors.shape}.", _MEND)
    for row in np.flatnonzero(~_sound(vectors)).tolist():
        problem = _first_problem(vectors[row])
        if problem is not None:
            raise _wrong(*problem, file=f"label vectors, row {row}")


def domain_of(vector: np.ndarray) -> Domain:
    """Which set a checked vector is of."""
    return DOMAINS[int(np.argmax(vector[MASK_PART]))]


def names_set(vector: Iterable[float]) -> tuple[str, ...]:
    """The names of the numbers that are 1, mask included."""
    return tuple(name for name, value in zip(NAMES, vector, strict=True) if value)


def has_two_hair_colours(attributes: np.ndarray) -> np.ndarray:
    """Which rows ``(N, ≥ 3)`` name more than one hair colour; CelebA's own list has such."""
    return np.asarray((attributes[:, : len(HAIR)] > 0).sum(1) > 1)


def _sound(vectors: np.ndarray) -> np.ndarray:
    """Which rows ``(N, 11)`` are right; :func:`_first_problem` says what is wrong with others."""
    with np.errstate(invalid="ignore"):
        binary = np.isin(vectors, (0, 1)).all(1)
        mask = vectors[:, MASK_PART]
        attributes, emotions = vectors[:, ATTRIBUTE_PART], vectors[:, EMOTION_PART]
        one_domain = mask.sum(1) == 1
        celeba = (emotions == 0).all(1) & ~has_two_hair_colours(attributes)
        custom = (attributes == 0).all(1) & (emotions.sum(1) == 1)
    return np.asarray(binary & one_domain & np.where(mask[:, 0] == 1, celeba, custom))


def _first_problem(vector: np.ndarray) -> tuple[int, str] | None:
    """Index of the first wrong number, and what is wrong with it."""
    for index, value in enumerate(vector):
        if value not in (0, 1):
            return index, f"is {value}, not 0 or 1."
    mask = vector[MASK_PART]
    if mask.sum() != 1:
        problem = "is set as well: a picture is of one set." if mask.all() else "is not set either."
        return LENGTH - 1, problem
    domain = int(np.argmax(mask))
    other = _PARTS[1 - domain]
    for index in range(other.start, other.stop):
        if vector[index]:
            return (
                index,
                f"is set, but the mask says {DOMAINS[domain]}, which knows no {_kind(index)}.",
            )
    limited = slice(0, len(HAIR)) if domain == 0 else EMOTION_PART
    set_ones = np.flatnonzero(vector[limited]) + limited.start
    if len(set_ones) > 1:
        problem = f"is set beside {NAMES[set_ones[0]]}: a face has one {_kind(limited.start)}."
        return int(set_ones[1]), problem.replace("one attribute", "one hair colour")
    if domain == 1 and not len(set_ones):
        return EMOTION_PART.start, "and the other emotions are 0, but the mask says Custom."
    return None


def _kind(index: int) -> str:
    return "attribute" if index < ATTRIBUTE_PART.stop else "emotion"


def _index(name: str) -> int:
    return NAMES.index(name)


def _wrong(index: int, problem: str, file: str = "label vector") -> BadInput:
    name = f" {NAMES[index]}" if index < LENGTH else ""
    return BadInput(file, f"[{index}]{name}", problem, _MEND)
