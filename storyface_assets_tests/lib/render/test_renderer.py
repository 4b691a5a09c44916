"""Faults guarded against: frames that differ from run to run or come in the wrong order, a head
that leaves the model's own geometry, spoilt backgrounds, NaN, hair drawn in the wrong order."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.expressions import archetype
from storyface_assets.lib.heads.open_head import JOINTS
from storyface_assets.lib.render import (
    Camera,
    FrameState,
    HeadRenderer,
    film_light,
    render_portrait,
    studio_light,
)
from storyface_assets.lib.render.bake import lamp_weights
from storyface_assets.lib.render.scene import LASH, TEETH, rest_normals
from storyface_assets.lib.render.scratch import Scratch
from storyface_assets.lib.render.surface import mouth_openness
from storyface_assets_tests.lib.render.conftest import SIZE, hair_sheet


def state(seed=0, **changes):
    rng = np.random.default_rng(seed)
    expression = rng.uniform(0, 0.6, 50).astype(np.float32)
    pose = rng.normal(0, 0.08, 15).astype(np.float32)
    return replace(FrameState(expression, pose), **changes)


def test_posed_vertices_are_the_models_own(model, character, renderer):
    scratch = Scratch(renderer._scene, SIZE)
    s = state(3)
    renderer._pose(s, renderer.camera, scratch)
    expected = model.vertices_numpy(character.shape, s.expression, s.pose)
    expected = expected + np.array(renderer.camera.translation)
    # Offsets below 10 µm a unit are dropped, and there are fifty units.
    assert np.abs(scratch.points[: model.n_vertices] - expected).max() < 3e-4


def test_normals_are_unit_and_point_outwards(model):
    normals = rest_normals(model.template, model.faces)
    used = np.unique(model.faces)
    assert np.allclose(np.linalg.norm(normals[used], axis=1), 1, atol=1e-4)
    skin = np.unique(model.faces[model.face_part == model.part_names.index("skin")])
    tip = skin[model.template[skin, 2].argmax()]
    assert normals[tip, 2] > 0.7


def test_same_state_same_frame(renderer):
    first = renderer.render(state(1))
    renderer.render(state(2))
    assert np.array_equal(first, renderer.render(state(1)))


def test_render_many_gives_the_frames_in_order(renderer):
    states = [state(i) for i in range(7)]
    frames = list(renderer.render_many(iter(states), workers=2))
    assert len(frames) == 7
    for s, frame in zip(states, frames, strict=True):
        assert np.array_equal(frame, renderer.render(s))


def test_render_many_takes_states_only_as_needed(renderer):
    taken = []

    def source():
        for i in range(50):
            taken.append(i)
            yield state(i)

    frames = renderer.render_many(source(), workers=2)
    next(frames)
    frames.close()
    assert len(taken) <= 6


def test_background_is_kept_where_no_head_is(renderer):
    rng = np.random.default_rng(0)
    background = rng.integers(0, 256, (SIZE[1], SIZE[0], 3), np.uint8)
    before = background.copy()
    frame = renderer.render(state(background=background))
    assert np.array_equal(background, before)
    assert np.array_equal(frame[:, :15], background[:, :15])
    centre = np.s_[60:120, 80:120]
    assert (frame[centre] != background[centre]).any(2).mean() > 0.95


def test_background_of_another_size_is_refused(renderer):
    with pytest.raises(BadInput, match="background"):
        renderer.render(state(background=np.zeros((10, 10, 3), np.uint8)))


def test_a_head_out_of_the_picture_leaves_the_background(renderer):
    background = np.full((SIZE[1], SIZE[0], 3), 77, np.uint8)
    for translation in ((5.0, 0.0, -1.0), (0.0, 0.0, 1.0)):
        camera = Camera(20.0, translation)
        frame = renderer.render(state(background=background, camera=camera))
        assert (frame == 77).all()


def test_no_nan_in_extreme_states(renderer):
    scratch = Scratch(renderer._scene, SIZE)
    wild = FrameState(np.full(50, 2.0, np.float32), np.full(15, 0.8, np.float32))
    for light in (film_light(), studio_light().tinted((0, 0, 0), (3, 3, 3), 4.0)):
        renderer._render(replace(wild, light=light), scratch)
        for values in (scratch.points, scratch.attributes, scratch.colour, scratch.eyes):
            assert np.isfinite(values).all()


def test_key_light_from_the_left_lights_the_left(renderer):
    for x, brighter in ((-1.0, "left"), (1.0, "right")):
        light = replace(film_light(), key_direction=(x, 0.2, 0.4))
        frame = renderer.render(FrameState(light=light)).astype(float)
        left, right = frame[90:110, 75:95].mean(), frame[90:110, 105:125].mean()
        assert (left > right) == (brighter == "left")


def test_hair_covers_by_its_alpha(model, character):
    def green(alpha):
        accessories = [hair_sheet(model, alpha)]
        frame = HeadRenderer(model, character, accessories, SIZE).render(FrameState())
        head_top = np.argmax((frame.astype(int)[..., 1] - frame[..., 2]).max(1) > 60)
        patch = frame[head_top + 10 : head_top + 20, 95:105].astype(float)
        return (patch[..., 1] - patch[..., 0]).mean()

    assert green(255) > green(128) + 5 > green(0) + 10


def test_hair_hides_the_hair_behind_it_and_no_more(model, character):
    def picture(*sheets):
        return HeadRenderer(model, character, list(sheets), SIZE).render(FrameState())

    front = hair_sheet(model, 255)
    red = np.full((16, 16, 4), (220, 10, 10, 255), np.uint8)
    # Taller than the front one, so that it shows above and below.
    behind = replace(hair_sheet(model, 255, 0.10), texture=red)
    behind = replace(behind, vertices=behind.vertices + np.array([0, 0.02, -0.01], np.float32))
    alone = picture(front).astype(int)
    is_front = (alone[..., 1] - np.maximum(alone[..., 0], alone[..., 2])) > 60
    inside = cv2.erode(is_front.astype(np.uint8), np.ones((5, 5))).astype(bool)
    for both in (picture(front, behind), picture(behind, front)):
        both = both.astype(int)
        # Two sheets shade each other a little, so colours are compared, not bytes.
        assert (both[inside, 1] > both[inside, 0] + 20).all()
        assert (both[~is_front, 0] - both[~is_front, 1] > 60).sum() > 100


def test_outline_pixels_are_blended(renderer):
    background = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    frame = renderer.render(FrameState(background=background)).astype(int).sum(2)
    row = frame[100]
    covered = np.flatnonzero(row > 0)
    first = covered[0]
    inside = row[first + 3]
    assert 0 < row[first] < inside


def test_portrait_is_a_sharp_face_in_the_middle(model, character):
    picture = render_portrait(model, character, [], 160)
    assert picture.shape == (160, 160, 3)
    assert picture.dtype == np.uint8
    wall = picture[:20].reshape(-1, 3).astype(int)
    assert np.ptp(wall.mean(0)) < 12, "a plain grey wall"
    face = picture[60:80, 70:90].reshape(-1, 3).astype(int).mean(0)
    assert face[0] > face[2] + 15, "skin"


def test_a_smile_shows_lit_teeth(model, character, renderer):
    """Guards against a smile that is a dark slit or a grey bar."""
    still = np.zeros(15, np.float32)
    smiling = model.vertices_numpy(character.shape, archetype("happy"), still)
    upper, lower = renderer._surface.lips
    assert smiling[upper, 1] - smiling[lower, 1] > 0.003
    assert mouth_openness(renderer._surface, smiling, np.stack([np.eye(3)] * 6)) == 1.0
    teeth = np.flatnonzero(renderer._scene.vertex_material == TEETH)
    jaw = model.skin_weights[teeth, JOINTS.index("jaw")]
    low, teeth = teeth[jaw > 0.5], teeth[jaw < 0.5]
    key = lamp_weights(np.array(film_light().key_direction))[0]
    assert renderer._surface.visibility[np.ix_(key, teeth)].min() > 0.6 * 255
    assert renderer._surface.occlusion_open[teeth].min() > 0.6
    # Lower teeth as light were a white line in every sad mouth.
    assert np.median(renderer._surface.occlusion_open[low]) < 0.6


def test_the_white_of_the_eye_does_not_burn_out(model, character):
    """White eyes stared, most of all out of dark faces."""
    renderer = HeadRenderer(model, character, [], (400, 360))
    eye = renderer._surface.eyes[0]
    centre = renderer._scene.rest[eye.vertices].mean(0)
    # Beside the iris, in front of the ball.
    white = centre + eye.radius * np.array([0.62, -0.1, 0.78])
    x, y = renderer.camera.project(white[None], renderer.size)[0, :2].astype(int)
    frame = renderer.render(FrameState())
    assert 120 < frame[y, x].mean() < 232


def test_lower_lashes_are_fainter_than_upper(renderer):
    """A dense sheet of lower lashes was a grey smear below every eye."""
    scene, surface = renderer._scene, renderer._surface
    lashes = np.flatnonzero(scene.vertex_material == LASH)
    middle = np.mean([scene.rest[eye.vertices].mean(0)[1] for eye in surface.eyes])
    low = scene.rest[lashes, 1] < middle - 0.004
    high = scene.rest[lashes, 1] > middle + 0.002
    assert surface.gloss[lashes[low]].max() < 0.4 * surface.gloss[lashes[high]].max()
