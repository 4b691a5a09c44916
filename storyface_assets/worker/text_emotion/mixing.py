"""How the linear model and the encoder are mixed: chosen on stories that neither learnt from."""

from collections.abc import Sequence

import numpy as np

from storyface_assets.lib.measures import accuracy, fit_temperature
from storyface_assets.lib.text.emotion_blend import Mixing
from storyface_assets.lib.text.emotion_reader import classes_of, softmax


def fit_mixing(
    linear: np.ndarray,
    encoder: np.ndarray,
    classes: np.ndarray,
    shares: Sequence[float],
    thresholds: Sequence[float],
) -> Mixing:
    """The share of the greatest likelihood, with its temperature; then the threshold by accuracy.

    Args:
        linear: ``(n, 6)`` probabilities of held-out sentences.
        encoder: likewise.
        classes: ``(n,)`` the truth.
        shares: of the encoder, to choose from.
        thresholds: to choose from.
    """
    rows = np.arange(len(classes))

    def fitted(share: float) -> tuple[float, Mixing]:
        scores = Mixing(share).scores(linear, encoder)
        temperature = round(fit_temperature(scores, classes), 4)
        right = softmax(scores / temperature)[rows, classes]
        return float(np.log(np.maximum(right, 1e-12)).mean()), Mixing(share, temperature)

    _, best = max((fitted(share) for share in shares), key=lambda one: one[0])
    probabilities = best.probabilities(linear, encoder)
    reached = {t: accuracy(classes, classes_of(probabilities, t)) for t in thresholds}
    threshold = max(thresholds, key=lambda t: (reached[t], t))
    return Mixing(best.share, best.temperature, threshold)
