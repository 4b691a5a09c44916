"""Which parts a head is made of, and what is said of them."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from storyface_assets.lib.characters import find_head
from storyface_assets.lib.characters.find_head import HeadModels, find_character_head
from storyface_assets.lib.characters.look import Look
from storyface_assets.lib.heads.character import CharacterHead, HairSpec
from storyface_assets.lib.heads.detail_window import DETAIL_SIZE
from storyface_assets.lib.heads.expressions import archetype
from storyface_assets.lib.heads.wrinkles import PHOTO
from storyface_assets.vocabulary import FACE_EXPRESSIONS

DECA, AGE = "DECA's detail stage", "lines of age that are nobody's own"


@pytest.fixture
def asked(monkeypatch):
    """The stages are replaced by ones that write down what they are handed."""
    heard = {}
    codes = {name: archetype(name) for name in FACE_EXPRESSIONS}
    head = CharacterHead(np.zeros(100), np.zeros(50), codes, np.zeros((8, 8, 3), np.uint8))
    fit = SimpleNamespace(expression=codes["neutral"])

    def fit_portrait(portrait, look, model, skins, encoder):
        heard["portrait's encoder"] = encoder
        return fit

    def expressions_of_faces(*handed):
        heard["faces' encoder"], heard["way"] = handed[-2:]
        return handed[0], {}

    def with_wrinkles(found, portrait, told, reader, model):
        heard["detail"] = reader
        none = np.zeros((DETAIL_SIZE, DETAIL_SIZE), np.float32)
        return CharacterHead(
            found.shape,
            found.albedo,
            codes,
            found.texture,
            displacement=dict.fromkeys((*codes, PHOTO), none),
        )

    def with_lines_of_age(found, model, years, photo):
        heard["years"] = years
        return replace(found)

    for name, stage in (
        ("fit_portrait", fit_portrait),
        ("character_from_fit", lambda *handed: head),
        ("build_accessories", lambda *handed: []),
        ("expressions_of_faces", expressions_of_faces),
        ("with_wrinkles", with_wrinkles),
        ("with_lines_of_age", with_lines_of_age),
    ):
        monkeypatch.setattr(find_head, name, stage)
    return heard


MODELS = HeadModels(*["model", "skins", "landmarker", "classifier"], "encoder", "detail")


def look(**changes) -> Look:
    return Look(HairSpec("short", (1, 2, 3)), **changes)


def test_auto_asks_both_stages(asked):
    found = find_character_head(None, None, look(), MODELS)
    assert found.wrinkles == DECA and found.head.displacement
    assert asked == {
        "portrait's encoder": "encoder",
        "faces' encoder": "encoder",
        "way": "auto",
        "detail": "detail",
    }


def test_fit_asks_neither(asked):
    """Fault: a book that wants fitting alone gets the encoder's face or wrinkles."""
    found = find_character_head(None, None, look(geometry="fit"), MODELS)
    assert found.wrinkles == "none" and not found.head.displacement
    assert asked == {"portrait's encoder": None, "faces' encoder": None, "way": "fit"}


def test_without_a_detail_stage_heads_are_smooth(asked):
    alone = HeadModels(*["model", "skins", "landmarker", "classifier"], "encoder")
    assert find_character_head(None, None, look(), alone).wrinkles == "none"
    assert "detail" not in asked


def test_lines_of_age_are_named_for_what_they_are(asked):
    """Fault: the page says that the photo's own wrinkles were read."""
    old = look(geometry="fit", age=68, grown_old=True)
    assert find_character_head(None, None, old, MODELS).wrinkles == AGE
    assert asked["years"] == 68
    both = find_character_head(None, None, look(age=68, grown_old=True), MODELS)
    assert both.wrinkles == f"{DECA} and {AGE}"
