"""Subtitles in time: the sentence and its emotion, at most two lines on the screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from storyface_assets.lib.film.fonts import printable, text_width
from storyface_assets.lib.film.timeline import Timeline
from storyface_assets.lib.speech import Narration, SentenceTiming

#: Subtitles come a moment before the voice and stay a moment after it.
_EARLY_SECONDS: Final = 0.08
_LINGER_SECONDS: Final = 0.40
_BREAK_AFTER: Final = (",", ".", "!", "?", "…", "”", "’", "」", '"')


@dataclass(frozen=True)
class Cue:
    """One subtitle.

    Attributes:
        start: seconds of film.
        end: seconds, ``> start``.
        lines: one or two.
        sentence: which sentence it is part of, from 0.
    """

    start: float
    end: float
    lines: tuple[str, ...]
    sentence: int


def make_cues(
    narration: Narration, labels: Sequence[str], timeline: Timeline, em: int, max_width: float
) -> list[Cue]:
    """Subtitles ``문장 (감정)`` of a film, in order and not overlapping.

    A sentence that needs more than two lines becomes several cues, each shown while its words are
    heard.

    Args:
        narration: words in time.
        labels: emotion of each sentence.
        timeline: of the film.
        em: size of the letters, pixels.
        max_width: widest line, pixels.
    """
    out: list[Cue] = []
    sentences = narration.sentences
    for i, (sentence, label) in enumerate(zip(sentences, labels, strict=True)):
        following = sentences[i + 1].start - _EARLY_SECONDS if i + 1 < len(sentences) else None
        end = sentence.end + _LINGER_SECONDS
        end = min(end, following) if following is not None else end
        end = min(max(end, sentence.start + 0.1), timeline.seconds - timeline.speech_start)
        out += _sentence_cues(sentence, label, end, timeline.speech_start, em, max_width)
    return out


def _sentence_cues(
    sentence: SentenceTiming, label: str, end: float, offset: float, em: int, max_width: float
) -> list[Cue]:
    pieces: list[tuple[str, float]] = []
    for word in sentence.words:
        pieces += _fitting_pieces(printable(word.text), word.start, word.end, em, max_width)
    suffix = f"({label})"
    groups = _groups(pieces or [("…", sentence.start)], suffix, em, max_width)
    starts = [max(sentence.start - _EARLY_SECONDS, -offset)]
    for group in groups[1:]:
        starts.append(min(max(group[0][1], starts[-1] + 0.05), end))
    ends = [*starts[1:], end]
    return [
        Cue(
            start + offset,
            stop + offset,
            _lines(_text(group, suffix), em, max_width),
            sentence.index,
        )
        for group, start, stop in zip(groups, starts, ends, strict=True)
        if stop > start
    ]


def _fitting_pieces(
    word: str, start: float, end: float, em: int, max_width: float
) -> list[tuple[str, float]]:
    """A word, or if it is wider than a line, parts of it with their times."""
    if not word:
        return []
    if text_width(word, em) <= 0.8 * max_width:
        return [(word, start)]
    letters = max(1, int(len(word) * 0.8 * max_width / text_width(word, em)))
    cuts = range(0, len(word), letters)
    return [(word[c : c + letters], start + (end - start) * c / len(word)) for c in cuts]


def _groups(
    pieces: list[tuple[str, float]], suffix: str, em: int, max_width: float
) -> list[list[tuple[str, float]]]:
    """Halve a sentence, best at a comma, until every part fits two lines."""
    if len(pieces) < 2 or len(_lines(_text(pieces, suffix), em, max_width)) <= 2:
        return [pieces]
    total = sum(len(p[0]) + 1 for p in pieces)

    def cost(cut: int) -> float:
        left = sum(len(p[0]) + 1 for p in pieces[:cut])
        return abs(left / total - 0.5) - 0.2 * pieces[cut - 1][0].endswith(_BREAK_AFTER)

    cut = min(range(1, len(pieces)), key=cost)
    return [
        g for part in (pieces[:cut], pieces[cut:]) for g in _groups(part, suffix, em, max_width)
    ]


def _text(pieces: list[tuple[str, float]], suffix: str) -> str:
    return " ".join([*(p[0] for p in pieces), suffix])


def _lines(text: str, em: int, max_width: float) -> tuple[str, ...]:
    """One line if it fits, else two of like width, else as many as it takes."""
    if text_width(text, em) <= max_width:
        return (text,)
    words = text.split(" ")
    halves = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    widths = [max(text_width(a, em), text_width(b, em)) for a, b in halves]
    if halves and min(widths) <= max_width:
        return halves[widths.index(min(widths))]
    return wrap(text, em, max_width)


def wrap(text: str, em: int, max_width: float) -> tuple[str, ...]:
    """Lines filled one after the other, broken between words."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}", em) <= max_width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines)
