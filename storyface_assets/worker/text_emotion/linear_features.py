"""What linear models see of sentences: a dense part (meaning, neighbours) and a sparse one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

#: Sentences around the one that is read, by distance, and how much each counts.
NEIGHBOURS: Mapping[int, float] = {-1: 0.6, 1: 0.6, -2: 0.4, 2: 0.4}


@dataclass(frozen=True)
class Features:
    """Features of n sentences; ``rows @ weight`` is ``dense @ weight[:D] + sparse @ weight[D:]``.

    Attributes:
        dense: ``(n, D)`` float32: the embedding, then one block for each neighbour.
        words: ``(n, W)`` sparse float32: weighted terms, then letter buckets.
    """

    dense: np.ndarray
    words: sparse.csr_matrix

    def times(self, weight: np.ndarray) -> np.ndarray:
        """Scores: ``weight`` is ``(D + W, k)``, the result ``(n, k)``."""
        size = self.dense.shape[1]
        return np.asarray(self.dense @ weight[:size] + self.words @ weight[size:])

    def transposed_times(self, dual: np.ndarray) -> np.ndarray:
        """``(D + W, k)``: the rows, each ``dual`` ``(n, k)`` times, added up."""
        return np.vstack([self.dense.T @ dual, self.words.T @ dual])

    @property
    def width(self) -> int:
        """D + W."""
        return self.dense.shape[1] + self.words.shape[1]

    def in_double(self) -> "Features":
        """The same in float64, for fits."""
        return Features(
            self.dense.astype(np.float64, copy=False), self.words.astype(np.float64, copy=False)
        )

    @classmethod
    def of_dense(cls, dense: np.ndarray) -> "Features":
        """Features without words."""
        return cls(dense, sparse.csr_matrix((len(dense), 0), dtype=dense.dtype))

    def rows(self, mask: np.ndarray) -> "Features":
        """The sentences that ``mask`` (booleans or indices) selects."""
        return Features(self.dense[mask], self.words[mask])


def with_neighbours(embeddings: np.ndarray, stories: Sequence[str]) -> np.ndarray:
    """``(n, 512 * 5)``: each embedding and its weighted neighbours of the same story.

    Where the story begins or ends, the missing neighbour is zero.
    """
    blocks = [embeddings]
    names = np.asarray(stories)
    for distance, weight in NEIGHBOURS.items():
        block = np.zeros_like(embeddings)
        size = len(embeddings) - abs(distance)
        if size > 0:
            here = slice(max(0, -distance), max(0, -distance) + size)
            there = slice(max(0, distance), max(0, distance) + size)
            same = (names[here] == names[there])[:, None]
            block[here] = weight * embeddings[there] * same
        blocks.append(block)
    return np.hstack(blocks)
