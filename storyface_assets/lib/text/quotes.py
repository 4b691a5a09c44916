"""Where the quotations of a paragraph are."""

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass

#: Marks that have a left and a right form. Korean print uses all of them.
PAIRS = {"“": "”", "‘": "’", "「": "」", "『": "』", "«": "»", "〈": "〉", "《": "》"}
_CLOSERS = {right: left for left, right in PAIRS.items()}
_STRAIGHT = ('"', "'")

#: Marks that print speech; single marks and title brackets usually do not.
SPEECH_MARKS = ('"', "“", "「", "『")

CLOSING = "".join((*_CLOSERS, *_STRAIGHT))


@dataclass(frozen=True)
class Quote:
    """An outermost quotation, marks included: ``paragraph[start:end]``."""

    start: int
    end: int
    mark: str


def _opens(text: str, i: int) -> bool:
    """Whether the straight mark at ``i`` can open: not glued to the word before it."""
    before = text[i - 1] if i else " "
    after = text[i + 1] if i + 1 < len(text) else " "
    return not before.isalnum() and not after.isspace()


def _straight_pairs(text: str, mark: str) -> list[tuple[int, int]]:
    """Pairs of a mark that looks the same on both sides.

    An odd mark would turn every later quotation inside out, so a paragraph with an odd number of
    marks is paired line by line, and the mark that is left over counts as an ordinary letter.
    """
    places = [i for i, char in enumerate(text) if char == mark]
    if len(places) % 2:
        groups: dict[int, list[int]] = {}
        line_ends = [i for i, char in enumerate(text) if char == "\n"]
        for i in places:
            groups.setdefault(bisect_left(line_ends, i), []).append(i)
    else:
        groups = {0: places}
    pairs = []
    for group in groups.values():
        left: int | None = None
        for i in group:
            if left is None:
                left = i if _opens(text, i) else None
            else:
                pairs.append((left, i))
                left = None
    return pairs


def _curved_pairs(text: str) -> list[tuple[int, int]]:
    """Pairs of marks with a left and a right form; unmatched marks are ignored."""
    waiting: list[tuple[str, int]] = []
    open_marks: Counter[str] = Counter()
    pairs = []
    for i, char in enumerate(text):
        if char in PAIRS:
            waiting.append((char, i))
            open_marks[char] += 1
        elif char in _CLOSERS and open_marks[_CLOSERS[char]]:
            while waiting:
                left, start = waiting.pop()
                open_marks[left] -= 1
                if left == _CLOSERS[char]:
                    pairs.append((start, i))
                    break
    return pairs


def outer_quotes(text: str) -> list[Quote]:
    """Outermost quotations of a paragraph, in order, without overlap.

    Args:
        text: one paragraph; may contain line breaks.

    Returns:
        Each quotation that is not inside another. A mark without a partner makes none.
    """
    pairs = _curved_pairs(text)
    for mark in _STRAIGHT:
        pairs += _straight_pairs(text, mark)
    outer: list[Quote] = []
    for start, end in sorted(pairs):
        if not outer or start >= outer[-1].end:
            outer.append(Quote(start, end + 1, text[start]))
    return outer
