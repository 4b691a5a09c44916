"""sRGB and linear light."""

import numpy as np
import pytest

from storyface_assets.lib.srgb import linear_to_srgb, srgb_to_linear


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_every_byte_comes_back_and_the_type_stays(kind):
    every = (np.arange(256) / 255).astype(kind)
    back = linear_to_srgb(srgb_to_linear(every))
    assert back.dtype == kind and np.array_equal(np.rint(back * 255), np.arange(256))


def test_values_outside_are_clipped_unless_highlights_are_wanted():
    # A lens lowers contrast after encoding: highlights beyond white must not be lost before.
    values = np.array([-1.0, 0.0, 0.0031308, 1.0, 2.0])
    assert np.allclose(linear_to_srgb(values), [0, 0, 0.04045, 1, 1], atol=1e-4)
    assert linear_to_srgb(values, np.inf)[-1] == pytest.approx(1.3533, abs=1e-3)
