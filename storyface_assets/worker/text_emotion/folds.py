"""Which stories a model sees and which are held out."""

from collections.abc import Sequence

import numpy as np


def folds_by_story(stories: Sequence[str], n_folds: int, seed: int) -> np.ndarray:
    """``(n,)`` fold of each sentence; a story is never cut."""
    names = sorted(set(stories))
    order = np.random.default_rng(seed).permutation(len(names))
    fold = {names[story]: place % n_folds for place, story in enumerate(order)}
    return np.array([fold[story] for story in stories])


def drawn_stories(stories: Sequence[str], count: int, seed: int) -> set[str]:
    """So many stories by chance; all if there are no more."""
    names = sorted(set(stories))
    order = np.random.default_rng(seed).permutation(len(names))
    return {names[place] for place in order[:count]}


def some_of(stories: Sequence[str], rows: np.ndarray, sentences: int, seed: int) -> np.ndarray:
    """Those of ``rows`` whose stories, drawn by chance, have about so many sentences.

    Args:
        stories: story of each sentence.
        rows: numbers of the sentences to draw from.
        sentences: at least so many are drawn, whole stories, if there are so many; fewer draw a
            part of what more would.
        seed: of the chance.

    Returns:
        Numbers of sentences, in order.
    """
    mine = np.array(stories)[rows]
    names, sizes = np.unique(mine, return_counts=True)
    order = np.random.default_rng(seed).permutation(len(names))
    enough = int(np.searchsorted(np.cumsum(sizes[order]), sentences)) + 1
    return rows[np.isin(mine, names[order[:enough]])]
