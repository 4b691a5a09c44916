"""Whole stories as inputs that answer for all of their sentences at once.

Each sentence is computed once, not once more for each of its neighbours, and is seen in all of its
story: ``[CLS] sentence [SEP] sentence [SEP] …``.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from storyface_assets.lib.text.story_runs import parts_by_chance, story_runs
from storyface_assets.lib.text.transformer.rows import Row, Window
from storyface_assets.lib.text.transformer.tokens import Tokens

#: A sentence longer than this share of an input loses its end.
_LONGEST: Final = 0.5
#: Sentences of the parts that a story is cut into by chance, at most.
_CUT: Final = 6


def passages(
    tokens: Tokens, pieces: Sequence[np.ndarray], stories: Sequence[str], window: Window
) -> list[Row]:
    """Inputs of whole stories, each sentence answered for once.

    Args:
        tokens: knows the special pieces.
        pieces: of each sentence, in story order.
        stories: of each; one that another one interrupts is two.
        window: how much fits.
    """
    most = max(int((window.max_len - 1) * _LONGEST) - 1, 1)
    sized = [own[:most] for own in pieces]
    rows: list[Row] = []
    for start, end in story_runs(stories):
        first = start
        while first < end:
            begin, last, stop = _part(sized, start, first, end, window)
            rows.append(_row(tokens, sized, begin, stop, range(first, last)))
            first = last
    return rows


def cut_by_chance(stories: Sequence[str], rng: np.random.Generator) -> list[str]:
    """Other names of stories, by which each is several of 1 to 6 sentences.

    Args:
        stories: of each sentence, in story order.
        rng: of the cuts.
    """
    names: list[str] = []
    for run in story_runs(stories):
        for part, (first, stop) in enumerate(parts_by_chance(run, _CUT, rng)):
            names += [f"{stories[first]} {part}"] * (stop - first)
    return names


def _part(
    sized: Sequence[np.ndarray], start: int, first: int, end: int, window: Window
) -> tuple[int, int, int]:
    """What an input holds that answers from sentence ``first`` on: (begin, last answer + 1, stop).

    Args:
        sized: pieces of all sentences.
        start: of the story.
        first: sentence to answer for.
        end: of the story.
        window: how much fits, and how much context the ends see.
    """
    room = window.max_len - 1

    def fits(begin: int, stop: int) -> bool:
        return sum(len(sized[i]) + 1 for i in range(begin, stop)) <= room

    begin, last = max(start, first - window.before), first + 1
    stop = min(last + window.after, end)
    # Where a single sentence does not fit with all of its context, the farther side gives way.
    while not fits(begin, stop):
        if first - begin >= stop - last:
            begin += 1
        else:
            stop -= 1
    while last < end and fits(begin, min(last + 1 + window.after, end)):
        last, stop = last + 1, min(last + 1 + window.after, end)
    return begin, last, stop


def _row(tokens: Tokens, sized: Sequence[np.ndarray], begin: int, stop: int, answers: range) -> Row:
    parts, spans = [np.array([tokens.cls])], []
    length = 1
    for place in range(begin, stop):
        parts += [sized[place], np.array([tokens.sep])]
        if place in answers:
            spans.append((length, length + len(sized[place]) + 1))
        length += len(sized[place]) + 1
    pieces = np.concatenate(parts).astype(np.int64)
    return Row(pieces, np.zeros_like(pieces), np.array(spans), np.array(answers))
