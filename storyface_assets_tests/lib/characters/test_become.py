"""A portrait as another gender or age."""

from dataclasses import dataclass

import numpy as np
import pytest

from storyface_assets.lib.books import CharacterWish
from storyface_assets.lib.characters.become import become
from storyface_assets.lib.stargan.label_vectors import ATTRIBUTES, names_set


@dataclass
class SmallFace:
    landmarks: np.ndarray


@dataclass
class SmallPortrait:
    rgb: np.ndarray
    face: SmallFace


class Darkener:
    """Remembers what it was asked for, and darkens the middle of the face."""

    def changed(self, faces, vectors, part=None):
        self.asked, self.part = names_set(vectors[0]), part
        made = faces.copy()
        made[:, 40:80, 40:80] = 0
        return made


class Reader:
    """Sees brown hair in what is bright, and black hair in what is dark."""

    def probabilities(self, data):
        dark = data.__getitems__([0])["pictures"].numpy()[0, 60, 60, 0] < 60
        return np.array([[0.9, 0, 0.1, 0.5, 0.5] if dark else [0.1, 0, 0.8, 0.5, 0.5]])


class GreyReader:
    """Sees an old person without any of the three hair colours."""

    def probabilities(self, data):
        return np.array([[0.1, 0.0, 0.2, 0.5, 0.1]])


class NoLandmarks:
    def detect(self, rgb):
        return []


@pytest.fixture
def portrait():
    landmarks = np.zeros((478, 3))
    landmarks[[33, 133]], landmarks[[362, 263]] = (120, 150, 0), (180, 150, 0)
    rgb = np.random.default_rng(0).integers(120, 255, (300, 300, 3), np.uint8)
    return SmallPortrait(rgb, SmallFace(landmarks))


def changed(portrait, reader=None, bald=False, **wishes):
    editor = Darkener()
    wish = CharacterWish("portrait.jpg", synthetic=True, **wishes)
    return editor, become(portrait, wish, editor, reader or Reader(), NoLandmarks(), bald)


@pytest.mark.parametrize(
    ("wish", "asked"),
    [
        ("female young", {"Brown_Hair", "Young"}),
        ("male young", {"Brown_Hair", "Male", "Young"}),
        ("female old", set()),
        ("male old", {"Male"}),
    ],
)
def test_each_of_the_four_asks_for_its_attributes_and_only_the_old_for_grey_hair(
    portrait, wish, asked
):
    # A label without the hair's colour paints it grey.
    editor, told = changed(portrait, become=wish)
    assert set(editor.asked) == {"CelebA"} | asked
    assert told.asked.startswith(wish)


def test_the_grey_who_become_young_are_not_left_grey(portrait):
    editor, _ = changed(portrait, GreyReader(), become="male young")
    assert set(editor.asked) == {"Black_Hair", "Male", "Young", "CelebA"}


def test_a_wished_hair_colour_goes_before_the_photos(portrait):
    editor, _ = changed(portrait, become="male old", hair_colour="blond")
    assert set(editor.asked) == {"Blond_Hair", "Male", "CelebA"}
    # CelebA has no word for red hair: none of its colours is asked for.
    editor, _ = changed(portrait, become="male old", hair_colour="red")
    assert set(editor.asked) == {"Male", "CelebA"}


@pytest.mark.parametrize(
    ("told", "part"),
    [
        ({"become": "male young"}, "person"),  # brown stays brown
        ({"become": "male young", "hair_colour": "dark_brown"}, "person"),
        ({"become": "male young", "hair_colour": "blond"}, None),
        ({"become": "male old"}, None),
        ({"become": "male old", "hair_colour": "brown"}, "person"),
        ({"become": "male old", "bald": True}, "person"),
        ({"become": "male young", "reader": GreyReader()}, None),
        ({"become": "male young", "reader": GreyReader(), "bald": True}, "person"),
    ],
)
def test_hair_is_painted_only_where_its_colour_changes(portrait, told, part):
    """Fault: brown hair comes back orange, and a bald head gets dark patches."""
    editor, _ = changed(portrait, **told)
    assert editor.part == part


def test_only_the_face_changes_and_the_reader_says_how_it_is_now(portrait):
    _, told = changed(portrait, become="female old")
    differs = (told.portrait.rgb != portrait.rgb).any(2)
    assert differs.any() and not differs[:20].any() and not differs[-20:].any()
    black = ATTRIBUTES.index("Black_Hair")
    assert told.before[black] == 0.1 and told.after[black] == 0.9
    assert "Black_Hair 90%" in told.facts()["after"]
    # No face is found in the changed picture: the points of the photo are kept.
    assert told.portrait.face is portrait.face
