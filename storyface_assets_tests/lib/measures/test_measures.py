"""Figures that are what their names say."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score, log_loss

from storyface_assets.lib.measures import (
    accuracy,
    calibration_error,
    cohens_kappa,
    confusion,
    f1_by_class,
    fit_temperature,
    macro_f1,
    mean_log_likelihood,
    with_intervals,
)

TRUTH = np.array([0, 0, 1, 2, 3, 5])
GUESS = np.array([0, 1, 1, 2, 5, 5])


def test_counts():
    assert accuracy(TRUTH, GUESS) == pytest.approx(4 / 6)
    assert confusion(TRUTH, GUESS, 6)[3] == [0, 0, 0, 0, 0, 1]
    f1 = f1_by_class(TRUTH, GUESS, 6)
    assert f1[:4] == pytest.approx([2 / 3, 2 / 3, 1, 0]) and f1[5] == pytest.approx(2 / 3)
    assert np.isnan(f1[4])  # it does not occur, so it is neither good nor bad
    assert macro_f1(TRUTH, GUESS, 6) == pytest.approx((2 / 3 + 2 / 3 + 1 + 0 + 2 / 3) / 5)


def test_kappa_is_the_textbooks():
    first, second = np.array([0, 0, 1, 2, 2, 1, 0]), np.array([0, 1, 1, 2, 0, 1, 0])
    assert cohens_kappa(first, second, 3) == pytest.approx(cohen_kappa_score(first, second))
    assert cohens_kappa(first, first, 3) == 1
    assert np.isnan(cohens_kappa(first * 0, first * 0, 3))  # one answer only: chance explains it


def test_calibration_error_of_one_who_is_always_sure_is_the_share_of_errors():
    assert calibration_error(np.eye(6)[GUESS], TRUTH) == pytest.approx(1 - 4 / 6)


def test_likelihood_is_the_textbooks_log_loss():
    told = np.random.default_rng(0).dirichlet(np.ones(6), len(TRUTH))
    expected = -log_loss(TRUTH, told, labels=range(6))
    assert mean_log_likelihood(told, TRUTH) == pytest.approx(expected)
    assert np.isfinite(mean_log_likelihood(np.eye(6)[GUESS], TRUTH))  # surely wrong, still a number


def test_the_temperature_of_scores_that_are_too_sure_cools_them():
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(4000, 3))
    chances = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    truth = (rng.random((4000, 1)) > chances.cumsum(1)).sum(1)
    assert fit_temperature(2.5 * scores, truth) == pytest.approx(2.5, rel=0.1)


def test_intervals_go_by_groups_not_by_rows():
    """Fault: forty photos of one person count as forty people, and the figure looks sure."""
    rng = np.random.default_rng(1)
    right = np.repeat(rng.random(12) < 0.7, 40)
    people = [str(k) for k in np.repeat(np.arange(12), 40)]
    measures = {"share": lambda rows: float(right[rows].mean())}
    by_person = with_intervals(measures, people)
    by_row = with_intervals(measures, [str(k) for k in range(len(right))])
    assert by_person["share"] == by_row["share"] == right.mean()
    assert by_person["share_low"] <= by_person["share"] <= by_person["share_high"]

    def wide(figures):
        return figures["share_high"] - figures["share_low"]

    assert wide(by_person) > 3 * wide(by_row)
