from functools import cache

import numpy as np
import pytest
import torch

from storyface_assets.lib.hair import HAIR_COLOURS, build_accessories, estimate_hair
from storyface_assets.lib.hair.estimate import HairMeasures, choose_style
from storyface_assets.lib.hair.portrait_frame import EYE_DISTANCE, align
from storyface_assets.lib.render import FrameState, HeadRenderer
from storyface_assets.lib.srgb import srgb_to_linear
from storyface_assets_tests.lib.hair.people import person

SIZE = (420, 420)


@pytest.fixture(scope="module")
def portrait(model):
    """Renders a person and says where the 478 landmarks are in the picture."""

    @cache
    def render(name, style, colour, wall=200, skin=(205, 165, 140)):
        character = person(model, name, style, colour, skin)
        renderer = HeadRenderer(model, character, build_accessories(model, character), SIZE, 0.5)
        background = np.full((SIZE[1], SIZE[0], 3), wall, np.uint8)
        rgb = renderer.render(FrameState(background=background))
        zero = np.zeros(50, np.float32), np.zeros(15, np.float32)
        vertices = model.vertices_numpy(character.shape, *zero)
        points = model.landmarks(torch.from_numpy(vertices)[None], "mediapipe478")[0].numpy()
        return rgb, renderer.camera.project(points, SIZE) * np.array([1, 1, 0])

    return render


@pytest.mark.slow
def test_style_and_colour_of_rendered_portraits(portrait):
    """Bald, short and long are told apart; tones come back in order and near the wish."""
    light = []
    for style, colour, groups in (
        ("bald", "brown", {"bald"}),
        ("short", "black", {"short", "crop", "bowl"}),
        ("long", "brown", {"bob", "long"}),
        ("short", "blond", {"short", "crop", "bowl"}),
    ):
        rgb, landmarks = portrait("woman", style, HAIR_COLOURS[colour])
        spec = estimate_hair(rgb, landmarks, gender=1.0)
        assert spec.style in groups
        if style != "bald":
            seen = srgb_to_linear(np.array(spec.colour) / 255).mean()
            want = srgb_to_linear(np.array(HAIR_COLOURS[colour]) / 255).mean()
            assert abs(np.cbrt(seen) - np.cbrt(want)) < 0.17
            light.append(seen)
    assert light == sorted(light)


@pytest.mark.slow
def test_dark_skin_and_black_hair_are_told_apart(portrait):
    rgb, landmarks = portrait("old_man", "short", HAIR_COLOURS["black"], skin=(96, 64, 48))
    assert estimate_hair(rgb, landmarks).style != "bald"


@pytest.mark.slow
def test_a_dark_wall_is_not_hair(portrait):
    rgb, landmarks = portrait("heavy_man", "bald", HAIR_COLOURS["black"], wall=35)
    assert estimate_hair(rgb, landmarks).style == "bald"


def test_alignment_ignores_size_and_tilt():
    """A photo turned by a quarter and enlarged gives the same frame."""
    rng = np.random.default_rng(0)
    rgb = rng.integers(0, 255, (300, 300, 3), dtype=np.uint8)
    landmarks = np.concatenate([rng.uniform(90, 210, (478, 2)), np.zeros((478, 1))], 1)
    landmarks[33, :2], landmarks[263, :2] = (120, 140), (180, 150)
    turned = np.ascontiguousarray(np.rot90(rgb)).repeat(2, 0).repeat(2, 1)
    moved = np.stack([landmarks[:, 1], 300 - landmarks[:, 0], landmarks[:, 2]], 1) * 2
    one, two = align(rgb, landmarks), align(turned, moved)
    assert np.allclose(one.landmarks, two.landmarks, atol=0.05)
    eyes = one.landmarks[[33, 263]]
    assert np.linalg.norm(eyes[0] - eyes[1]) == pytest.approx(EYE_DISTANCE, abs=1e-3)
    assert eyes[0, 1] == pytest.approx(eyes[1, 1], abs=1e-3)


def measures(**changed):
    usual = {
        "top": 0.8, "crown": 0.8, "temple": 0.9, "fringe": 0.0, "jaw": 0.0, "neck": 0.0,
        "width": 1.25, "curls": 0.3, "outline": 0.35, "sheen": 0.0, "top_streaks": 20.0,
    }  # fmt: skip
    return HairMeasures(**{**usual, **changed})


@pytest.mark.parametrize(
    ("changed", "gender", "style"),
    [
        ({}, None, "short"),
        ({"top": 0.0, "temple": 0.0}, None, "bald"),
        ({"top": 0.1, "temple": 0.8}, None, "receding"),
        ({"jaw": 0.6}, None, "bob"),
        ({"jaw": 0.6, "neck": 0.4}, None, "long"),
        ({"curls": 0.6, "jaw": 0.5}, None, "curly"),
        ({"curls": 0.6, "crown": 1.1}, None, "afro"),
        # The sample books' old man: close-cropped grey hair was once taken for curls.
        ({"curls": 0.46, "crown": 0.75, "width": 1.07}, None, "crop"),
        # Black curls pinned up high were once taken for an afro.
        ({"curls": 0.45, "crown": 1.05, "width": 1.4, "outline": 0.79}, 0.0, "bun"),
        ({"curls": 0.2}, None, "ponytail"),
        ({"curls": 0.2}, 1.0, "short"),
        ({"curls": 0.35}, 0.0, "ponytail"),
        ({"fringe": 0.9}, None, "bowl"),
    ],
)
def test_rules(changed, gender, style):
    assert choose_style(measures(**changed), gender) == style
