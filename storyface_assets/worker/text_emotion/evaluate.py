"""Folds by story, and the numbers of a card with their uncertainty by story."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from storyface_assets.lib.measures import accuracy, macro_f1, with_intervals
from storyface_assets.lib.measures.intervals import Measure
from storyface_assets.vocabulary import EXPRESSION_OF_EMOTION, FACE_EXPRESSIONS, TEXT_EMOTIONS

#: Face of each emotion, as an index into FACE_EXPRESSIONS.
FACE_OF_CLASS = np.array([FACE_EXPRESSIONS.index(EXPRESSION_OF_EMOTION[e]) for e in TEXT_EMOTIONS])


@dataclass(frozen=True)
class Score:
    """Figures of one model on one set.

    Attributes:
        figures: ``accuracy``, ``macro_f1``, ``five_faces``, each also with ``_low`` and ``_high``:
            95 % interval, stories drawn with replacement.
        sentences: size of the set.
        stories: stories in it.
    """

    figures: Mapping[str, float]
    sentences: int
    stories: int

    def as_dict(self) -> dict[str, float]:
        """For JSON, rounded to what the sample size supports."""
        rounded = {name: round(value, 3) for name, value in self.figures.items()}
        return rounded | {"sentences": self.sentences, "stories": self.stories}


def folds_by_story(stories: Sequence[str], n_folds: int, seed: int) -> np.ndarray:
    """``(n,)`` fold of each sentence; a story is never cut."""
    names = sorted(set(stories))
    order = np.random.default_rng(seed).permutation(len(names))
    fold = {names[story]: place % n_folds for place, story in enumerate(order)}
    return np.array([fold[story] for story in stories])


def five_face_accuracy(truth: np.ndarray, guess: np.ndarray) -> float:
    """Share of sentences that get the right face (불안 and 당황 share one)."""
    return float(np.mean(FACE_OF_CLASS[truth] == FACE_OF_CLASS[guess]))


def score(
    truth: np.ndarray, guess: np.ndarray, stories: Sequence[str], draws: int = 1000, seed: int = 0
) -> Score:
    """Figures with bootstrap intervals over stories (sentences of a story are not independent)."""
    measures: dict[str, Measure] = {
        "accuracy": lambda rows: accuracy(truth[rows], guess[rows]),
        "macro_f1": lambda rows: macro_f1(truth[rows], guess[rows], len(TEXT_EMOTIONS)),
        "five_faces": lambda rows: five_face_accuracy(truth[rows], guess[rows]),
    }
    figures = with_intervals(measures, stories, draws, seed)
    return Score(figures, sentences=len(truth), stories=len(set(stories)))
