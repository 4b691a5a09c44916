"""Near-duplicate sentences between two sets."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import sparse

from storyface_assets.lib.text.spoken import clean_for_voice


def near_duplicates(
    left: Sequence[str], right: Sequence[str], similarity: float = 0.6
) -> list[tuple[str, str]]:
    """Pairs whose letter triples overlap (Jaccard) by ``similarity`` or more, in order."""
    mine, theirs = [_shingles(text) for text in left], [_shingles(text) for text in right]
    place = {triple: i for i, triple in enumerate(sorted(set().union(*mine, *theirs)))}
    shared = (_table(mine, place) @ _table(theirs, place).T).tocoo()
    sizes = np.array([len(row) for row in mine]), np.array([len(row) for row in theirs])
    union = sizes[0][shared.row] + sizes[1][shared.col] - shared.data
    near = np.flatnonzero(shared.data >= similarity * union)
    pairs = sorted(zip(shared.row[near].tolist(), shared.col[near].tolist(), strict=True))
    return [(left[i], right[j]) for i, j in pairs]


def _shingles(text: str) -> frozenset[str]:
    letters = "".join(char for char in clean_for_voice(text)[0] if char.isalnum())
    return frozenset(letters[i : i + 3] for i in range(max(1, len(letters) - 2)))


def _table(rows: Sequence[frozenset[str]], place: Mapping[str, int]) -> sparse.csr_matrix:
    ends = np.cumsum([0, *(len(row) for row in rows)])
    columns = np.fromiter((place[triple] for row in rows for triple in row), np.int64, ends[-1])
    ones = np.ones(len(columns), np.int32)
    return sparse.csr_matrix((ones, columns, ends), shape=(len(rows), len(place)))
