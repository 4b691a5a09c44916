"""Near-duplicate sentences between two sets."""

from collections.abc import Sequence

from storyface_assets.lib.text.spoken import clean_for_voice


def _shingles(text: str) -> frozenset[str]:
    letters = "".join(char for char in clean_for_voice(text)[0] if char.isalnum())
    return frozenset(letters[i : i + 3] for i in range(max(1, len(letters) - 2)))


def near_duplicates(
    left: Sequence[str], right: Sequence[str], similarity: float = 0.6
) -> list[tuple[str, str]]:
    """Pairs whose letter triples overlap (Jaccard) by ``similarity`` or more."""
    found = []
    others = [(text, _shingles(text)) for text in right]
    for text in left:
        mine = _shingles(text)
        for other, theirs in others:
            shared = len(mine & theirs)
            if shared >= similarity * (len(mine) + len(theirs) - shared):
                found.append((text, other))
    return found
