"""What making a film yields, and what it is made of besides pictures and sound."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from storyface_assets.lib.film.lettering import Cards
from storyface_assets.lib.render.frame_state import FrameState

#: Called with (frames done, frames in all).
Progress = Callable[[int, int], None]


class FrameRenderer(Protocol):
    """Draws frames; :class:`~storyface_assets.lib.render.renderer.HeadRenderer` is one.

    Attributes:
        size: width, height of the frames.
        framed_points: ``(N, 3)`` metres, the head at rest, which the camera frames.
    """

    size: tuple[int, int]
    framed_points: np.ndarray

    def render_many(self, states: Iterable[FrameState], workers: int = 2) -> Iterator[np.ndarray]:
        """``(H, W, 3)`` uint8 sRGB frames in the order of the states."""
        ...


@dataclass(frozen=True)
class FilmText:
    """Everything written in a film.

    Attributes:
        cards: words of the title and end cards.
        labels: emotion of each sentence, for the subtitles.
        chapters: ``(first sentence, name)`` in order; the first sentence of the story is 0.
    """

    cards: Cards
    labels: Sequence[str]
    chapters: Sequence[tuple[int, str]] = field(default_factory=tuple)


@dataclass(frozen=True)
class FilmReport:
    """A finished film.

    Attributes:
        path: the mp4.
        srt: subtitles as SubRip.
        vtt: subtitles as WebVTT.
        script: all burned-in letters with their times (ASS), the notice among them.
        poster: a JPEG of the face at its most expressive.
        frames: number of frames.
        seconds: length.
        size: width, height.
        loudness: LUFS of the voice.
        true_peak: dBFS of the voice.
        seconds_of: wall seconds of each stage: ``stage``, ``render``, ``encode``, ``finish``,
            ``sign``.
        credentials: whether Content Credentials (C2PA) are embedded, or why not.
        warnings: what was not as wished.
    """

    path: Path
    srt: Path
    vtt: Path
    script: Path
    poster: Path
    frames: int
    seconds: float
    size: tuple[int, int]
    loudness: float
    true_peak: float
    seconds_of: dict[str, float]
    credentials: str
    warnings: tuple[str, ...] = ()
