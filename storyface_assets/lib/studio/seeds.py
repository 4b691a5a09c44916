"""Random numbers that depend on names and numbers alone, never on what was drawn before."""

import zlib
from functools import lru_cache

import numpy as np


def rng_of(*names: int | str) -> np.random.Generator:
    """A generator of its own for each purpose, e.g. ``rng_of(seed, "light", person, 3)``."""
    return np.random.default_rng(
        [n if isinstance(n, int) else zlib.crc32(n.encode()) for n in names]
    )


@lru_cache(maxsize=4096)
def _offset(stretch: int, names: tuple[int | str, ...]) -> float:
    """Where in its stretch the planted item lies, 0–1."""
    return float(rng_of(*names, "stretch", stretch).random())


def planted(rate: float, number: int, *names: int | str) -> int | None:
    """Whether item ``number`` of a long row is one of the planted ones, and which.

    One item is chosen at random in each stretch of ``1 / rate`` items, so that even a small set
    has its share, and nobody needs to know how long the row is.

    Returns:
        The running number of the planted item, or ``None``.
    """
    if rate <= 0:
        return None
    first = int(number * rate)
    for stretch in range(max(first - 1, 0), first + 2):
        if int((stretch + _offset(stretch, names)) / rate) == number:
            return stretch
    return None
