"""Photos that no head can be made of, through the whole reading of a portrait."""

import cv2
import numpy as np
import pytest

from storyface_assets.lib.characters import read_portrait
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.landmarks import FaceLandmarker
from storyface_assets_tests.tiny_books import sample_portrait, tiny_library


@pytest.fixture(scope="module")
def landmarker(tmp_path_factory):
    library = tiny_library(tmp_path_factory.mktemp("photos") / "data")
    return FaceLandmarker(library.settings.cache_dir)


def test_a_portrait_of_the_samples_will_do(landmarker):
    portrait = read_portrait(sample_portrait(), landmarker)
    assert portrait.warnings == () and abs(portrait.face.yaw_degrees) < 10


def test_a_photo_without_a_face_is_named(landmarker, tmp_path):
    # "portrait: shows no face" would not tell which of thirty books to mend.
    path = tmp_path / "meadow.png"
    cv2.imwrite(str(path), np.full((400, 400, 3), (60, 160, 80), np.uint8))
    with pytest.raises(BadInput, match="no face") as raised:
        read_portrait(path, landmarker)
    assert raised.value.file == str(path) and raised.value.mend


def test_two_faces_take_the_larger_with_a_warning(landmarker, tmp_path):
    face = cv2.imread(str(sample_portrait()))
    small = cv2.resize(face, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)
    both = np.full((face.shape[0], face.shape[1] + small.shape[1], 3), 200, np.uint8)
    both[:, : face.shape[1]] = face
    both[-small.shape[0] :, face.shape[1] :] = small
    path = tmp_path / "two.png"
    cv2.imwrite(str(path), both)
    portrait = read_portrait(path, landmarker)
    assert any("2 faces" in warning for warning in portrait.warnings)
    assert portrait.face.box[2] <= face.shape[1]


def test_a_text_file_called_jpg_is_named(landmarker, tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_text("not a photo", "utf-8")
    with pytest.raises(BadInput) as raised:
        read_portrait(path, landmarker)
    assert raised.value.file == str(path)
