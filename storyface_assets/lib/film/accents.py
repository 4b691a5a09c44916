"""Brows and nods on the words that the voice stresses."""

from typing import Final

import numpy as np

from storyface_assets.lib.film.timeline import Timeline
from storyface_assets.lib.speech import Narration

_WIDTH_SECONDS: Final = 0.13
#: At most one accent for so many seconds of speech.
_SECONDS_AN_ACCENT: Final = 1.6


def accents(narration: Narration, timeline: Timeline) -> np.ndarray:
    """``(T,)`` 0–1: a soft bump on each of the loudest words of every sentence.

    espeak-ng marks some stress on nearly every Korean word, so loudness decides, not the mark.
    """
    out = np.zeros(timeline.n_frames)
    for sentence in narration.sentences:
        words = [w for w in sentence.words if w.end - w.start > 0.12]
        if not words:
            continue
        loud = [_loudness(narration, w.start, w.end) for w in words]
        count = max(1, int((sentence.end - sentence.start) / _SECONDS_AN_ACCENT))
        for i in np.argsort(loud)[::-1][:count]:
            centre = timeline.speech_start + words[i].start + 0.1
            bump = np.exp(-0.5 * ((timeline.times - centre) / _WIDTH_SECONDS) ** 2)
            out = np.maximum(out, bump * (0.6 + 0.4 * loud[i] / max(loud)))
    return out


def _loudness(narration: Narration, start: float, end: float) -> float:
    part = narration.audio[int(start * narration.rate) : int(end * narration.rate)]
    return float(np.sqrt(np.mean(part**2))) if len(part) else 0.0
