"""The rules of a book's person."""

from dataclasses import replace

import numpy as np
import pytest

from storyface_assets.checks.people import head_is_whole, wrinkles_are_skin_deep
from storyface_assets.lib.heads.character import CharacterHead
from storyface_assets.lib.heads.detail_window import DETAIL_SIZE
from storyface_assets.lib.heads.expressions import archetype
from storyface_assets.lib.heads.wrinkles import PHOTO
from storyface_assets.lib.store import Folder
from storyface_assets.vocabulary import FACE_EXPRESSIONS


@pytest.fixture
def head():
    codes = {name: archetype(name) for name in FACE_EXPRESSIONS}
    maps = {n: np.full((DETAIL_SIZE, DETAIL_SIZE), 2e-4, np.float32) for n in (*codes, PHOTO)}
    texture = np.zeros((8, 8, 3), np.uint8)
    return CharacterHead(np.zeros(100), np.zeros(50), codes, texture, displacement=maps)


def kept(head, folder):
    head.save(folder)
    return Folder(folder)


def test_a_wrinkled_head_and_a_smooth_one_pass(head, tmp_path):
    for number, one in enumerate((head, replace(head, displacement={}))):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert wrinkles_are_skin_deep(kept(one, folder)).passed
        assert head_is_whole(Folder(folder)).passed


def test_wrinkles_of_centimetres_or_of_some_expressions_only_fail(head, tmp_path):
    """Fault: metres taken for millimetres; an expression without its map."""
    deep = head.displacement | {"anger": np.full((DETAIL_SIZE, DETAIL_SIZE), 9e-3, np.float32)}
    lacking = {n: m for n, m in head.displacement.items() if n != "anger"}
    for number, maps in enumerate((deep, lacking)):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert not wrinkles_are_skin_deep(kept(replace(head, displacement=maps), folder)).passed


def test_a_head_without_an_expression_fails(head, tmp_path):
    codes = {n: c for n, c in head.expressions.items() if n != "panic"}
    assert not head_is_whole(
        kept(replace(head, expressions=codes, displacement={}), tmp_path)
    ).passed
