"""Rare classes and attributes must not be drowned, nor single pictures learnt by heart."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from storyface_assets.lib.dataset.balance import MAX_WEIGHT, age_class, balanced_weights, count_by


def shares(table, weights, column):
    return table.assign(w=weights).groupby(column)["w"].sum() / weights.sum()


def test_classes_are_drawn_equally_often():
    table = pd.DataFrame({"label": ["a"] * 700 + ["b"] * 200 + ["c"] * 100})
    weights = balanced_weights(table, ["label"])
    assert np.allclose(shares(table, weights, "label"), 1 / 3, atol=1e-3)


def test_several_columns_are_balanced_at_once():
    # Inverse frequencies of one column alone leave a correlated other one out of balance.
    rng = np.random.default_rng(0)
    male = rng.random(4000) < 0.4
    blond = rng.random(4000) < np.where(male, 0.03, 0.25)
    table = pd.DataFrame({"male": male, "blond": blond})
    weights = balanced_weights(table, ["male", "blond"])
    for column in table:
        assert np.allclose(shares(table, weights, column), 0.5, atol=0.01)


def test_a_lone_picture_is_not_learnt_by_heart():
    table = pd.DataFrame({"label": ["a"] * 9999 + ["b"]})
    weights = balanced_weights(table, ["label"])
    assert weights.max() <= MAX_WEIGHT and weights[-1] == MAX_WEIGHT


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=40))
def test_weights_are_finite_positive_and_within_the_cap(rows):
    weights = balanced_weights(pd.DataFrame(rows, columns=["x", "y"]), ["x", "y"])
    assert len(weights) == len(rows) and np.isfinite(weights).all()
    assert not rows or (weights.min() >= np.float32(1 / MAX_WEIGHT) and weights.max() <= MAX_WEIGHT)
    # Ten times the average is rarely reached among forty: the mean stays near 1.
    assert not rows or 0.5 < weights.mean() < 1.2


def test_what_is_not_known_is_counted():
    # A null that is left out makes the sums of a balance table lie.
    table = pd.DataFrame(
        {"age": age_class(pd.Series([5, None, 34, 60, 99], dtype="Int64")), "split": list("aabab")}
    )
    counts = count_by(table, "age").set_index("age")
    assert counts["all"].to_dict() == {"0–9": 1, "30–39": 1, "60+": 2, "unknown": 1}
    assert counts.loc["60+", "a"] == 1 and counts["all"].sum() == 5
