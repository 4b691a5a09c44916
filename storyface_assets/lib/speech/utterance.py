"""A sentence as sound, with the times of its phonemes and words."""

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Span:
    """A phoneme or a word in time.

    Attributes:
        text: IPA symbol of espeak-ng, or the word as printed.
        start: seconds from the beginning of the clip.
        end: seconds, ``>= start``.
    """

    text: str
    start: float
    end: float

    def moved(self, seconds: float, scale: float = 1.0) -> "Span":
        """Scale about zero, then move later."""
        return replace(self, start=self.start * scale + seconds, end=self.end * scale + seconds)


@dataclass(frozen=True)
class Utterance:
    """One clip of speech.

    Attributes:
        audio: ``(n,)`` float32, mono, within ±1.
        rate: samples a second.
        phonemes: in order; pauses have an empty symbol.
        words: in order.
    """

    audio: np.ndarray
    rate: int
    phonemes: tuple[Span, ...]
    words: tuple[Span, ...]

    @property
    def seconds(self) -> float:
        """Length of the clip."""
        return len(self.audio) / self.rate
