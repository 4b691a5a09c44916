"""Rotated crops: where a crop's point lies in the photo."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.lib.landmarks.crop import Square, square_around


@given(
    x=st.floats(60, 140),
    y=st.floats(60, 140),
    side=st.floats(20, 90),
    angle=st.floats(-3, 3),
    mirrored=st.booleans(),
)
def test_a_bright_spot_is_found_where_to_photo_says(
    x: float, y: float, side: float, angle: float, mirrored: bool
) -> None:
    """Guards against cut() and to_photo() disagreeing by a pixel or a flip."""
    square = Square(np.array([x, y]), side, angle, mirrored)
    inside = np.array([[0.3, 0.62]])
    (spot,) = square.to_photo(inside)
    ys, xs = np.mgrid[:200, :200]
    blob = np.exp(-((xs - spot[0]) ** 2 + (ys - spot[1]) ** 2) / (2 * (side / 16) ** 2))
    photo = np.repeat((blob * 255).astype(np.uint8)[..., None], 3, 2)
    crop = square.cut(photo, 64)[..., 0]
    cy, cx = np.mgrid[:64, :64] + 0.5
    seen = np.array([(crop * cx).sum(), (crop * cy).sum()]) / crop.sum() / 64
    assert seen == pytest.approx(inside[0], abs=0.02)


def test_square_around_turns_the_pair_level() -> None:
    points = np.array([[10.0, 10.0], [40.0, 40.0]])
    square = square_around(points, 0, 1, 2.0)
    assert square.angle == pytest.approx(np.pi / 4)
    assert square.side == pytest.approx(2 * np.hypot(30, 30))
    assert square.centre == pytest.approx([25, 25])
