"""Scan-to-mesh errors against closed forms."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.fit import rotation
from storyface_assets.lib.geometry_measures.nearest import nearest_on_mesh
from storyface_assets.lib.geometry_measures.now_protocol import (
    LANDMARKS,
    face_region,
    scan_to_mesh,
)
from storyface_assets.lib.geometry_measures.similarity import similarity
from storyface_assets.lib.heads.open_head import OpenHead

HEAD = Path(__file__).parents[3] / "data" / "open_models" / "open_head" / "head.npz"
TURN = rotation.matrix(np.array([0.3, -0.5, 0.2]))


@pytest.fixture(scope="module")
def head():
    """Vertices, skin triangles and seven landmarks of the mean head, millimetres."""
    model = OpenHead.load(HEAD)
    with torch.no_grad():
        vertices = model.vertices(torch.zeros(1, 100), torch.zeros(1, 50), torch.zeros(1, 15))
        marks = model.landmarks(vertices, "ibug68")[0].numpy()
    skin = model.faces[model.face_part == model.part_names.index("skin")]
    used, triangles = np.unique(skin, return_inverse=True)
    points = 1000.0 * vertices[0].numpy()[used]
    return points, triangles.reshape(-1, 3), 1000.0 * marks[list(LANDMARKS)]


def test_a_turned_shifted_and_scaled_copy_has_no_error(head):
    """Fault: the alignment stops before it is there, or turns the wrong way."""
    vertices, triangles, marks = head
    made, seen = (0.001 * points @ TURN.T + [1.0, -2.0, 0.5] for points in (vertices, marks))
    # Landmarks are never found exactly.
    seen = seen + 0.002 * np.random.default_rng(0).normal(size=seen.shape)
    found = scan_to_mesh(vertices, marks, made, triangles, seen)
    assert found.distances.max() < 0.05 and found.placed.scale == pytest.approx(1000, rel=1e-3)
    assert 500 < len(found.distances) < len(vertices)


def test_a_larger_head_is_wrong_only_where_size_counts(head):
    """Fault: the metrical measure scales, too."""
    vertices, triangles, marks = head
    assert scan_to_mesh(vertices, marks, 1.1 * vertices, triangles, 1.1 * marks).median < 0.01
    strict = scan_to_mesh(vertices, marks, 1.1 * vertices, triangles, 1.1 * marks, scales=False)
    assert strict.median > 1.0


def test_a_bump_is_measured_in_the_scans_unit(head):
    """Fault: distances of the head's unit, or of its vertices instead of its surface."""
    vertices, triangles, marks = head
    centre, radius = face_region(marks)
    scan = vertices.copy()
    cheek = np.linalg.norm(vertices - (centre + [40, -10, 0]), axis=1) < 18
    assert 0 < cheek.sum() < 0.2 * (np.linalg.norm(vertices - centre, axis=1) < radius).sum()
    scan[cheek] += [0, 0, 6.0]
    found = scan_to_mesh(scan, marks, vertices, triangles, marks)
    assert found.median < 0.2 and 3.5 < found.distances.max() < 6.5


def test_what_cannot_be_measured_is_refused(head):
    vertices, triangles, marks = head
    with pytest.raises(BadInput, match="seven landmarks"):
        scan_to_mesh(vertices, marks[:6], vertices, triangles, marks)
    with pytest.raises(BadInput, match="near its landmarks"):
        scan_to_mesh(vertices + 1e6, marks, vertices, triangles, marks)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_the_nearest_point_is_the_nearest(seed):
    """Fault: a region of the triangle is forgotten, or a triangle is skipped."""
    rng = np.random.default_rng(seed)
    vertices, triangles = rng.normal(size=(12, 3)), rng.integers(0, 12, (7, 3))
    points = 2 * rng.normal(size=(5, 3))
    near, far = nearest_on_mesh(points, vertices, triangles)
    weights = rng.dirichlet([0.4, 0.4, 0.4], 4000)
    samples = np.concatenate([weights @ vertices[corners] for corners in triangles])
    sampled = np.linalg.norm(points[:, None] - samples[None], axis=2).min(1)
    assert (far <= sampled + 1e-9).all() and (sampled < far + 0.4).all()
    assert np.allclose(far, np.linalg.norm(near - points, axis=1))


def test_a_mirror_image_is_not_turned_inside_out():
    """Fault: a reflection is taken for a rotation."""
    points = np.random.default_rng(2).normal(size=(20, 3))
    found = similarity(points, points * [-1, 1, 1])
    assert np.linalg.det(found.rotation) == pytest.approx(1)
    exact = similarity(points, 3 * points @ TURN.T + 1)
    assert exact.scale == pytest.approx(3) and np.allclose(exact.rotation, TURN)
