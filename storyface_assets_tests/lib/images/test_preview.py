"""Preview pictures for the UI."""

import cv2
import numpy as np
import pytest

from storyface_assets.lib.images import encode_preview

NOISE = np.random.default_rng(2).integers(0, 256, (700, 900, 3), np.uint8)


@pytest.mark.parametrize("limit", [30_000, 5_000, 2_000])
def test_preview_fits_even_for_noise(limit):
    """Metadata of megabytes that make the UI's event log crawl."""
    encoded = encode_preview(NOISE, limit)
    assert len(encoded) <= limit
    shape = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_COLOR).shape
    assert abs(shape[1] / shape[0] - 9 / 7) < 0.1


def test_preview_keeps_colours_and_size_if_it_can():
    """Red and blue swapped by OpenCV's order."""
    flat = np.full((90, 120, 3), (220, 40, 30), np.uint8)
    back = cv2.imdecode(np.frombuffer(encode_preview(flat), np.uint8), cv2.IMREAD_COLOR)
    assert back.shape == flat.shape
    assert np.abs(back[45, 60, ::-1].astype(int) - flat[0, 0]).max() < 6


@pytest.mark.parametrize("bad", [NOISE[..., 0], NOISE.astype(np.float32), NOISE[:0]])
def test_other_arrays_are_refused(bad):
    """An OpenCV assertion about an inner type."""
    with pytest.raises(ValueError, match="a preview needs"):
        encode_preview(bad)
    with pytest.raises(ValueError, match="no picture fits"):
        encode_preview(NOISE, 100)
