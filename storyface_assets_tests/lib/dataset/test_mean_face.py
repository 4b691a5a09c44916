import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from storyface_assets.lib.dataset.mean_face import (
    align,
    mean_face,
    measure_mean_face,
    mirror_landmarks,
)

TO_NETWORK = np.array([1.0, -1.0, -1.0])


def seen(face, angles, scale, move):
    """A face as the landmark network would give it."""
    turn = Rotation.from_euler("yxz", angles, degrees=True).as_matrix()
    return (face @ turn.T * scale + move) * TO_NETWORK


@pytest.mark.parametrize("angles", [(0, 0, 0), (35, 0, 0), (-20, 15, 25), (0, -20, 90)])
def test_pose_and_place_are_taken_out(angles):
    """Fault: a turned, tilted or distant face looks like another expression."""
    face = mean_face().copy()
    face[[13, 14]] += [[0, 0.05, 0], [0, -0.1, 0]]  # an open mouth is not rigid
    (aligned,) = align(seen(face, angles, 87.0, [300.0, -200.0, 5.0])[None])
    assert np.allclose(aligned, face, atol=1e-6)


def test_a_mirror_image_is_not_turned_into_the_face():
    """Fault: alignment reflects, so that a smile to the left looks like one to the right."""
    face = mean_face().copy()
    face[61] += [0.1, 0.1, 0]
    (aligned,) = align((face * [-1, 1, 1])[mirror_landmarks()][None] * TO_NETWORK)
    assert np.allclose(aligned[291], face[61] * [-1, 1, 1], atol=1e-6)


def test_every_landmark_has_a_partner():
    """Fault: two landmarks share a partner; named pairs are the network's."""
    partner = mirror_landmarks()
    assert np.array_equal(partner[partner], np.arange(478))
    assert [partner[i] for i in (33, 61, 1, 468)] == [263, 291, 1, 473]


def test_the_mean_is_found_again():
    """Fault: the mean depends on how the first face was turned."""
    rng = np.random.default_rng(0)
    faces = [
        seen(mean_face() + rng.normal(0, 0.01, (478, 3)), rng.normal(0, 12, 3), 100, 0.0)
        for _ in range(60)
    ]
    found = measure_mean_face(np.array(faces))
    (aligned,) = align((found * TO_NETWORK)[None])
    assert np.abs(aligned - mean_face()).max() < 0.02
