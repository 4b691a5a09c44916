"""Folds by story, and the numbers of a card with their uncertainty by story."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

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


def accuracy(truth: np.ndarray, guess: np.ndarray) -> float:
    """Share of six-class answers that are right."""
    return float(np.mean(truth == guess))


def five_face_accuracy(truth: np.ndarray, guess: np.ndarray) -> float:
    """Share of sentences that get the right face (불안 and 당황 share one)."""
    return float(np.mean(FACE_OF_CLASS[truth] == FACE_OF_CLASS[guess]))


def macro_f1(truth: np.ndarray, guess: np.ndarray) -> float:
    """Mean F1 over the classes that occur in truth or guess."""
    values = []
    for emotion in range(len(TEXT_EMOTIONS)):
        hits = np.sum((truth == emotion) & (guess == emotion))
        size = np.sum(truth == emotion) + np.sum(guess == emotion)
        if size:
            values.append(2 * hits / size)
    return float(np.mean(values))


def score(
    truth: np.ndarray, guess: np.ndarray, stories: Sequence[str], draws: int = 1000, seed: int = 0
) -> Score:
    """Figures with bootstrap intervals over stories (sentences of a story are not independent)."""
    measures: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
        "accuracy": accuracy,
        "macro_f1": macro_f1,
        "five_faces": five_face_accuracy,
    }
    names = np.array(stories)
    members = [np.flatnonzero(names == name) for name in sorted(set(stories))]
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(draws):
        rows = np.concatenate([members[i] for i in rng.integers(0, len(members), len(members))])
        drawn.append([measure(truth[rows], guess[rows]) for measure in measures.values()])
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    figures: dict[str, float] = {}
    for k, (name, measure) in enumerate(measures.items()):
        figures[name] = measure(truth, guess)
        figures[f"{name}_low"], figures[f"{name}_high"] = float(low[k]), float(high[k])
    return Score(figures, sentences=len(truth), stories=len(members))


def confusion(truth: np.ndarray, guess: np.ndarray) -> list[list[int]]:
    """``[true][read]`` counts in TEXT_EMOTIONS order."""
    table = np.zeros((len(TEXT_EMOTIONS), len(TEXT_EMOTIONS)), int)
    np.add.at(table, (truth, guess), 1)
    return [[int(count) for count in row] for row in table]


def calibration_error(probabilities: np.ndarray, truth: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error of the best probability, equal-width bins."""
    best, guess = probabilities.max(axis=1), probabilities.argmax(axis=1)
    place = np.minimum((best * bins).astype(int), bins - 1)
    gaps = [
        np.mean(place == b) * abs(best[place == b].mean() - (guess == truth)[place == b].mean())
        for b in range(bins)
        if np.any(place == b)
    ]
    return float(np.sum(gaps))
