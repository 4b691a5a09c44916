from pathlib import Path

import cv2
import numpy as np
import pytest

from storyface_assets.lib.dataset.decoding import decode_photo
from storyface_assets.lib.dataset.face_appearance import LENGTH, appearance, shape_free
from storyface_assets.lib.landmarks import FaceLandmarker

DATA = Path(__file__).parents[3] / "data"


@pytest.fixture(scope="module")
def faces():
    """Two portraits and their landmarks."""
    landmarker = FaceLandmarker(DATA / "cache")
    paths = sorted((DATA / "books").glob("*/portrait.jpg"))[:2]
    photos = [decode_photo(path.read_bytes(), 512).rgb for path in paths]
    return [(rgb, landmarker.detect(rgb, quick=True)[0].landmarks) for rgb in photos]


def distance(a, b):
    return np.linalg.norm(a.astype(float) - b.astype(float))


def test_light_size_and_side_hardly_count(faces):
    """Fault: a dark, a small or a mirrored photo looks like another expression."""
    (rgb, landmarks), (other, others) = faces
    usual = appearance(rgb, landmarks)
    assert usual.shape == (LENGTH,) and usual.dtype == np.uint8
    apart = distance(usual, appearance(other, others))
    dark = (rgb * 0.5).astype(np.uint8)
    double = cv2.resize(rgb, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    flipped = np.ascontiguousarray(rgb[:, ::-1])
    same_points = landmarks * [-1, 1, 1] + [rgb.shape[1] - 1, 0, 0]
    from storyface_assets.lib.dataset.mean_face import mirror_landmarks

    assert distance(usual, appearance(dark, landmarks)) < 0.2 * apart
    assert distance(usual, appearance(double, (landmarks + 0.5) * 2 - 0.5)) < 0.4 * apart
    assert distance(usual, appearance(flipped, same_points[mirror_landmarks()])) < 0.2 * apart


def test_the_face_fills_the_outline(faces):
    """Fault: the warp reads the photo at swapped or shifted coordinates."""
    rgb, landmarks = faces[0]
    eye = landmarks[468, :2].round().astype(int)
    marked = rgb.copy()
    cv2.circle(marked, tuple(eye.tolist()), 4, (255, 255, 255), -1)
    change = cv2.absdiff(shape_free(marked, landmarks), shape_free(rgb, landmarks))
    y, x = np.unravel_index(change.argmax(), change.shape)
    assert 15 < x < 45 and 20 < y < 50  # the subject's right eye, left on screen
