"""Wrinkles in the light."""

import numpy as np
import pytest
import torch

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.detail_window import DETAIL_SIZE, WINDOW
from storyface_assets.lib.render import FrameState
from storyface_assets.lib.render.bump_mapping import CHANNELS, slope_map, texel_gradients
from storyface_assets.lib.render.scratch import Scratch
from storyface_assets_tests.lib.render.conftest import SIZE


def ridge(height: float, across: bool = True) -> np.ndarray:
    """A wall on the forehead, from top to bottom, or from side to side."""
    wall = np.exp(-0.5 * ((np.arange(DETAIL_SIZE) - (128 if across else 40)) / 4) ** 2)
    ends = np.exp(-0.5 * ((np.arange(DETAIL_SIZE) - (40 if across else 128)) / 12) ** 2)
    map_ = ends[:, None] * wall if across else wall[:, None] * ends
    return (height * map_).astype(np.float32)


def test_a_flat_map_changes_nothing(renderer):
    """Fault: the mere presence of a map moves light."""
    flat = np.zeros((DETAIL_SIZE, DETAIL_SIZE), np.float32)
    smooth, mapped = (renderer.render(FrameState(displacement=d)) for d in (None, flat))
    assert np.abs(smooth.astype(int) - mapped).max() <= 1


def test_slopes_are_those_of_the_map():
    y, x = np.mgrid[0:DETAIL_SIZE, 0:DETAIL_SIZE].astype(np.float32)
    slopes = np.zeros((DETAIL_SIZE, DETAIL_SIZE, CHANNELS), np.float32)
    slope_map(1e-5 * x - 3e-5 * y, slopes)
    inner = slopes[1:-1, 1:-1]
    assert np.allclose(inner[..., 0], 1e-5, atol=1e-7)
    assert np.allclose(inner[..., 1], -3e-5, atol=1e-7)
    groove = np.full((DETAIL_SIZE, DETAIL_SIZE), -2e-4, np.float32)
    slope_map(groove, slopes)
    assert np.allclose(slopes[1:-1, 1:-1, 2], 0.9)


def test_gradients_follow_the_surface(renderer):
    """Fault: a wrinkle leans the normal the wrong way where the texture is turned or stretched."""
    scene, scratch = renderer._scene, Scratch(renderer._scene, SIZE)
    renderer._pose(FrameState(), renderer.camera, scratch)
    scratch.boxes[:] = [0, 0, 1, 1]
    args = (scene.faces, scene.uv_faces, scene.map_places, scene.wrinkled, scratch.boxes)
    texel_gradients(scratch.points, *args, scratch.gradients)
    rows = np.flatnonzero(scene.wrinkled)
    corner = scratch.points[scene.faces[rows]].astype(np.float64)
    place = scene.map_places[scene.uv_faces[rows]].astype(np.float64)
    for c in range(2):
        gradient = scratch.gradients[rows, 3 * c : 3 * c + 3]
        for side in (1, 2):
            step = ((corner[:, side] - corner[:, 0]) * gradient).sum(1)
            assert np.allclose(step, place[:, side, c] - place[:, 0, c], atol=2e-2)
        normal = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
        lift = (normal * gradient).sum(1) / np.linalg.norm(normal, axis=1)
        assert np.abs(lift).max() < 1e-2 * np.abs(gradient).max()
    assert rows.size > 1000


@pytest.mark.parametrize("across", [True, False])
def test_a_ridge_is_bright_towards_the_lamp_and_dark_away_from_it(renderer, model, across):
    """Fault: grooves look like ridges, or a map lies upside down or elsewhere."""
    smooth, ridged = (
        renderer.render(FrameState(displacement=d)).astype(int).sum(2)
        for d in (None, ridge(1.5e-3, across))
    )
    change = ridged - smooth
    y, x = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]

    def middle(part: np.ndarray) -> np.ndarray:
        weights = np.where(part, np.abs(change), 0) + 1e-9
        return np.array([np.average(x, weights=weights), np.average(y, weights=weights)])

    brighter, darker = change > 12, change < -12
    assert brighter.sum() > 5 and darker.sum() > 5
    apart = middle(brighter) - middle(darker)
    right, up = renderer.light.key_direction[:2]
    axis, lamp = (0, right) if across else (1, -up)
    assert np.sign(apart[axis]) == np.sign(lamp)
    # It is on the forehead: above the brows, below the crown.
    brows = model.landmarks(torch.from_numpy(model.template)[None], "ibug68")[0, 17:27].numpy()
    line = renderer.camera.project(brows, SIZE)[:, 1].mean()
    assert line - 60 < middle(np.abs(change) > 12)[1] < line + 4


def test_wrinkled_and_smooth_frames_do_not_mix(renderer):
    """Fault: a frame without a map shows the last one's."""
    states = [FrameState(displacement=ridge(8e-4) if n % 2 else None) for n in range(6)]
    frames = list(renderer.render_many(iter(states), workers=2))
    for state, frame in zip(states, frames, strict=True):
        assert np.array_equal(frame, renderer.render(state))
    assert not np.array_equal(frames[0], frames[1])


def test_a_map_of_another_size_is_refused(renderer):
    with pytest.raises(BadInput, match="displacement"):
        renderer.render(FrameState(displacement=np.zeros((64, 64), np.float32)))


def test_the_window_is_a_part_of_the_atlas(model):
    places = WINDOW.places(model.uv)
    assert places.min() < 0 and places.max() > 1  # the atlas has more than the face
    assert np.allclose(WINDOW.places(np.array([[WINDOW.left, 1 - WINDOW.top]])), 0)
    far = np.array([[WINDOW.left + WINDOW.side, 1 - WINDOW.top - WINDOW.side]])
    assert np.allclose(WINDOW.places(far), 1)
