"""The build's parts, each on shapes small enough to check by hand."""

import numpy as np
import pytest

from storyface_assets.lib.heads.attributes import MACRO_TARGETS, Attributes, macro_weights
from storyface_assets.lib.heads.build.expression_units import best_rotation, rotations_between
from storyface_assets.lib.heads.build.eyeballs import fit_sphere, iris_vertices, unit_eyeball
from storyface_assets.lib.heads.build.landmarks import nearest_on_mesh
from storyface_assets.lib.heads.build.obj import parse_obj
from storyface_assets.lib.heads.build.shape_space import fit_shape_space
from storyface_assets.lib.heads.build.skeleton import regress_joints
from storyface_assets.lib.heads.build.uv_skin import boundary_loops
from storyface_assets.lib.heads.eyes import IRIS_SHARE

CUBE_SIDE = """
o thing
v 0 0 0
v 1 0 0
v 1 1 0
v 0 1 0
vt 0 0
vt 1 0
vt 1 1
vt 0 1
g body
f 1/1 2/2 3/3 4/4
g joint-x
f 4/4 3/3 2/2 1/1
"""


def test_obj_keeps_groups_and_texture_corners() -> None:
    mesh = parse_obj(CUBE_SIDE)
    assert mesh.quads.tolist() == [[0, 1, 2, 3], [3, 2, 1, 0]]
    assert mesh.quad_uv.tolist() == mesh.quads.tolist()
    assert mesh.group.tolist() == ["body", "joint-x"]
    assert mesh.group_vertices("joint-x").tolist() == [0, 1, 2, 3]


def test_macro_weights_of_a_stage_pick_its_targets_only() -> None:
    person = Attributes(gender=1.0, age_years=10.0, african=0, asian=1, caucasian=0)
    used = {t for t, w in zip(MACRO_TARGETS, macro_weights(person), strict=True) if w > 0}
    assert used == {"asian-male-child", "universal-male-child-averagemuscle-averageweight"}


def test_macro_weights_sum_to_one_for_each_family() -> None:
    weights = macro_weights(Attributes(0.3, 47.0, 0.2, 0.5, 0.1, 0.7, 0.4))
    assert weights[:24].sum() == pytest.approx(1)
    assert weights[24:].sum() == pytest.approx(1)


def test_shape_codes_have_unit_variance_and_come_back() -> None:
    rng = np.random.default_rng(0)
    directions = rng.normal(size=(3, 40, 3))
    heads = (rng.normal(size=(500, 3)) * [3, 2, 1]) @ directions.reshape(3, -1)
    heads = heads.reshape(500, 40, 3).astype(np.float32)
    space = fit_shape_space(heads, rng.uniform(0.1, 1, 40), 3)
    codes = space.encode(heads)
    np.testing.assert_allclose(codes.std(0, ddof=1), 1, rtol=1e-3)
    np.testing.assert_allclose(space.decode(codes), heads, atol=2e-3)


def test_joint_regressor_follows_a_joint_outside_the_surface() -> None:
    rng = np.random.default_rng(1)
    heads = rng.normal(size=(200, 12, 3))
    true = np.zeros(12)
    true[[2, 5, 7]] = (0.9, 0.6, -0.5)
    positions = np.einsum("v,nvd->nd", true, heads) + [0, 0, 0.3]
    weights, offset = regress_joints(positions, heads, np.arange(12), ridge=1e-9)
    assert weights.sum() == pytest.approx(1)
    np.testing.assert_allclose(weights, true, atol=1e-5)
    np.testing.assert_allclose(offset, [0, 0, 0.3], atol=1e-6)


def test_eyeball_is_a_closed_sphere_with_an_iris_ring() -> None:
    ball = unit_eyeball()
    np.testing.assert_allclose(np.linalg.norm(ball.vertices, axis=1), 1)
    np.testing.assert_allclose(ball.vertices.mean(0), 0, atol=1e-12)
    assert not boundary_loops(ball.triangles)
    a, b, c = ball.vertices[ball.triangles].transpose(1, 0, 2)
    assert ((np.cross(b - a, c - a) * (a + b + c)).sum(1) > 0).all()  # outward
    ring = ball.vertices[iris_vertices()]
    np.testing.assert_allclose(ring[0], [0, 0, 1])
    np.testing.assert_allclose(np.linalg.norm(ring[1:, :2], axis=1), IRIS_SHARE)
    assert ring[1, 0] > 0.4 and ring[2, 1] > 0.4


def test_fit_sphere_finds_a_cap() -> None:
    ball = unit_eyeball().vertices
    cap = ball[ball[:, 2] > 0.3] * 2.5 + [1, 2, 3]
    centre, radius = fit_sphere(cap)
    np.testing.assert_allclose([*centre, radius], [1, 2, 3, 2.5], atol=1e-9)


def test_rotations() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(2, 6, 3))
    turned = np.einsum("nij,nj->ni", rotations_between(a, b), a)
    np.testing.assert_allclose(np.cross(turned, b), 0, atol=1e-9)
    assert ((turned * b).sum(1) > 0).all()
    rotation = best_rotation(a, a @ rotations_between(a, b)[0].T + [1, 2, 3])
    np.testing.assert_allclose(rotation, rotations_between(a, b)[0], atol=1e-9)


def test_nearest_point_on_a_mesh() -> None:
    vertices = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0.0]])
    triangles = np.array([[0, 1, 2], [1, 3, 2]])
    corners, weights = nearest_on_mesh(np.array([0.8, 0.9, 0.4]), vertices, triangles)
    assert corners.tolist() == [1, 3, 2]
    np.testing.assert_allclose(weights @ vertices[corners], [0.8, 0.9, 0])
