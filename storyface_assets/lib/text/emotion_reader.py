"""From sentences to emotions."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from storyface_assets.lib.text.emotion_weights import EmotionWeights
from storyface_assets.lib.text.sentences import Sentence
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
    """``(n,)`` best class of ``(n, 6)``, or 중립 where none reaches the threshold."""
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


class EmotionReader:
    """Reads the emotion of each sentence, with the two sentences on each side."""

    def __init__(self, weights: EmotionWeights) -> None:
        self.weights = weights

    @classmethod
    def load(cls, folder: Path) -> "EmotionReader":
        """The reader whose model lies in ``folder``.

        Raises:
            BadInput: the folder holds no such model.
        """
        return cls(EmotionWeights.load(folder))

    def read(self, sentences: Sequence[Sentence]) -> EmotionReading:
        """Emotion, probabilities and intensity of the sentences of one story, in order.

        A sentence whose best probability is below the model's threshold is labelled 중립: a calm
        face on an unclear sentence is the smaller fault. Its probabilities are kept.
        """
        if not sentences:
            empty = np.zeros((0,), np.float32)
            return EmotionReading(np.zeros((0, 6), np.float32), [], empty, empty.astype(bool))
        model = self.weights
        features = model.space.features([sentence.text for sentence in sentences])
        scores = features.times(model.emotion_weight) + model.emotion_bias
        probabilities = softmax(scores / model.temperature)
        best = classes_of(probabilities, model.threshold)
        intensity = features.times(model.intensity_weight)[:, 0] + model.intensity_bias
        return EmotionReading(
            probabilities.astype(np.float32),
            [TEXT_EMOTIONS[i] for i in best],
            np.clip(intensity, 0, 1).astype(np.float32),
            np.zeros(len(sentences), bool),
        )
