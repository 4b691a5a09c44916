"""True wrinkles: who has them, and when."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from storyface_assets.lib.heads.detail_window import DETAIL_SIZE
from storyface_assets.lib.heads.expressions import unit_code
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.relief import DetailSpace, ReliefStyle, SkinRelief
from storyface_assets.lib.relief.skin_relief import _groove

HEAD = Path(__file__).parents[3] / "data/open_models/open_head/head.npz"


@pytest.fixture(scope="module")
def space():
    return DetailSpace.of(OpenHead.load(HEAD))


def shown(relief, **units):
    return relief.displacement(unit_code(units)[None])[0]


def depth_near(displacement, space, landmark, reach=14):
    x, y = space.landmarks[landmark].astype(int)
    part = displacement[max(y - reach, 0) : y + reach, max(x - reach, 0) : x + reach]
    return float(-part.min())


def test_smooth_skin_is_smooth_and_the_same_person_the_same(space):
    """Fault: children get lines, or a person other ones in every photo."""
    assert not SkinRelief(space, ReliefStyle(0, 0, 3)).displacement(np.ones((1, 50))).any()
    one, again, other = (SkinRelief(space, ReliefStyle(0.5, 0.5, s)) for s in (3, 3, 4))
    code = unit_code({"browInnerUp": 1.0})[None]
    assert np.array_equal(one.displacement(code), again.displacement(code))
    assert not np.allclose(one.displacement(code), other.displacement(code), atol=1e-5)


def test_lines_deepen_where_the_muscles_draw(space):
    """Fault: a frown wrinkles the chin, or the left unit the right side."""
    relief = SkinRelief(space, ReliefStyle(0.0, 1.0, 7))
    rest = shown(relief)
    assert not rest.any()
    frown, smile = shown(relief, browDown=1.0), shown(relief, mouthSmile=1.0)
    assert depth_near(frown, space, 21) > 1e-4 > 10 * depth_near(frown, space, 8)
    assert depth_near(smile, space, 48) > 1e-4 > 3 * depth_near(smile, space, 21, 8)
    left = relief.displacement(unit_code({"cheekSquintLeft": 1.0})[None])[0]
    assert depth_near(left, space, 45) > 3 * depth_near(left, space, 36)


def test_strength_grows_with_age_and_stays_within_skin_s_measure(space):
    rng = np.random.default_rng(0)
    depths = []
    for years in (6, 35, 70):
        deep = []
        for _ in range(12):
            relief = SkinRelief(space, ReliefStyle.of_age(years, rng))
            deep.append(np.abs(shown(relief, browInnerUp=1.0, mouthSmile=1.0)).max())
        depths.append(np.median(deep))
        assert max(deep) < 2.5e-3
    assert depths[0] < 0.6 * depths[1] < 0.6 * depths[2] * 0.9


def test_each_line_is_as_deep_as_its_group_says(space):
    """Fault: depths off by the shoulders' share."""
    straight = np.stack([np.linspace(20, 235, 40), np.full(40, 128.0)], 1)
    still = np.zeros((DETAIL_SIZE, DETAIL_SIZE, 2), np.float32)
    for width in (1.0, 1.3, 2.2):
        map_ = _groove([straight], width, np.random.default_rng(0), still)
        # It is drawn with a strength of .75 to 1 there.
        middle = map_[:, 100:150].min(0)
        assert -1.05 < middle.min() < -0.97 and middle.max() < -0.7
        assert 0.2 < map_.max() < 0.7


def test_displacement_adds_up_and_ends_softly(space):
    """Fault: a step at the face's rim, lids or lips, which would be lit as an edge."""
    relief = SkinRelief(space, ReliefStyle(0.8, 0.8, 1))
    codes = np.stack([unit_code({"browDown": 1.0}), unit_code({"mouthFrown": 0.5})])
    shown, alone = relief.displacement(codes), relief.displacement(codes[1:])
    assert shown.shape == (2, DETAIL_SIZE, DETAIL_SIZE) and np.array_equal(shown[1:], alone)
    rim = np.ones((DETAIL_SIZE, DETAIL_SIZE), bool)
    rim[2:-2, 2:-2] = False
    assert not shown[:, rim].any()
    outside = (space.position == 0).all(2)
    assert not shown[:, outside].any()
    beside = cv2.dilate(outside.astype(np.uint8), np.ones((3, 3))).astype(bool) & ~outside
    assert beside.any() and space.mask[beside].max() < 0.05


def test_landmarks_of_the_map_are_where_the_head_has_them(space):
    """Fault: brows or chin lie outside of the map, or another skin's texel is nearest."""
    head = OpenHead.load(HEAD)
    with torch.no_grad():
        marks = head.landmarks(torch.from_numpy(head.template)[None], "ibug68")[0].numpy()
    inner = [8, *range(17, 60)]
    x, y = space.landmarks[inner].astype(int).T
    assert np.linalg.norm(space.position[y, x] - marks[inner], axis=1).max() < 3e-3
    assert min(x.min(), y.min()) > 4 and max(x.max(), y.max()) < DETAIL_SIZE - 5
    assert np.median(space.mask[y, x]) > 0.9
