"""Annotated boxes: every fault named, the policy kept."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyface_assets.lib.dataset.boxes import FAULTS, box_quality, check_boxes, faces_inside
from storyface_assets.lib.dataset.schema import ANNOTATORS, BOX_SIDES

FACE = np.array([[300.0, 200.0, 500.0, 450.0]])
GOOD = (250.0, 150.0, 550.0, 500.0)


def rows(*boxes, who="a", width=1920, height=1080) -> pd.DataFrame:
    """A table of one photo a box (min_x, min_y, max_x, max_y)."""
    table = pd.DataFrame({"photo": [f"{n:03}.jpg" for n in range(len(boxes))]})
    table["sha256"] = [f"{n:064}" for n in range(len(boxes))]
    table["width"], table["height"] = width, height
    for annotator in ANNOTATORS:
        for k, side in enumerate(BOX_SIDES):
            values = [box[k] if annotator == who else None for box in boxes]
            table[f"box_{annotator}_{side}"] = pd.array(values, dtype="Float64")
    return table.assign(kept=True, reason="")


def faces(table, face=FACE):
    return dict.fromkeys(table["sha256"], face)


def check(*boxes, policy="drop", **settings):
    table = rows(*boxes, **settings)
    return check_boxes(table, faces(table), policy)


@pytest.mark.parametrize(
    ("box", "fault"),
    [
        ((None, None, None, None), "no box"),
        ((250.0, None, 550.0, 500.0), "not a number"),
        ((250.0, 150.0, math.inf, 500.0), "not a number"),
        ((550.0, 150.0, 250.0, 500.0), "min over max"),
        ((250.0, 500.0, 550.0, 150.0), "min over max"),
        ((-80.0, 150.0, 550.0, 500.0), "negative"),
        ((250.0, 150.0, 2400.0, 500.0), "beyond the image"),
        ((250.0, 150.0, 550.0, 1200.0), "beyond the image"),
        ((3000.0, 150.0, 3300.0, 500.0), "beyond the image"),
        ((300.0, 200.0, 310.0, 420.0), "too small"),
        ((900.0, 200.0, 1200.0, 600.0), "no face inside"),
    ],
)
def test_each_fault_has_its_name(box, fault):
    row = check(box).iloc[0]
    assert (row["kept"], row["reason"]) == (False, fault)


@pytest.mark.parametrize("policy", ["drop", "clip"])
def test_the_example_of_the_seeds_is_dropped(policy):
    # 77 % of it lie in the photo: too little to clip.
    box = (872.5148770000001, -204.08019579999998, 1500.189177, 669.5033842)
    table = rows(box)
    face = {table["sha256"][0]: np.array([[1000.0, 50.0, 1300.0, 500.0]])}
    assert check_boxes(table, face, policy).iloc[0]["reason"] == "negative"


def test_clip_cuts_what_hardly_leaves_and_drop_does_not():
    box = (250.0, -20.0, 550.0, 500.0)
    dropped, clipped = check(box).iloc[0], check(box, policy="clip").iloc[0]
    assert dropped["reason"] == "negative" and not dropped["box_clipped"]
    assert clipped["kept"] and clipped["box_clipped"] and clipped["box_min_y"] == 0.0


def test_a_rounded_pixel_is_no_fault():
    row = check((-0.4, 0.0, 1920.9, 1080.0)).iloc[0]
    assert row["kept"] and (row["box_min_x"], row["box_max_x"]) == (0.0, 1920.0)


def test_the_next_annotator_stands_in_only_for_a_missing_box():
    table = rows(GOOD, GOOD, who="c")
    for k, side in enumerate(BOX_SIDES):
        table.loc[1, f"box_b_{side}"] = (-500.0, 0.0, 500.0, 500.0)[k]
    checked = check_boxes(table, faces(table))
    assert list(checked["box_from"]) == ["c", "b"]
    # A bad box is not passed over for a better one: nobody knows which of the two is meant.
    assert list(checked["reason"]) == ["", "negative"]


def test_all_faults_of_a_box_are_listed():
    row = check((-80.0, 1200.0, 2000.0, 150.0)).iloc[0]
    assert row["reason"] == "min over max"
    assert row["box_faults"] == "min over max, negative, beyond the image"


def test_a_face_half_outside_or_one_beside_the_box_does_not_count():
    box = np.array([0.0, 0.0, 100.0, 100.0])
    inside = faces_inside(
        np.array([[55, 55, 115, 115], [98, 0, 198, 100], [80, 80, 118, 118], [10, 10, 90, 90.0]]),
        box,
    )
    assert inside.tolist() == [True, False, False, True]


number = st.one_of(st.none(), st.just(math.nan), st.floats(-1e5, 1e5))


@settings(max_examples=40, deadline=None)
@given(st.tuples(number, number, number, number), st.sampled_from(["drop", "clip"]))
def test_whatever_the_numbers_a_kept_box_lies_in_the_photo(box, policy):
    # Guards against the seeds' empty crops.
    table = rows(box)
    row = check_boxes(table, faces(table, np.array([[0.0, 0, 1920, 1080]])), policy).iloc[0]
    assert row["kept"] == (row["reason"] == "") and row["reason"] in ("", *FAULTS)
    if row["kept"]:
        assert 0 <= row["box_min_x"] <= row["box_max_x"] - 18 <= 1920
        assert 0 <= row["box_min_y"] <= row["box_max_y"] - 18 <= 1080


def test_quality_counts_by_fault():
    checked = check(GOOD, (-80.0, 150.0, 550.0, 500.0), (900.0, 200.0, 1200.0, 600.0), GOOD)
    planted = ["", "negative", "", "beyond"]
    quality = box_quality(checked, pd.DataFrame({"photo": checked["photo"], "box_fault": planted}))
    assert quality["any"] == {"planted": 2, "found": 2, "precision": 0.5, "recall": 0.5}
    assert quality["negative"]["recall"] == quality["negative"]["precision"] == 1.0
    assert quality["beyond the image"]["recall"] == 0.0


def test_a_table_without_rows_passes_through():
    assert check_boxes(rows(), {}).empty
