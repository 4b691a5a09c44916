"""Sentences too long for a subtitle, cut where a reader would take a breath."""

import math
import re

#: Three to four subtitle lines of a 1280-pixel film; about twenty seconds of voice.
MAX_SENTENCE_CHARS = 120

#: Places to cut, best first; each pattern ends where the next part begins.
_PLACES = (
    re.compile(r"[.!?…。！？][\"'”’」』)]*\s+"),
    re.compile(r"[,，;:、]\s*"),
    # Connective endings: -고, -며, -면서, -지만, -는데, -니까, -어서, -려고, -도록, -다가.
    re.compile(r"(?:고|며|면|면서|지만|는데|은데|니|니까|서|려고|도록|다가)\s+"),
    re.compile(r"\s+"),
)
#: A worse kind of place is worth this many characters of imbalance.
_RANK_COST = 25


def _cut_place(text: str, start: int, end: int) -> int:
    """The best place to cut ``text[start:end]``, near an even share and within the limit."""
    share = (end - start) / math.ceil((end - start) / MAX_SENTENCE_CHARS)
    latest = start + MAX_SENTENCE_CHARS
    best, best_cost = latest, math.inf
    for rank, pattern in enumerate(_PLACES):
        for match in pattern.finditer(text, start, min(end, latest + 1)):
            if start < match.end() <= latest:
                cost = abs(match.end() - start - share) + rank * _RANK_COST
                if cost < best_cost:
                    best, best_cost = match.end(), cost
    return best


def cut_long(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """``(start, end)`` itself, or its parts of at most MAX_SENTENCE_CHARS each.

    A text without any place to cut (3,000 letters without a space) is cut at the limit: every
    letter is still shown and spoken.
    """
    parts = []
    while end - start > MAX_SENTENCE_CHARS:
        cut = _cut_place(text, start, end)
        parts.append((start, start + len(text[start:cut].rstrip())))
        start = cut + len(text[cut:end]) - len(text[cut:end].lstrip())
    parts.append((start, end))
    return parts
