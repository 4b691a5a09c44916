"""The faces that StarGAN makes of a portrait, and what the head takes from them."""

from dataclasses import dataclass

import numpy as np
import pytest

from storyface_assets.lib.characters.emotion_faces import EmotionFaces, make_emotion_faces
from storyface_assets.lib.characters.face_expressions import as_strong_as
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.expressions import archetype
from storyface_assets.lib.heads.units import UNITS
from storyface_assets.lib.images.square import PixelSquare
from storyface_assets.lib.stargan.label_vectors import names_set
from storyface_assets.vocabulary import FACE_EXPRESSIONS


@dataclass
class SmallFace:
    landmarks: np.ndarray


@dataclass
class SmallPortrait:
    rgb: np.ndarray
    face: SmallFace


class Brightener:
    """Answers each label with a brightness of its own, in the middle of the face."""

    def __init__(self):
        self.asked = []

    def changed(self, faces, vectors):
        made = faces.copy()
        for k, vector in enumerate(vectors):
            self.asked.append(names_set(vector))
            made[k, 40:80, 40:80] = 20 * (k + 1)
        return made


class Reader:
    """Reads the brightness; the picture itself is neutral."""

    def probabilities(self, data):
        pictures = data.__getitems__(range(len(data)))["pictures"].numpy()
        level = np.rint(pictures[:, 60, 60, 0] / 20).astype(int)
        return np.eye(5)[np.where(level > 4, 0, level)]


@pytest.fixture
def portrait():
    landmarks = np.zeros((478, 3))
    landmarks[[33, 133]], landmarks[[362, 263]] = (120, 150, 0), (180, 150, 0)
    rgb = np.random.default_rng(0).integers(120, 255, (300, 300, 3), np.uint8)
    return SmallPortrait(rgb, SmallFace(landmarks))


@pytest.fixture
def faces(portrait):
    return make_emotion_faces(portrait, Brightener(), Reader())


def test_every_expression_is_asked_for_and_neutral_is_the_photo(portrait, faces):
    editor = Brightener()
    make_emotion_faces(portrait, editor, Reader())
    emotions = ("Anger", "Happy", "Panic", "Sadness")
    assert editor.asked == [(emotion, "Custom") for emotion in emotions]
    assert tuple(faces.crops) == FACE_EXPRESSIONS
    side = faces.square.side
    assert np.array_equal(faces.crops["neutral"], faces.square.cut(portrait.rgb, side))


def test_a_face_that_reads_as_another_expression_is_known(portrait, faces):
    assert all(faces.reads_as_meant(name) for name in FACE_EXPRESSIONS)
    wrong = EmotionFaces(faces.square, faces.crops, faces.told | {"happy": np.eye(5)[4]})
    assert not wrong.reads_as_meant("happy")
    assert wrong.facts()["happy"] == {"reads as": "sadness", "probability": 1.0}


def test_in_the_photo_only_the_face_is_changed(portrait, faces):
    changed = faces.in_photo("anger", portrait.rgb)
    square = faces.square
    inside = np.zeros(portrait.rgb.shape[:2], bool)
    inside[square.top + 38 : square.top + 82, square.left + 38 : square.left + 82] = True
    assert np.array_equal(changed[~inside], portrait.rgb[~inside])
    assert abs(int(changed[square.top + 60, square.left + 60, 0]) - 20) <= 1


def test_a_square_that_leaves_the_photo_is_put_back_too():
    photo = np.full((50, 50, 3), 100, np.uint8)
    square = PixelSquare(-20, 10, 60)
    before = square.cut(photo, 60)
    after = before.copy()
    after[30, 30] = 180
    changed = square.add_back(photo, before, after)
    assert changed[40, 10, 0] == 180 and (changed != photo).any(2).sum() == 1


def test_what_was_saved_comes_back(tmp_path, faces):
    faces.save(tmp_path)
    again = EmotionFaces.load(tmp_path)
    assert again.square == faces.square
    assert all(np.array_equal(again.crops[n], faces.crops[n]) for n in FACE_EXPRESSIONS)
    (tmp_path / "anger.png").unlink()
    with pytest.raises(BadInput, match=r"anger\.png"):
        EmotionFaces.load(tmp_path)


def test_a_weak_expression_is_brought_up_but_the_jaw_does_not_fall_off():
    weak = 0.2 * archetype("panic", 1)
    strong = as_strong_as(weak, archetype("panic", 1), UNITS)
    assert np.linalg.norm(weak) * 2.4 < np.linalg.norm(strong) <= np.linalg.norm(weak) * 2.51
    open_mouth = np.zeros(50, np.float32)
    open_mouth[UNITS.index("jawOpen")] = 0.5
    found = as_strong_as(open_mouth, archetype("panic", 1), UNITS)
    assert found[UNITS.index("jawOpen")] <= 0.7
    # One that is strong enough stays as it is.
    happy = 1.2 * archetype("happy", 0)
    assert np.allclose(as_strong_as(happy, archetype("happy", 0), UNITS), happy)
