"""The picture of a training."""

import numpy as np

from storyface_assets.previews.curves import curve_picture


def ink(picture):
    """Where the curve is drawn: its colour is neither grey nor white."""
    return np.argwhere(np.ptp(picture.astype(int), axis=2) > 60)


def test_a_falling_loss_falls_from_left_to_right():
    rows = [{"step": 10 * k, "loss": 2.0 / (k + 1)} for k in range(12)]
    drawn = ink(curve_picture(rows, "loss"))
    first, last = drawn[drawn[:, 1] < 60], drawn[drawn[:, 1] > 250]
    assert first[:, 0].min() < 30 < 120 < last[:, 0].min()


def test_one_point_a_constant_and_nothing_are_pictures_too():
    for rows in ([], [{"step": 1, "loss": 1.0}], [{"step": k, "loss": 1.0} for k in range(3)]):
        assert curve_picture(rows, "loss").shape == (180, 300, 3)
    assert not len(ink(curve_picture([{"step": 1, "accuracy": 1.0}], "loss")))
