import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.lib.hair.build import kinks_before
from storyface_assets.lib.hair.colours import strand_colours
from storyface_assets.lib.hair.flow import Flow, nearest_on_polyline
from storyface_assets.lib.hair.strands import cut
from storyface_assets.lib.hair.surface import DistanceField, SurfaceSamples, sample_surface
from storyface_assets.lib.srgb import srgb_to_linear

RADIUS = 0.05


@pytest.fixture(scope="module")
def ball() -> DistanceField:
    i = np.arange(20_000) + 0.5
    polar, azimuth = np.arccos(1 - i / 10_000), np.pi * (1 + 5**0.5) * i
    normals = np.stack(
        [np.sin(polar) * np.cos(azimuth), np.cos(polar), np.sin(polar) * np.sin(azimuth)], 1
    )
    points = normals * RADIUS
    return DistanceField(
        SurfaceSamples(points, normals, np.ones((len(points), 1))), points.min(0), points.max(0)
    )


def test_distance_to_a_ball(ball):
    """Wrong distances put hair into the skull or float it above."""
    rng = np.random.default_rng(0)
    directions = rng.normal(size=(300, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    for offset in (-0.003, 0.0, 0.002, 0.015):
        height, out = ball.look(directions * (RADIUS + offset))
        # Exact close to the surface, to a voxel away from it.
        assert np.abs(height - offset).max() < (0.0012 if 0 <= offset < 0.004 else 0.0035)
        assert (out * directions).sum(1).min() > 0.98


def test_push_out_reaches_the_clearance_and_leaves_far_points_alone(ball):
    rng = np.random.default_rng(1)
    points = rng.normal(size=(200, 3))
    points *= rng.uniform(0.04, 0.07, (200, 1)) / np.linalg.norm(points, axis=1, keepdims=True)
    moved = ball.push_out(points, 0.004)
    assert ball(moved).min() > 0.003
    far = ball(points) > 0.005
    assert np.array_equal(moved[far], points[far])


def test_surface_samples_cover_a_triangle():
    corners = np.array([[0, 0, 0], [0.02, 0, 0], [0, 0.03, 0]], np.float32)
    faces = np.array([[0, 1, 2]])
    samples = sample_surface(corners, faces, np.eye(3, dtype=np.float32), 0.002)
    assert np.allclose(samples.normals, [0, 0, 1])
    assert np.allclose(samples.weights.sum(1), 1)
    inside = np.random.default_rng(2).dirichlet((1, 1, 1), 200) @ corners
    gap = np.linalg.norm(inside[:, None] - samples.points[None], axis=2).min(1)
    assert gap.max() < 0.003


def test_whorl_flows_away_and_ties_stay_on_their_side():
    normals = np.array([[0, 0, 1.0], [0, 0, 1.0]])
    points = np.array([[0.01, 0, 0], [-0.01, 0, 0]])
    away = Flow(np.zeros((1, 3)), np.zeros((0, 3)), np.zeros(3))(points, normals)
    assert np.allclose(away, [[1, 0, 0], [-1, 0, 0]])
    # The left tie is nearer to both points, but hair does not cross the parting.
    ties = np.array([[0.02, 0.0, 0.0], [-0.09, 0.0, 0.0]])
    bound = Flow(np.zeros((1, 3)), ties, np.zeros(3))(points, normals)
    assert np.allclose(bound, [[1, 0, 0], [-1, 0, 0]])


def test_nearest_on_polyline_takes_the_inside_of_segments():
    line = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0]], float)
    found = nearest_on_polyline(np.array([[0.5, 0.2, 0.0], [2.0, 0.5, 0.0]]), line)
    assert np.allclose(found, [[0.5, 0, 0], [1, 0.5, 0]])


@given(st.floats(-0.09, 0.0), st.integers(3, 12))
def test_cut_ends_at_the_scissors(floor, count):
    t = np.linspace(0, 1, 25)
    strand = np.stack([0.02 * t, 0.02 - 0.1 * t**1.3, 0 * t], 1)[None]
    short = cut(strand, np.array([floor]), count)
    assert short.shape == (1, count, 3)
    assert np.allclose(short[0, 0], strand[0, 0])
    end = max(floor, strand[0, -1, 1])
    assert abs(short[0, -1, 1] - end) < 5e-4
    assert (np.diff(short[0, :, 1]) < 0).all()


def test_strand_colours_keep_the_mid_tone_and_bleach_with_age():
    rng = np.random.default_rng(3)
    wish = (94, 64, 45)
    mid = srgb_to_linear(np.array(wish) / 255)
    young = strand_colours(wish, 4000, 0.0, rng)
    assert np.allclose(young.mean(0), mid, rtol=0.05)
    assert young.std(0).min() > 0.1 * mid.min()
    assert strand_colours(wish, 4000, 0.25, rng).mean() > 1.2 * mid.mean()


def test_zigzags_in_front_are_found():
    # One lock of a bob, pushed off the brow, ran in a zigzag over the bare forehead.
    t = np.linspace(0, 0.1, 11)
    straight = np.stack([t, -t, np.full(11, 0.1)], 1)
    bent = straight.copy()
    bent[:, 0] = np.abs(t - 0.05)
    behind = bent * [1, 1, -1]
    still = np.zeros((11, 3)) + [0, 0, 0.1]  # no length, no direction
    found = kinks_before(0.05, np.stack([straight, bent, behind, still]))
    assert found.tolist() == [False, True, False, False]
