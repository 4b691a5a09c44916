"""Emotions that a person decided, over those that were read."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.emotion_reader import NEUTRAL, EmotionReading
from storyface_assets.vocabulary import TEXT_EMOTIONS

#: A person who names a feeling wants to see it, whatever strength the model read.
MIN_DECIDED_INTENSITY = 0.6


class Override(Protocol):
    """``[[emotions]] sentence = 12, is = "슬픔"`` of book.toml; sentences count from 1."""

    @property
    def sentence(self) -> int:
        """Number of the sentence, from 1."""

    @property
    def is_(self) -> str:
        """One of TEXT_EMOTIONS."""


def apply_overrides(
    reading: EmotionReading, overrides: Iterable[Override], file: str | Path = "book.toml"
) -> EmotionReading:
    """The reading with the decided labels; probabilities stay as the model gave them.

    Args:
        reading: what the model read.
        overrides: decided sentences; the last one wins if a sentence is named twice.
        file: named in errors.

    Raises:
        BadInput: a sentence that the story does not have, or a word that is no emotion.
    """
    labels = list(reading.labels)
    intensity, overruled = reading.intensity.copy(), reading.overruled.copy()
    for override in overrides:
        if not 1 <= override.sentence <= len(labels):
            raise BadInput(
                file,
                "emotions.sentence",
                f"is {override.sentence}, but the story has {len(labels)} sentences.",
                "Use the number shown by `storyface read`, counted from 1.",
            )
        if override.is_ not in TEXT_EMOTIONS:
            raise BadInput(
                file,
                "emotions.is",
                f"is {override.is_!r}.",
                f"Use one of {', '.join(TEXT_EMOTIONS)}.",
            )
        place = override.sentence - 1
        labels[place], overruled[place] = override.is_, True
        if override.is_ != NEUTRAL:
            intensity[place] = max(intensity[place], MIN_DECIDED_INTENSITY)
    return replace(reading, labels=labels, intensity=intensity, overruled=overruled)
