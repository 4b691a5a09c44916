"""Anchors and non-maximum suppression of the face detector."""

import numpy as np
import pytest

from storyface_assets.lib.landmarks.detector import (
    Detection,
    anchor_centres,
    merge_overlapping,
    overlap,
)


def box_at(x: float, y: float, side: float, score: float) -> Detection:
    box = np.array([x, y, x + side, y + side], float)
    return Detection(box, np.full((6, 2), x), score)


def test_anchor_counts_are_the_models_output_rows() -> None:
    assert anchor_centres(128, ((8, 2), (16, 6))).shape == (896, 2)
    assert anchor_centres(192, ((4, 1),)).shape == (2304, 2)


def test_anchors_run_along_rows_first() -> None:
    """Guards against x and y exchanged: faces would be found mirrored at the diagonal."""
    anchors = anchor_centres(192, ((4, 1),))
    assert anchors[1] - anchors[0] == pytest.approx([4 / 192, 0])


def test_overlap_of_equal_and_of_distant_boxes() -> None:
    a = np.array([0.0, 0, 10, 10])
    assert overlap(a, a) == 1
    assert overlap(a, a + 20) == 0
    assert overlap(a, a + np.array([5, 0, 5, 0])) == pytest.approx(1 / 3)


def test_overlapping_boxes_are_averaged_by_score() -> None:
    merged = merge_overlapping([box_at(0, 0, 10, 0.9), box_at(1, 0, 10, 0.3), box_at(50, 0, 9, 1)])
    assert len(merged) == 2
    assert merged[1].box[0] == pytest.approx(0.25)
    assert merged[1].score == 0.9


def test_no_detection_gives_no_box() -> None:
    assert merge_overlapping([]) == []


def test_degenerate_boxes_do_not_loop_for_ever() -> None:
    assert len(merge_overlapping([box_at(0, 0, 0, 0.9), box_at(0, 0, 0, 0.8)])) == 2
