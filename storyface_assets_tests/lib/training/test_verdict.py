"""Which candidate takes the champion's place."""

import pytest

from storyface_assets.lib.training.verdict import Standing, judge


@pytest.mark.parametrize(
    ("accuracy", "champion", "standing"),
    [
        (0.9, 0.8, Standing.BETTER),
        (0.9, None, Standing.BETTER),
        (0.8, 0.8, Standing.NOT_BETTER),
        (0.7, 0.8, Standing.NOT_BETTER),
        (0.2, 0.1, Standing.BROKEN),
        (0.2, None, Standing.BROKEN),
        (float("nan"), 0.8, Standing.BROKEN),
        (float("inf"), 0.8, Standing.BROKEN),
    ],
)
def test_only_a_better_and_whole_one_does(accuracy, champion, standing):
    old = None if champion is None else {"accuracy": champion}
    verdict = judge({"accuracy": accuracy, "pictures": 10}, old, "accuracy", chance=0.2)
    assert verdict.standing is standing and verdict.reason


def test_any_figure_that_is_no_number_breaks_it():
    figures = {"accuracy": 0.9, "macro_f1": float("nan")}
    assert judge(figures, None, "accuracy", 0.2).standing is Standing.BROKEN


def test_a_candidate_without_the_figure_is_broken():
    assert judge({}, {"accuracy": 0.5}, "accuracy", 0.2).standing is Standing.BROKEN


@pytest.mark.parametrize(
    ("found", "standing"),
    [(0.3, Standing.BETTER), (-0.5, Standing.BROKEN), (None, Standing.BROKEN)],
)
def test_a_candidate_must_be_above_every_floor(found, standing):
    """Fault: a model whose second stage is worse than none becomes champion by its first."""
    figures = {"explained": 0.6} | ({} if found is None else {"wrinkles_shown": found})
    verdict = judge(figures, {"explained": 0.5}, "explained", 0.0, {"wrinkles_shown": -0.1})
    assert verdict.standing is standing
    if standing is Standing.BROKEN:
        assert "wrinkles_shown" in verdict.reason
