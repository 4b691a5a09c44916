"""From probabilities to emotions."""

from dataclasses import dataclass

import numpy as np

from storyface_assets.vocabulary import TEXT_EMOTIONS

NEUTRAL = TEXT_EMOTIONS[0]


def softmax(scores: np.ndarray) -> np.ndarray:
    """Probabilities of each row of scores; float64 inside so that rows sum to one."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True, initial=-np.inf), dtype=np.float64)
    return shifted / shifted.sum(axis=1, keepdims=True)


def log_probabilities(probabilities: np.ndarray) -> np.ndarray:
    """Logarithms of ``(n, k)`` in float64; of what was ruled out, of 1e-12: it stays a number."""
    logs: np.ndarray = np.log(np.maximum(probabilities.astype(np.float64), 1e-12))
    return logs


def classes_of(probabilities: np.ndarray, threshold: float) -> np.ndarray:
    """``(n,)`` best class of ``(n, 6)``, or 중립 where none reaches the threshold.

    A calm face on an unclear sentence is the smaller fault.
    """
    unsure = probabilities.max(axis=1, initial=0) < threshold
    return np.where(unsure, TEXT_EMOTIONS.index(NEUTRAL), probabilities.argmax(axis=1))


@dataclass(frozen=True)
class EmotionReading:
    """What was read in n sentences.

    Attributes:
        probabilities: ``(n, 6)`` float32 in TEXT_EMOTIONS order; each row sums to one.
        labels: the emotion that the film shows for each sentence.
        intensity: ``(n,)`` float32, 0 (none) to 1 (as strong as can be).
        overruled: ``(n,)`` bool, true where a person decided the label.
    """

    probabilities: np.ndarray
    labels: list[str]
    intensity: np.ndarray
    overruled: np.ndarray


def reading_of(
    probabilities: np.ndarray, intensity: np.ndarray, threshold: float = 0.0
) -> EmotionReading:
    """What a model says, overruled by nobody.

    Args:
        probabilities: ``(n, 6)``; they are kept where the label is 중립 for being unclear.
        intensity: ``(n,)``.
        threshold: see :func:`classes_of`.
    """
    return EmotionReading(
        probabilities.astype(np.float32),
        [TEXT_EMOTIONS[k] for k in classes_of(probabilities, threshold)],
        intensity.astype(np.float32),
        np.zeros(len(probabilities), bool),
    )
