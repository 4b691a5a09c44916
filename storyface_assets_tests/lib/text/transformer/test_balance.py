"""Weights of rare classes."""

import numpy as np
import pytest

from storyface_assets.lib.text.transformer.balance import class_weights

CLASSES = np.repeat([0, 1, 2], [1000, 100, 10])


def test_the_weights_are_those_of_the_paper():
    """Fault: beta of the power missing, or the scale of the loss changed."""
    weights = class_weights(CLASSES, 4, 0.999)
    raw = [0.001 / (1 - 0.999**n) for n in (1000, 100, 10)]
    assert weights[:3] / weights[0] == pytest.approx(np.array(raw) / raw[0], rel=1e-5)
    assert weights[:3].mean() == pytest.approx(1)
    assert weights[3] == 0  # of nothing


def test_without_balance_all_count_alike():
    assert class_weights(CLASSES, 3, 0.0).tolist() == [1, 1, 1]
