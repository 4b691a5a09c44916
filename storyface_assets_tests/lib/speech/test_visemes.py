"""The mouth says what the voice says."""

import numpy as np
import pytest

from storyface_assets.lib.heads.units import UNITS
from storyface_assets.lib.speech import MouthCurves, Narration, Voice, mouth_curves, narrate
from storyface_assets.lib.speech.cleaning import spoken_words
from storyface_assets.lib.speech.espeak import speak
from storyface_assets.lib.speech.viseme_table import _CLASS_OF, VISEMES, viseme_of
from storyface_assets.lib.speech.visemes import LEAD_SECONDS

FPS = 30.0


@pytest.fixture(scope="module")
def told() -> Narration:
    return narrate(["엄마가 밥을 퍼 주자 아빠가 말했어요. 우리 아이가 노래한다!"], Voice())


@pytest.fixture(scope="module")
def mouth(told: Narration) -> MouthCurves:
    return mouth_curves(told, UNITS, int(told.seconds * FPS) + 60, FPS, speech_start=1.0)


def _frames(told: Narration, symbols: str, least: float = 0.07) -> list[int]:
    return [
        round((1.0 + (p.start + p.end) / 2 - LEAD_SECONDS) * FPS)
        for p in told.sentences[0].phonemes
        if p.text in symbols.split() and p.end - p.start >= least
    ]


def test_every_symbol_of_korean_is_in_the_table() -> None:
    # An unknown symbol would leave the mouth shut in the middle of a word.
    syllables = "".join(chr(0xAC00 + i) for i in range(0, 11_172, 17))
    words = [syllables[i : i + 6] for i in range(0, len(syllables), 6)]
    said = speak(spoken_words(" ".join(words))[0], Voice(rate=300))
    symbols = {p.text for p in said.phonemes if p.text}
    assert len(symbols) > 25
    assert {s for s in symbols if s not in _CLASS_OF} == set()


def test_bilabials_shut_the_lips(told: Narration, mouth: MouthCurves) -> None:
    frames = _frames(told, "m p b ph", least=0.03)
    assert len(frames) >= 7
    assert np.rad2deg(mouth.jaw[frames]).max() < 1.2
    assert mouth.closure[frames].min() > 0.75


def test_a_opens_the_jaw_and_i_does_not(told: Narration, mouth: MouthCurves) -> None:
    wide, narrow = _frames(told, "ɐ"), _frames(told, "i u ɯ", least=0.05)
    assert np.rad2deg(mouth.jaw[wide]).mean() > 5.0
    assert np.rad2deg(mouth.jaw[narrow]).mean() < 0.7 * np.rad2deg(mouth.jaw[wide]).mean()


def test_rounded_vowels_round_the_lips(told: Narration, mouth: MouthCurves) -> None:
    pucker = mouth.units[:, UNITS.index("mouthPucker")]
    assert pucker[_frames(told, "u o")].min() > 0.2
    assert pucker[_frames(told, "ɐ")].mean() < 0.12


def test_the_mouth_is_at_rest_outside_speech(told: Narration, mouth: MouthCurves) -> None:
    end = round((1.0 + told.sentences[0].end + 0.45) * FPS)
    assert not mouth.units[:14].any() and not mouth.jaw[:14].any()
    assert mouth.units[end:].max() < 0.03 and np.rad2deg(mouth.jaw[end:]).max() < 0.5


def test_no_frame_jumps(mouth: MouthCurves) -> None:
    assert np.rad2deg(np.abs(np.diff(mouth.jaw)).max()) < 6.0
    assert np.abs(np.diff(mouth.units, axis=0)).max() < 0.35


def test_left_and_right_move_alike(mouth: MouthCurves) -> None:
    for name in UNITS:
        if name.startswith("mouth") and name.endswith("Left") and name != "mouthLeft":
            other = UNITS.index(name.removesuffix("Left") + "Right")
            assert np.array_equal(mouth.units[:, UNITS.index(name)], mouth.units[:, other])


def test_only_known_units_are_used() -> None:
    bare = {u.removesuffix("Left").removesuffix("Right") for u in UNITS}
    assert {u for v in VISEMES.values() for u in v.units} <= bare


@pytest.mark.parametrize(("symbol", "name"), [("", "rest"), ("ˈɐ", "a"), ("p-", "p"), ("χ", "k")])
def test_marks_are_ignored_and_unknown_sounds_do_not_open_the_lips(symbol: str, name: str) -> None:
    assert viseme_of(symbol) == name
