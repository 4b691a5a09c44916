"""Where everything stands in a film: title card, story, end card, and the mood of each frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.signal import lfilter

from storyface_assets.lib.speech import Narration
from storyface_assets.vocabulary import TEXT_EMOTIONS

TITLE_SECONDS: Final = 2.8
END_SECONDS: Final = 3.4
#: The face begins to change before the words do.
ANTICIPATION_SECONDS: Final = 0.28
#: Natural frequency of the critically damped approach, 1/s: 90 % of the way in half a second.
STIFFNESS: Final = 7.8


@dataclass(frozen=True)
class Timeline:
    """Times of a film in seconds and frames.

    Attributes:
        fps: frames a second.
        n_frames: T.
        speech_start: when the narration begins.
        speech_end: when it ends.
    """

    fps: float
    n_frames: int
    speech_start: float
    speech_end: float

    @classmethod
    def of(
        cls,
        narration: Narration,
        fps: float,
        title_seconds: float = TITLE_SECONDS,
        end_seconds: float = END_SECONDS,
    ) -> "Timeline":
        """Title card, narration, end card, one after the other."""
        end = title_seconds + narration.seconds
        return cls(fps, max(round((end + end_seconds) * fps), 1), title_seconds, end)

    @property
    def seconds(self) -> float:
        """Length of the film."""
        return self.n_frames / self.fps

    @property
    def times(self) -> np.ndarray:
        """``(T,)`` seconds of each frame."""
        return np.arange(self.n_frames) / self.fps


def ease(signal: np.ndarray, fps: float, stiffness: float = STIFFNESS) -> np.ndarray:
    """Follow ``(T, …)`` as a critically damped spring does: no jump, no overshoot.

    Two equal one-pole filters in a row are that spring, exactly.
    """
    pole = float(np.exp(-stiffness / fps))
    state = np.asarray(signal, np.float64)
    for _ in range(2):
        first = state[:1] * pole
        state, _ = lfilter([1.0 - pole], [1.0, -pole], state, axis=0, zi=first)
    return state


def sentence_of_frame(narration: Narration, timeline: Timeline) -> np.ndarray:
    """``(T,)`` int: the sentence whose mood the face aims at; −1 before the first."""
    starts = [timeline.speech_start + s.start - ANTICIPATION_SECONDS for s in narration.sentences]
    return np.searchsorted(np.array(starts), timeline.times, side="right") - 1


def mood_weights(sentence: np.ndarray, labels: Sequence[str], timeline: Timeline) -> np.ndarray:
    """``(T, 6)`` share of each of ``TEXT_EMOTIONS`` in every frame; rows sum to 1.

    The title and the end card are neutral.
    """
    neutral = TEXT_EMOTIONS.index("중립")
    of_sentence = np.array([*(TEXT_EMOTIONS.index(label) for label in labels), neutral])
    target = of_sentence[sentence]  # −1 takes the last entry: neutral
    target[timeline.times > timeline.speech_end] = neutral
    return ease(np.eye(len(TEXT_EMOTIONS))[target], timeline.fps)
