"""A sentence and what stands around it, as one row of numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from storyface_assets.lib.text.transformer.tokens import Tokens


@dataclass(frozen=True)
class Window:
    """How much of the story an input holds.

    Attributes:
        before: neighbouring sentences before the one that is read.
        after: likewise, after it.
        max_len: pieces of an input at most, special ones among them.
    """

    before: int = 0
    after: int = 0
    max_len: int = 75

    @property
    def alone(self) -> bool:
        """Whether a sentence is read without its story."""
        return not (self.before or self.after)

    @property
    def special(self) -> int:
        """Special pieces in an input."""
        return 2 if self.alone else 4


@dataclass(frozen=True)
class Row:
    """One input.

    Attributes:
        pieces: ``(length,)`` int64.
        marks: ``(length,)`` int64, 1 on the sentence that is read where it has context, else 0.
    """

    pieces: np.ndarray
    marks: np.ndarray

    def __len__(self) -> int:
        return len(self.pieces)


def encode(
    tokens: Tokens, texts: Sequence[str], stories: Sequence[str], window: Window
) -> list[Row]:
    """Inputs of sentences in story order.

    Alone: ``[CLS] sentence [SEP]``, as BERT reads one text. With context: ``[CLS] before [SEP]
    sentence [SEP] after [SEP]``, always with all separators, so that the sentence is the second
    part even where nothing stands before it; it is marked as BERT's second segment too. What is
    too long loses context first, the farthest first; the sentence's own end only when it fills
    the input alone.

    Args:
        tokens: cuts texts into pieces.
        texts: the sentences.
        stories: story of each; neighbours are of the same story, without another one between.
        window: how much fits.
    """
    pieces = tokens.pieces(texts)
    nothing = np.zeros(0, np.int64)
    rows = []
    for place, own in enumerate(pieces):
        own = own[: window.max_len - window.special]
        before = [pieces[i] for i in _neighbours(stories, place, -1, window.before)]
        after = [pieces[i] for i in _neighbours(stories, place, 1, window.after)]
        rows.append(
            _row(
                tokens,
                np.concatenate([nothing, *before[::-1]]),
                own,
                np.concatenate([nothing, *after]),
                window,
            )
        )
    return rows


def _neighbours(stories: Sequence[str], place: int, step: int, count: int) -> Iterator[int]:
    """Places of the nearest sentences of the same story, nearest first."""
    for distance in range(1, count + 1):
        other = place + step * distance
        if not 0 <= other < len(stories) or stories[other] != stories[place]:
            return
        yield other


def _row(
    tokens: Tokens, before: np.ndarray, own: np.ndarray, after: np.ndarray, window: Window
) -> Row:
    if window.alone:
        pieces = np.concatenate([[tokens.cls], own, [tokens.sep]])
        return Row(pieces, np.zeros_like(pieces))
    room = window.max_len - window.special - len(own)
    # Half of the room each; what one side leaves, the other takes.
    early = min(len(before), max(room // 2, room - len(after)))
    late = min(len(after), room - early)
    before, after = before[len(before) - early :], after[:late]
    parts = [[tokens.cls], before, [tokens.sep], own, [tokens.sep], after, [tokens.sep]]
    pieces = np.concatenate([np.asarray(part, np.int64) for part in parts])
    marks = np.zeros_like(pieces)
    first = 2 + early
    marks[first : first + len(own) + 1] = 1
    return Row(pieces, marks)
