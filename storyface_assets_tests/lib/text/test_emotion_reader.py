"""From probabilities to emotions."""

import numpy as np

from storyface_assets.lib.text.emotion_reader import log_probabilities, reading_of, softmax
from storyface_assets.vocabulary import TEXT_EMOTIONS


def test_labels_follow_the_probabilities() -> None:
    """Fault: columns out of order."""
    reading = reading_of(np.eye(6)[[3, 0, 5]], np.array([0.2, 0.0, 1.0]))
    assert reading.labels == [TEXT_EMOTIONS[k] for k in (3, 0, 5)]
    assert reading.probabilities.dtype == reading.intensity.dtype == np.float32
    assert reading.overruled.shape == (3,) and not reading.overruled.any()


def test_below_the_threshold_the_face_stays_calm() -> None:
    """Fault: a guess of .22 against .21 gives a strong face."""
    told = np.array([[0.15, 0.15, 0.15, 0.15, 0.22, 0.18], [0.1, 0.1, 0.1, 0.1, 0.5, 0.1]])
    reading = reading_of(told, np.zeros(2), threshold=0.25)
    assert reading.labels == ["중립", "행복"] and reading.probabilities[0].argmax() == 4


def test_softmax_of_large_scores() -> None:
    """Fault: overflow turns a sure answer into NaN."""
    assert np.allclose(softmax(np.array([[1e4, 0.0, -1e4]])), [[1, 0, 0]])


def test_what_was_ruled_out_has_a_logarithm() -> None:
    """Fault: one sure reader makes a mixture NaN."""
    assert np.isfinite(log_probabilities(np.eye(6, dtype=np.float32))).all()
