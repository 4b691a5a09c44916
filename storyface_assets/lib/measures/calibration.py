"""Whether probabilities mean what they say."""

import numpy as np


def calibration_error(probabilities: np.ndarray, truth: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error of the best probability, equal-width bins (Guo et al. 2017)."""
    best, guess = probabilities.max(axis=1), probabilities.argmax(axis=1)
    place = np.minimum((best * bins).astype(int), bins - 1)
    gaps = [
        np.mean(place == b) * abs(best[place == b].mean() - (guess == truth)[place == b].mean())
        for b in range(bins)
        if np.any(place == b)
    ]
    return float(np.sum(gaps))


def mean_log_likelihood(probabilities: np.ndarray, truth: np.ndarray) -> float:
    """Mean logarithm of what the true classes got; the higher, the better.

    Args:
        probabilities: ``(n, k)``.
        truth: ``(n,)`` true classes.
    """
    right = probabilities[np.arange(len(truth)), truth]
    return float(np.log(np.maximum(right, 1e-12)).mean())


def fit_temperature(scores: np.ndarray, classes: np.ndarray) -> float:
    """The temperature that makes held-out scores likeliest (Guo et al. 2017).

    Args:
        scores: ``(n, k)`` held-out scores before the softmax.
        classes: ``(n,)`` true classes.
    """
    grid = np.geomspace(0.25, 4.0, 161)
    losses = []
    for temperature in grid:
        scaled = scores / temperature
        top = scaled.max(axis=1, keepdims=True)
        log_sum = np.log(np.exp(scaled - top).sum(axis=1)) + top[:, 0]
        losses.append((log_sum - scaled[np.arange(len(classes)), classes]).mean())
    return float(grid[int(np.argmin(losses))])
