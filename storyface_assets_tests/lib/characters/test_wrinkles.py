"""Wrinkles of a character: read from the photo, or added by a wish."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from storyface_assets.lib.books import CharacterWish
from storyface_assets.lib.characters import Look
from storyface_assets.lib.characters.look import resolve_look
from storyface_assets.lib.characters.wrinkles import with_lines_of_age, with_wrinkles
from storyface_assets.lib.deca.detail_reader import (
    DetailReader,
    first_decoder,
    lite0_detail_encoder,
)
from storyface_assets.lib.heads.character import CharacterHead, HairSpec
from storyface_assets.lib.heads.detail_window import DETAIL_SIZE
from storyface_assets.lib.heads.expressions import archetype
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.heads.wrinkles import PHOTO
from storyface_assets.lib.relief import DetailSpace
from storyface_assets.vocabulary import FACE_EXPRESSIONS

REST = np.zeros(50, np.float32)
HEAD = Path(__file__).parents[3] / "data/open_models/open_head/head.npz"


@pytest.fixture(scope="module")
def model():
    return OpenHead.load(HEAD)


@pytest.fixture
def head():
    codes = {name: archetype(name) for name in FACE_EXPRESSIONS}
    return CharacterHead(np.zeros(100), np.zeros(50), codes, np.zeros((8, 8, 3), np.uint8))


@pytest.fixture
def portrait():
    rng = np.random.default_rng(0)
    marks = rng.uniform(60, 200, (478, 3))
    rgb = rng.integers(0, 256, (260, 260, 3), np.uint8)
    return SimpleNamespace(rgb=rgb, face=SimpleNamespace(landmarks=marks))


def test_each_expression_and_the_photo_get_their_own_map(head, portrait, model):
    """Fault: maps under another expression's name."""
    torch.manual_seed(0)
    reader = DetailReader(lite0_detail_encoder(), first_decoder())
    fit = SimpleNamespace(expression=archetype("happy") / 2)
    wrinkled = with_wrinkles(head, portrait, fit, reader, model)
    assert set(wrinkled.displacement) == {*FACE_EXPRESSIONS, PHOTO}
    code = reader.code_of(portrait.rgb, portrait.face.landmarks)
    for name, shown in (("anger", head.expressions["anger"]), (PHOTO, fit.expression)):
        told = reader.displacement(code, shown[None])[0] * DetailSpace.of(model).mask
        assert np.allclose(wrinkled.displacement[name], told, atol=1e-7)
    # The decoder was never told what to do off the face's skin.
    outside = DetailSpace.of(model).mask == 0
    assert outside.mean() > 0.2
    assert not any(map_[outside].any() for map_ in wrinkled.displacement.values())
    maps = list(wrinkled.displacement.values())
    assert all(np.abs(a - b).max() > 1e-7 for a, b in zip(maps, maps[1:], strict=False))


def test_who_grows_old_gets_lines_that_the_photo_has_not(head, model):
    """Fault: the old are smooth, or the lines are taken off again as the texture's own."""
    old = with_lines_of_age(head, model, 70, REST)
    assert not old.displacement[PHOTO].any()
    assert old.wrinkles.at(head.expressions["neutral"]).min() < -1e-4
    young = with_lines_of_age(head, model, 12, REST)
    assert young.wrinkles.at(head.expressions["neutral"]).min() > -3e-5


def test_whose_photo_is_lined_already_keeps_the_own_lines(head, model):
    deep = np.zeros((DETAIL_SIZE, DETAIL_SIZE), np.float32)
    deep[40:200:8] = -4e-4
    lined = replace(head, displacement=dict.fromkeys((*head.expressions, PHOTO), deep))
    assert with_lines_of_age(lined, model, 70, REST) is lined


@pytest.mark.parametrize(
    ("become", "grown"), [("male old", True), ("female young", False), (None, False)]
)
def test_a_look_says_who_grows_old(become, grown, monkeypatch):
    seen = SimpleNamespace(style="short", colour=(1, 2, 3))
    monkeypatch.setattr("storyface_assets.lib.characters.look.estimate_hair", lambda *a: seen)
    photo = SimpleNamespace(rgb=None, face=SimpleNamespace(landmarks=None, person=None))
    assert resolve_look(CharacterWish("p.jpg", become=become), photo).grown_old is grown


def test_an_older_look_s_file_still_loads(tmp_path):
    Look(HairSpec("short", (1, 2, 3)), "male", 70).save(tmp_path)
    file = tmp_path / "look.json"
    file.write_text(file.read_text("utf-8").replace(',\n "grown_old": false', ""), "utf-8")
    assert "grown_old" not in file.read_text("utf-8")
    assert Look.load(tmp_path).grown_old is False
