"""What a text model sees of a sentence: words, letters; linear ones its neighbours' meaning too."""

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

#: Sentences around the one that is read, by distance, and how much each counts.
NEIGHBOURS: Mapping[int, float] = {-1: 0.6, 1: 0.6, -2: 0.4, 2: 0.4}
#: Buckets of the hashing trick for letter pairs and triples.
LETTER_BUCKETS = 8192
#: A term must occur in this many training sentences to get a weight.
MIN_TERM_COUNT = 3


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


def _letters(text: str) -> Counter[int]:
    """Counts of letter pairs and triples, hashed; they catch endings and sound words."""
    padded = f" {text} "
    return Counter(
        zlib.crc32(padded[i : i + size].encode()) % LETTER_BUCKETS
        for size in (2, 3)
        for i in range(len(padded) - size + 1)
    )


def _unit_rows(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    length = np.sqrt(np.asarray(counts.multiply(counts).sum(axis=1)).ravel())
    return sparse.diags(1 / np.maximum(length, 1e-6)).dot(counts).tocsr()


def _table(rows: Sequence[Mapping[int, float]], width: int) -> sparse.csr_matrix:
    ends = np.cumsum([0, *(len(row) for row in rows)])
    columns = np.fromiter((column for row in rows for column in row), np.int64, ends[-1])
    values = np.fromiter((row[c] for row in rows for c in row), np.float32, ends[-1])
    return sparse.csr_matrix((values, columns, ends), shape=(len(rows), width))


@dataclass(frozen=True)
class FeatureSpace:
    """Which terms count and how rare each is.

    Attributes:
        vocabulary: terms in the order of their columns.
        term_rarity: ``(V,)`` inverse document frequency.
        letter_rarity: ``(LETTER_BUCKETS,)`` the same for letter buckets.
    """

    vocabulary: tuple[str, ...]
    term_rarity: np.ndarray
    letter_rarity: np.ndarray

    @classmethod
    def of(cls, texts: Sequence[str], terms_of_texts: Sequence[Sequence[str]]) -> "FeatureSpace":
        """The space of the training texts."""
        counts = Counter(term for row in terms_of_texts for term in set(row))
        vocabulary = tuple(sorted(t for t, count in counts.items() if count >= MIN_TERM_COUNT))
        buckets = Counter(bucket for text in texts for bucket in _letters(text))
        return cls(
            vocabulary,
            np.log(len(texts) / np.array([counts[t] for t in vocabulary])).astype(np.float32),
            np.log(
                (1 + len(texts)) / np.array([1 + buckets[b] for b in range(LETTER_BUCKETS)])
            ).astype(np.float32),
        )

    def words(
        self, texts: Sequence[str], terms_of_texts: Sequence[Sequence[str]]
    ) -> sparse.csr_matrix:
        """``(n, V + LETTER_BUCKETS)``: terms and letters, each part of unit length."""
        place = {term: i for i, term in enumerate(self.vocabulary)}
        term_rows = [Counter(place[t] for t in row if t in place) for row in terms_of_texts]
        term_part = _table(
            [{c: n * self.term_rarity[c] for c, n in row.items()} for row in term_rows],
            len(self.vocabulary),
        )
        letter_part = _table(
            [{c: n**0.5 * self.letter_rarity[c] for c, n in _letters(t).items()} for t in texts],
            LETTER_BUCKETS,
        )
        return sparse.hstack([_unit_rows(term_part), _unit_rows(letter_part)]).tocsr()

    @property
    def width(self) -> int:
        """Number of columns of :meth:`words`."""
        return len(self.vocabulary) + LETTER_BUCKETS
