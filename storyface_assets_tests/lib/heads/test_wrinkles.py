"""Wrinkles between a head's expressions, and how they are kept."""

from dataclasses import replace

import numpy as np
import pytest

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.character import CharacterHead
from storyface_assets.lib.heads.detail_window import DETAIL_SIZE
from storyface_assets.lib.heads.expressions import archetype, unit_code
from storyface_assets.lib.heads.wrinkles import PHOTO, WrinkleBlend
from storyface_assets.vocabulary import FACE_EXPRESSIONS


def maps() -> dict[str, np.ndarray]:
    """One bump each, in a place of its own."""
    shown = {}
    for row, name in enumerate((*FACE_EXPRESSIONS, PHOTO)):
        shown[name] = np.zeros((DETAIL_SIZE, DETAIL_SIZE), np.float32)
        shown[name][40 * row : 40 * row + 9] = (row + 1) * 1e-4
    return shown


CODES = {name: archetype(name) for name in FACE_EXPRESSIONS}


def test_each_expression_has_its_own_wrinkles_beyond_the_photo_s():
    """Fault: what the texture shows already is lit a second time, or a neighbour's map is shown."""
    blend, shown = WrinkleBlend(CODES, maps()), maps()
    for name, code in CODES.items():
        told, true = blend.at(code), shown[name] - shown[PHOTO]
        assert np.abs(told - true).max() < 0.15 * np.abs(shown[name]).max(), name


def test_a_photo_at_rest_leaves_the_rest_smooth():
    shown = maps() | {PHOTO: maps()["neutral"]}
    assert not WrinkleBlend(CODES, shown).at(CODES["neutral"]).any()


def test_half_an_expression_has_half_of_its_wrinkles_and_speech_next_to_none():
    """Fault: every open mouth frightens the forehead."""
    shown = maps() | {PHOTO: maps()["neutral"]}
    blend, rest = WrinkleBlend(CODES, shown), CODES["neutral"]
    for name in FACE_EXPRESSIONS[1:]:
        whole = blend.at(CODES[name])
        half = blend.at(rest + (CODES[name] - rest) / 2)
        assert np.allclose(half, whole / 2, atol=2e-5)
    spoken = blend.at(rest + unit_code({"jawOpen": 0.25, "mouthFunnel": 0.3}))
    assert np.abs(spoken).max() < 0.2 * max(np.abs(m).max() for m in shown.values())
    # Nothing is drawn deeper than an expression that is overdone a little.
    far = blend.at(rest + 5 * (CODES["anger"] - rest))
    assert np.abs(far).max() <= 1.31 * max(np.abs(m).max() for m in shown.values())


def test_a_head_comes_back_with_its_wrinkles(tmp_path):
    """Fault: displacement is cut to whole tenths of a millimetre, or lost."""
    texture = np.zeros((8, 8, 3), np.uint8)
    head = CharacterHead(np.zeros(100), np.zeros(50), CODES, texture)
    head.save(tmp_path)
    assert CharacterHead.load(tmp_path).wrinkles is None
    rng = np.random.default_rng(0)
    rough = {n: rng.normal(0, 1e-4, m.shape).astype(np.float32) for n, m in maps().items()}
    replace(head, displacement=rough).save(tmp_path)
    again = CharacterHead.load(tmp_path)
    assert set(again.displacement) == set(rough) and again.wrinkles is not None
    for name, map_ in rough.items():
        assert np.abs(again.displacement[name] - map_).max() <= 0.51e-6
    file = tmp_path / "displacement.npz"
    whole = file.read_bytes()
    half = len(whole) // 2
    for broken in (b"PK\x03\x04", b"", whole[:half] + bytes(64) + whole[half + 64 :]):
        file.write_bytes(broken)
        with pytest.raises(BadInput, match="Materialize"):
            CharacterHead.load(tmp_path)
    head.save(tmp_path)  # smooth again
    assert CharacterHead.load(tmp_path).wrinkles is None


@pytest.mark.parametrize("deep", [0.2, np.nan])
def test_centimetres_and_no_numbers_are_not_kept(tmp_path, deep):
    """Fault: metres for millimetres wrap round to what looks like a wrinkle."""
    maps_ = maps()
    maps_["anger"][3, 3] = deep
    head = CharacterHead(np.zeros(100), np.zeros(50), CODES, np.zeros((8, 8, 3), np.uint8))
    with pytest.raises(BadInput, match="displacement.anger"):
        replace(head, displacement=maps_).save(tmp_path)


def test_an_expression_like_rest_breaks_nothing():
    codes = CODES | {"sadness": CODES["neutral"]}
    blend = WrinkleBlend(codes, maps())
    still = blend.at(CODES["neutral"] + 0.01)
    assert np.isfinite(still).all() and np.abs(still - blend.at(CODES["neutral"])).max() < 1e-4
