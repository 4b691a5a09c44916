"""Near-duplicate sentences between two sets: letter triples that overlap."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from storyface_assets.lib.text.spoken import clean_for_voice

#: Share of letter triples that two sentences have in common (Jaccard) to be nearly the same.
SIMILARITY = 0.6


def _shingles(text: str) -> frozenset[str]:
    letters = "".join(char for char in clean_for_voice(text)[0] if char.isalnum())
    return frozenset(letters[i : i + 3] for i in range(max(1, len(letters) - 2)))


class NearIndex:
    """Sentences in which near duplicates of others are looked up, exactly.

    Two sets with a Jaccard similarity of s share one of their first n − ⌈s·n⌉ + 1 elements, n being
    the size of either, in any order of all elements (prefix filter; Bayardo and others, "Scaling up
    all pairs similarity search", 2007). Rare ones first leave few sentences to compare with.
    """

    def __init__(self, texts: Iterable[str], similarity: float = SIMILARITY) -> None:
        self._similarity = similarity
        self._sets = [_shingles(text) for text in texts]
        self._counts = Counter(shingle for some in self._sets for shingle in some)
        self._places: dict[str, list[int]] = defaultdict(list)
        for place, some in enumerate(self._sets):
            for shingle in self._prefix(some):
                self._places[shingle].append(place)

    def _prefix(self, some: frozenset[str]) -> list[str]:
        ordered = sorted(some, key=lambda shingle: (self._counts.get(shingle, 0), shingle))
        # A hair less than s·n, for 0.6 · 5 is a little more than 3.
        return ordered[: len(some) - math.ceil(self._similarity * len(some) - 1e-9) + 1]

    def matches(self, text: str) -> Iterator[int]:
        """Places of the sentences that ``text`` nearly is, each once, in no order."""
        mine = _shingles(text)
        size, similarity, seen = len(mine), self._similarity, set[int]()
        for shingle in self._prefix(mine):
            for place in self._places.get(shingle, ()):
                if place in seen:
                    continue
                seen.add(place)
                theirs = self._sets[place]
                if not similarity * size - 1 <= len(theirs) <= size / similarity + 1:
                    continue
                shared = len(mine & theirs)
                if shared >= similarity * (size + len(theirs) - shared):
                    yield place


def near_duplicates(
    left: Sequence[str], right: Sequence[str], similarity: float = SIMILARITY
) -> list[tuple[str, str]]:
    """Pairs whose letter triples overlap (Jaccard) by ``similarity`` or more."""
    index = NearIndex(right, similarity)
    return [(text, right[place]) for text in left for place in sorted(index.matches(text))]


def nearly_among(
    texts: Sequence[str], others: Sequence[str], similarity: float = SIMILARITY
) -> np.ndarray:
    """``(len(texts),)`` bool: which of ``texts`` nearly are one of ``others``."""
    index = NearIndex(others, similarity)
    return np.array([any(True for _ in index.matches(text)) for text in texts], bool)
