"""Photos whose codes are known."""

import cv2
import numpy as np
import pytest
import torch

from storyface_assets.lib.deca.camera import project
from storyface_assets.lib.deca.codes import N_CODES, Codes
from storyface_assets.lib.deca.face_crop import SIDE
from storyface_assets.lib.heads.interface import full_pose
from storyface_assets.lib.studio.head_shots import head_shots, nearest_camera
from storyface_assets.lib.studio.stage import Models
from storyface_assets.vocabulary import FACE_EXPRESSIONS
from storyface_assets_tests.lib.studio.conftest import HEAD_DIR


@pytest.fixture(scope="module")
def models():
    return Models.load(HEAD_DIR)


@pytest.fixture(scope="module")
def shots(models):
    return head_shots(models, 5, "celeba", 1, 3)


def test_the_codes_put_the_landmarks_where_the_photo_has_them(models, shots):
    """Fault: a turn about another joint, another camera, or points of another crop."""
    codes = Codes.split(torch.from_numpy(np.stack([shot.codes for shot in shots])))
    vertices = models.head.vertices(codes.shape, codes.expression, full_pose(codes.pose))
    told = project(models.head.landmarks(vertices, "ibug68"), codes.camera)[..., :2]
    for shot, places in zip(shots, told.numpy(), strict=True):
        away = np.linalg.norm(places - shot.landmarks, axis=1) * SIDE / 2
        eyes = np.linalg.norm(shot.landmarks[36] - shot.landmarks[45]) * SIDE / 2
        # A lens is no orthographic camera.
        assert away.mean() < 0.06 * eyes, away


def test_a_photo_shows_its_face_as_deca_crops(shots):
    for shot in shots:
        photo = cv2.imdecode(np.frombuffer(shot.jpeg, np.uint8), cv2.IMREAD_COLOR)
        assert photo.shape == (SIDE, SIDE, 3) and photo.std() > 10
        assert 0 <= shot.label < len(FACE_EXPRESSIONS)
        assert shot.codes.shape == (N_CODES,) and np.isfinite(shot.codes).all()
        assert np.abs(shot.landmarks).max() < 1.05
        width = np.ptp(shot.landmarks[:, 0]) / 2
        assert 0.45 < width < 0.95


def test_one_person_has_one_shape_and_many_faces(models, shots):
    """Fault: another person a photo, or the same photo again."""
    again = head_shots(models, 5, "celeba", 1, 2)
    assert all(a.jpeg == b.jpeg for a, b in zip(shots, again, strict=False))
    first, second = (shot.codes for shot in shots[:2])
    assert np.array_equal(first[:150], second[:150]) and not np.allclose(first[150:], second[150:])
    [other] = head_shots(models, 5, "celeba", 2, 1)
    assert not np.allclose(other.codes[:100], first[:100])


def test_the_nearest_camera_is_the_one_that_was_used():
    """Fault: y upside down, or a shift after the scale."""
    rng = np.random.default_rng(0)
    points, camera = rng.normal(size=(40, 3)), np.array([3.0, 0.1, -0.2])
    seen = project(torch.from_numpy(points)[None], torch.from_numpy(camera)[None])[0, :, :2]
    assert np.allclose(nearest_camera(points, seen.numpy()), camera)
