"""Sentences and what stands around them, as rows of numbers."""

from collections.abc import Iterator, Sequence

import numpy as np

from storyface_assets.lib.text.transformer.passages import passages
from storyface_assets.lib.text.transformer.rows import Row, Window
from storyface_assets.lib.text.transformer.tokens import Tokens


def encode(
    tokens: Tokens, texts: Sequence[str], stories: Sequence[str], window: Window
) -> list[Row]:
    """Inputs of sentences in story order.

    Alone: ``[CLS] sentence [SEP]``, as BERT reads one text. With context: ``[CLS] before [SEP]
    sentence [SEP] after [SEP]``, always with all separators, so that the sentence is the second
    part even where nothing stands before it; it is marked as BERT's second segment too. What is
    too long loses context first, the farthest first; the sentence's own end only when it fills
    the input alone. Whole stories: see :mod:`passages`.

    Args:
        tokens: cuts texts into pieces.
        texts: the sentences.
        stories: story of each; neighbours are of the same story, without another one between.
        window: how much fits.
    """
    pieces = tokens.pieces(texts)
    if window.whole:
        return passages(tokens, pieces, stories, window)
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
                place,
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
    tokens: Tokens,
    before: np.ndarray,
    own: np.ndarray,
    after: np.ndarray,
    window: Window,
    place: int,
) -> Row:
    if window.alone:
        pieces = np.concatenate([[tokens.cls], own, [tokens.sep]])
        span = np.array([[0, len(pieces)]])
        return Row(pieces, np.zeros_like(pieces), span, np.array([place]))
    room = window.max_len - window.special - len(own)
    # Half of the room each; what one side leaves, the other takes.
    early = min(len(before), max(room // 2, room - len(after)))
    late = min(len(after), room - early)
    before, after = before[len(before) - early :], after[:late]
    parts = [[tokens.cls], before, [tokens.sep], own, [tokens.sep], after, [tokens.sep]]
    pieces = np.concatenate([np.asarray(part, np.int64) for part in parts])
    marks = np.zeros_like(pieces)
    first = 2 + early
    span = np.array([[first, first + len(own) + 1]])
    marks[first : first + len(own) + 1] = 1
    return Row(pieces, marks, span, np.array([place]))
