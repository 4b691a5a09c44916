"""Entries of label lists, whatever they hold (property tests)."""

import math

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyface_assets.lib.dataset.aihub_entry import label_columns, person_of
from storyface_assets.lib.dataset.aihub_labels import LABELS
from storyface_assets.lib.dataset.schema import ANNOTATORS, BOX_SIDES
from storyface_assets.vocabulary import EXPRESSION_OF_PHOTO_LABEL
from storyface_assets_tests.lib.dataset.small_aihub import PEOPLE, entry, name_of

# Lone surrogates too: JSON's \ud800 makes them, and no table can hold them.
TEXT = st.text(st.characters(), max_size=40)
LEAF = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
ANYTHING = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)
)
SIDES = {"min_x": "minX", "min_y": "minY", "max_x": "maxX", "max_y": "maxY"}
NUMBER = st.floats(-1e6, 1e6)
BOX = st.fixed_dictionaries({name: NUMBER for name in SIDES.values()})
LABEL = st.sampled_from(sorted(EXPRESSION_OF_PHOTO_LABEL))
SOME_ENTRY = st.fixed_dictionaries(
    {},
    optional={
        name: ANYTHING
        for name in (
            *("filename", "gender", "age", "isProf", "faceExp_uploader", "bg_uploader"),
            *(f"annot_{who.upper()}" for who in ANNOTATORS),
        )
    },
)
SOME_ANNOTATION = st.fixed_dictionaries({"boxes": BOX | ANYTHING, "faceExp": LABEL | ANYTHING})


@settings(deadline=None)
@given(SOME_ENTRY | ANYTHING)
def test_any_entry_becomes_a_row_that_a_table_can_hold(value):
    # Guards against one odd entry that stops the set, and against rows that Parquet refuses.
    row = label_columns(value) | {"label_file": "x", "entry": 0, "content": 0}
    table = pa.Table.from_pylist([row], schema=LABELS)
    assert table.num_rows == 1 and set(row) == set(LABELS.names)
    assert row["fault"] or row["filename"]


@settings(deadline=None)
@given(SOME_ANNOTATION)
def test_box_is_whole_and_finite_or_unknown(annotation):
    # Guards against NaN sides, which every comparison of the box checks would let through.
    row = label_columns(entry(name_of(1), annot_B=annotation))
    sides = [row[f"box_b_{side}"] for side in BOX_SIDES]
    assert all(s is None for s in sides) or all(math.isfinite(s) for s in sides)


@settings(deadline=None)
@given(BOX, LABEL, st.integers(0, 120), st.sampled_from([int, str, float, "{}대".format]))
def test_good_values_are_taken_as_they_are(box, label, age, written):
    row = label_columns(
        entry(name_of(3, label), label, age=written(age), annot_C={"boxes": box, "faceExp": label})
    )
    assert {s: row[f"box_c_{s}"] for s in BOX_SIDES} == {s: box[n] for s, n in SIDES.items()}
    assert row["label_c"] == row["label_uploader"] == label and row["age"] == age
    assert row["fault"] == "" and row["person"] == PEOPLE[0]


@pytest.mark.parametrize("age", [None, True, -1, 121, 1e300, float("nan"), "", "몰라요", [], {}])
def test_age_that_nobody_has_is_unknown(age):
    assert label_columns(entry(name_of(1), age=age))["age"] is None


@pytest.mark.parametrize(
    ("filename", "person"),
    [
        ("A1" * 20 + "_여.jpg", "a1" * 20),
        ("a1" * 32 + ".jpg", ""),
        ("a1" * 19 + "_x.jpg", ""),
        ("a1" * 33 + "_x.jpg", ""),
        ("g1" * 32 + "_x.jpg", ""),
        ("", ""),
    ],
)
def test_person_is_a_hash_before_the_first_mark(filename, person):
    assert person_of(filename) == person
