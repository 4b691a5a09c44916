"""Kiwi, loaded once for the process."""

from functools import lru_cache

from kiwipiepy import Kiwi


@lru_cache(maxsize=1)
def kiwi() -> Kiwi:
    """The morphological analyser with its default model (about two seconds the first time)."""
    return Kiwi()
