"""Figures of a classifier from true and guessed class numbers."""

import numpy as np


def accuracy(truth: np.ndarray, guess: np.ndarray) -> float:
    """Share of answers that are right."""
    return float(np.mean(truth == guess))


def confusion(truth: np.ndarray, guess: np.ndarray, classes: int) -> list[list[int]]:
    """``[true][guessed]`` counts."""
    table = np.zeros((classes, classes), int)
    np.add.at(table, (truth, guess), 1)
    return [[int(count) for count in row] for row in table]


def f1_by_class(truth: np.ndarray, guess: np.ndarray, classes: int) -> list[float]:
    """F1 of each class; NaN for one that neither occurs nor is guessed."""
    values = []
    for k in range(classes):
        hits = np.sum((truth == k) & (guess == k))
        size = np.sum(truth == k) + np.sum(guess == k)
        values.append(float(2 * hits / size) if size else float("nan"))
    return values


def macro_f1(truth: np.ndarray, guess: np.ndarray, classes: int) -> float:
    """Mean F1 over the classes that occur in truth or guess."""
    return float(np.nanmean(f1_by_class(truth, guess, classes)))
