"""Square cuts that leave the photo."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from storyface_assets.lib.images.square import PixelSquare

RANDOM = np.random.default_rng(0)


def photo(height: int, width: int) -> np.ndarray:
    return RANDOM.integers(90, 200, (height, width, 3), np.uint8)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 60),
    st.integers(1, 60),
    st.integers(-300, 300),
    st.integers(-300, 300),
    st.integers(1, 250),
    st.sampled_from([1, 7, 64]),
)
def test_any_square_of_any_photo_gives_a_full_picture(
    height: int, width: int, left: int, top: int, side: int, size: int
) -> None:
    # Guards the seeds' empty crops and black bars: nothing darker than the photo itself, but for
    # what cubic enlarging overshoots.
    picture = PixelSquare(left, top, side).cut(photo(height, width), size)
    assert picture.shape == (size, size, 3) and picture.dtype == np.uint8
    assert picture.min() > 50


def test_inside_the_photo_it_is_the_photo() -> None:
    rgb = photo(50, 60)
    assert (PixelSquare(7, 9, 20).cut(rgb, 20) == rgb[9:29, 7:27]).all()
    half = PixelSquare(10, 10, 20).cut(rgb, 10)
    mean = rgb[10:30, 10:30].reshape(10, 2, 10, 2, 3).mean((1, 3))
    assert np.abs(half - mean).max() <= 0.51


def test_at_the_edge_the_photos_own_pixels_stay_sharp() -> None:
    rgb = photo(100, 100)
    picture = PixelSquare(-50, 0, 100).cut(rgb, 100)
    assert (picture[:, 50:] == rgb[:, :50]).all()
    # Beyond, no second face: what is far outside is neither detailed nor the photo mirrored.
    outside, mirrored = picture[:, :40].astype(float), rgb[:, 49:9:-1].astype(float)
    assert outside.std() < 0.5 * rgb.std()
    assert abs(np.corrcoef(outside.ravel(), mirrored.ravel())[0, 1]) < 0.2


def test_points_follow_the_picture() -> None:
    rgb = np.zeros((80, 80, 3), np.uint8)
    rgb[30, 40] = 255
    square = PixelSquare(20, 10, 32)
    x, y = square.to_square(np.array([[40.0, 30.0]]), 64)[0]
    bright = np.argwhere(square.cut(rgb, 64)[..., 0] > 128).mean(0)
    assert np.abs(bright - (y, x)).max() < 0.51
