"""Precision and recall of duplicates, counted by hand here."""

import pandas as pd
import pytest

from storyface_assets.lib.dataset.duplicates import duplicate_quality

TRUTH = pd.DataFrame(
    [
        ("a", "", ""),
        ("a1", "a", "exact"),
        ("a2", "a", "cropped"),
        ("b", "", ""),
        ("b1", "b", "cropped"),
        ("gone", "b", "resized"),
    ],
    columns=["photo", "duplicate_of", "duplicate_kind"],
)


def found(**groups):
    return pd.DataFrame({"photo": list(groups), "group": list(groups.values())})


def test_all_right():
    quality = duplicate_quality(found(a=1, a1=1, a2=1, b=2, b1=2), TRUTH)
    assert quality["precision"] == quality["recall"] == 1.0
    assert quality["pairs_found"] == 4  # two copies of one photo are a pair too
    assert quality["planted"] == 3  # a copy that a step before dropped cannot be missed


def test_a_wrong_pair_and_a_missed_copy_are_counted_and_named():
    quality = duplicate_quality(found(a=1, a1=1, a2=3, b=3, b1=3), TRUTH)
    assert quality["precision"] == pytest.approx(2 / 4)
    assert quality["recall"] == pytest.approx(2 / 3)
    assert quality["recall_by_kind"] == {"cropped": 0.5, "exact": 1.0}
    assert quality["missed"] == [("cropped", "a2", "a")]
    assert quality["wrong_pairs"] == [("a2", "b"), ("a2", "b1")]


def test_a_photo_that_the_truth_does_not_know_is_no_copy_of_any():
    quality = duplicate_quality(found(a=1, other=1), TRUTH)
    assert quality["precision"] == 0.0


def test_nothing_to_find():
    quality = duplicate_quality(found(a=1, b=2), TRUTH)
    assert quality["precision"] == quality["recall"] == 1.0
