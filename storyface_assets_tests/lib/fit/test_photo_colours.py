"""Colours read off portraits of known colours."""

import numpy as np

from storyface_assets.lib.fit.photo_colours import photo_colours
from storyface_assets.lib.srgb import srgb_to_linear
from storyface_assets_tests.lib.fit.conftest import Known


def test_a_white_shirt_is_toned_down(people: list[Known]) -> None:
    """White cloth burnt out, and white subtitles stood on it."""
    known = people[0]
    chin = known.face.landmarks[152, 1] + 0.5 * known.face.interocular
    dressed = known.rgb.copy()
    dressed[int(chin) :] = 250
    shirt = photo_colours(dressed, known.face).shirt
    assert max(shirt) < 195
    assert max(shirt) - min(shirt) < 4


def test_a_brown_iris_is_read_as_dark_as_it_was_painted(people: list[Known]) -> None:
    """Irises came out twice as light as in the photo, and grey."""
    painted = srgb_to_linear(np.array((70, 48, 32)) / 255)
    for known in people:
        red, green, blue = photo_colours(known.rgb, known.face).iris
        assert red > green > blue
        assert srgb_to_linear(np.array((red, green, blue)) / 255).sum() < 2.5 * painted.sum()
