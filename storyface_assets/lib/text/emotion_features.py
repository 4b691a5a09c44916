"""Words and letters of a sentence, as numbers."""

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

#: Buckets of the hashing trick for letter pairs and triples.
LETTER_BUCKETS = 8192
#: A term must occur in this many training sentences to get a weight.
MIN_TERM_COUNT = 3


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
