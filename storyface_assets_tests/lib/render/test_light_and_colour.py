"""Faults guarded against: light of the wrong strength, a tone curve that is not monotone or not
undone for backgrounds, occlusion that sees through the head, mip levels that darken."""

import numpy as np
import pytest
from numba import njit

from storyface_assets.lib.render import Camera
from storyface_assets.lib.render.bake import bake_occlusion, lamp_weights, sphere_directions
from storyface_assets.lib.render.colour import (
    ENCODE_ENTRIES,
    MAX_LINEAR,
    background_table,
    decode_bytes,
    encode_table,
    tone_curve,
)
from storyface_assets.lib.render.hair_block import (
    ALPHA_AT,
    BLOCK,
    BLUE_AT,
    FLOATS,
    GREEN_AT,
    RED_AT,
    TEXELS,
    shade_hair_block,
)
from storyface_assets.lib.render.lighting import Light, sh_ambient, sh_basis, sh_lamp
from storyface_assets.lib.render.textures import MAX_LEVELS, pack_textures
from storyface_assets.lib.render.vertex_light import COLUMNS, FACING
from storyface_assets.lib.srgb import linear_to_srgb


def test_ambient_light_shades_all_normals_alike():
    shading = sh_basis(sphere_directions()) @ sh_ambient((0.2, 0.5, 1.0))
    assert np.allclose(shading, [0.2, 0.5, 1.0], atol=1e-5)


def test_a_lamp_is_brightest_face_on_and_about_its_colour():
    direction = np.array([0.6, 0.0, 0.8])
    lamp = sh_lamp(tuple(direction), (1.0, 1.0, 1.0))
    face_on = (sh_basis(direction) @ lamp)[0]
    assert 0.85 < face_on < 1.1
    assert abs((sh_basis(-direction) @ lamp)[0]) < 0.15


def test_tinted_light_changes_only_colours():
    light = Light().tinted((1.0, 0.5, 0.5), (0.5, 0.5, 1.0), 2.0)
    assert light.key_colour[1] == pytest.approx(Light().key_colour[1] * 0.5)
    assert np.allclose(light.sh[:, 0], Light().sh[:, 0] * 0.5)
    assert light.exposure == 2.0
    assert light.key_direction == Light().key_direction


def test_the_tone_curve_is_monotone_and_ends_in_white():
    x = np.linspace(0, MAX_LINEAR, 4000)
    y = tone_curve(x)
    assert (np.diff(y) >= -1e-12).all()
    assert y[0] == 0
    assert y[-1] > 0.99


def test_a_background_byte_survives_the_round_trip():
    linear = background_table().astype(float)
    index = np.rint(np.sqrt(linear / MAX_LINEAR) * (ENCODE_ENTRIES - 1)).astype(int)
    back = encode_table()[np.minimum(index, ENCODE_ENTRIES - 1)].astype(int)
    assert np.abs(back - np.arange(256)).max() <= 1


def test_srgb_round_trip():
    every = np.arange(256, dtype=np.uint8)
    assert np.array_equal(np.rint(linear_to_srgb(decode_bytes(every)) * 255), every)


def test_a_wall_hides_its_half_of_the_sky():
    # A small floor patch beside a high wall at x = 0.02, facing up.
    wall = np.array([[0.02, -1, -1], [0.02, 1, -1], [0.02, 1, 1], [0.02, -1, 1]], np.float32)
    floor = np.array([[0, 0, 0]], np.float32)
    points = np.vstack([wall, floor])
    normals = np.array([[-1, 0, 0]] * 4 + [[0, 1, 0]], np.float32)
    faces = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
    none = np.zeros((0, 3), np.int32)
    baked = bake_occlusion(points, normals, faces, none, np.zeros(5, bool))
    seen = baked.visibility[:, 4]
    directions = sphere_directions()
    assert seen[directions[:, 0] > 0.3].mean() < 20
    assert seen[directions[:, 0] < -0.3].mean() > 235
    assert 0.35 < baked.ambient[4] < 0.65
    assert baked.bend[4, 0] < -0.1, "the open sky is on the other side"


def test_lamp_weights_pick_directions_near_the_lamp():
    index, weight = lamp_weights(np.array([0.0, 0.0, 2.0]))
    assert weight.sum() == pytest.approx(1.0, abs=1e-5)
    assert (sphere_directions()[index, 2] > 0.7).all()


def test_mip_levels_keep_colour_and_alpha():
    texture = np.zeros((64, 64, 4), np.uint8)
    texture[:, ::2] = (200, 100, 50, 255)
    pack = pack_textures([texture])
    for level in range(MAX_LEVELS):
        start, width, height = pack.mips[level]
        texels = pack.texels[start : start + width * height] / 255.0
        assert texels[:, 3].mean() == pytest.approx(0.5, abs=0.01)
        solid = texels[texels[:, 3] > 0.2]
        # Colour comes from the strands alone, not from the black between them.
        expected = decode_bytes(np.array([200, 100, 50], np.uint8))
        assert np.allclose(solid[:, :3] ** 2, expected, atol=0.01)


@njit
def _shade(xs, ys, slopes, texels, level, block, corners):
    one = np.float32(1.0)
    shade_hair_block(xs, ys, 0, 1, 0, 0, slopes, texels, level, one, False, True, block, corners)


def _sample(pack, u, v):
    """Texel under a fragment of hair that is lit by 1 and has no highlight: linear RGB, alpha."""
    slopes = np.zeros((COLUMNS + 2, 3), np.float32)
    slopes[:3, 2] = slopes[FACING, 2] = 1.0
    slopes[COLUMNS:, 2] = u, v
    places = np.zeros(BLOCK, np.int32)
    block, corners = np.zeros(FLOATS, np.float32), np.zeros(TEXELS, np.int32)
    _shade(places, places, slopes, pack.packed, pack.mips[0], block, corners)
    return block[[RED_AT, GREEN_AT, BLUE_AT]], block[ALPHA_AT]


def test_a_texel_is_the_bilinear_mean_of_four_in_every_channel():
    rng = np.random.default_rng(0)
    texture = rng.integers(0, 256, (32, 24, 4), np.uint8)
    texture[3, 3] = 255
    texture[3, 4] = (255, 0, 255, 0)
    pack = pack_textures([texture])
    texels = pack.texels[: 32 * 24].reshape(32, 24, 4) / 255.0
    points = [*rng.uniform(0.05, 0.95, (50, 2)), (3.5 / 24, 1 - 3.5 / 32), (4 / 24, 1 - 3.5 / 32)]
    for u, v in points:
        x, y = u * 24 - 0.5, (1 - v) * 32 - 0.5
        ix, iy = int(x), int(y)
        fx, fy = x - ix, y - iy
        top, bottom = ((1 - fx) * texels[r, ix] + fx * texels[r, ix + 1] for r in (iy, iy + 1))
        expected = (1 - fy) * top + fy * bottom
        rgb, alpha = _sample(pack, u, v)
        assert np.allclose(np.sqrt(rgb), expected[:3], atol=1e-4)
        assert alpha == pytest.approx(expected[3], abs=1e-4)


def test_framing_puts_the_points_where_asked():
    points = np.random.default_rng(0).uniform([-0.1, -0.05, -0.02], [0.1, 0.2, 0.02], (500, 3))
    camera = Camera.framing(points, fraction=0.6, centre=0.5)
    y = camera.project(points, (640, 480))[:, 1]
    assert y.max() - y.min() == pytest.approx(0.6 * 480, rel=0.06)
    assert (y.max() + y.min()) / 2 == pytest.approx(240, abs=8)
