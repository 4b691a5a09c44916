"""The checked portrait and the look, to disk and back."""

import cv2
import numpy as np
import pytest

from storyface_assets.lib.books import CharacterWish
from storyface_assets.lib.characters import Look, Portrait, resolve_look
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.hair import HAIR_COLOURS
from storyface_assets.lib.heads.character import HairSpec
from storyface_assets.lib.landmarks import FaceLandmarker
from storyface_assets.lib.store import content_hash
from storyface_assets_tests.tiny_books import sample_portrait, tiny_library


@pytest.fixture(scope="module")
def portrait(tmp_path_factory):
    library = tiny_library(tmp_path_factory.mktemp("portrait") / "data")
    rgb = np.ascontiguousarray(cv2.imread(str(sample_portrait()))[..., ::-1])
    (face,) = FaceLandmarker(library.settings.cache_dir).detect(rgb)
    return Portrait(rgb, face, ("a warning",))


def test_comes_back_as_it_was(portrait, tmp_path):
    portrait.save(tmp_path)
    back = Portrait.load(tmp_path)
    assert np.array_equal(back.rgb, portrait.rgb) and back.warnings == portrait.warnings
    assert np.array_equal(back.face.landmarks, portrait.face.landmarks)
    assert back.face.score == pytest.approx(portrait.face.score)
    assert np.array_equal(back.face.person, portrait.face.person)


def test_is_the_same_content_each_time(portrait, tmp_path):
    # A time stamp in a file would make every film downstream out of date.
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        portrait.save(tmp_path / name)
    assert content_hash(tmp_path / "a") == content_hash(tmp_path / "b")


def test_pictures_show_the_head_only(portrait):
    close = portrait.close_up()
    x0, y0, x1, y1 = portrait.face.box
    assert close.shape[0] >= y1 - y0 and close.shape[1] >= x1 - x0
    assert close.shape[0] <= portrait.rgb.shape[0]
    assert portrait.with_landmarks().shape == close.shape
    assert (portrait.with_landmarks() != close).any()


@pytest.mark.parametrize("file", ["photo.png", "face.npz", "facts.json"])
def test_a_broken_folder_names_itself(portrait, tmp_path, file):
    portrait.save(tmp_path)
    (tmp_path / file).write_bytes(b"not what it was")
    with pytest.raises(BadInput, match="not a saved portrait"):
        Portrait.load(tmp_path)


def test_wishes_come_before_the_photo(portrait):
    wish = CharacterWish("p.jpg", hair_style="bob", hair_colour="red", gender="female", age=8)
    look = resolve_look(wish, portrait)
    assert look.hair == HairSpec("bob", tuple(HAIR_COLOURS["red"]))
    assert (look.gender, look.age) == ("female", 8)
    assert set(look.sources.values()) == {"wish"}


def test_without_wishes_hair_is_seen_and_the_person_is_not_judged(portrait):
    look = resolve_look(CharacterWish("p.jpg"), portrait)
    assert look.sources["hair_style"] == look.sources["hair_colour"] == "photo"
    assert look.gender is None and look.age is None


def test_look_comes_back_as_it_was(tmp_path):
    look = Look(HairSpec("short", (1, 2, 3)), "male", 70, {"age": "wish"})
    look.save(tmp_path)
    assert Look.load(tmp_path) == look


def test_a_broken_look_names_itself(tmp_path):
    (tmp_path / "look.json").write_text('{"hair": 1}', "utf-8")
    with pytest.raises(BadInput, match="not a look"):
        Look.load(tmp_path)
