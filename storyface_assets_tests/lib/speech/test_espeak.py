"""espeak-ng's samples and times."""

import threading
from pathlib import Path

import espeakng_loader
import numpy as np
import pytest

from storyface_assets.lib.speech.cleaning import spoken_words
from storyface_assets.lib.speech.espeak import EspeakError, speak
from storyface_assets.lib.speech.utterance import Utterance
from storyface_assets.lib.speech.voice import Voice, voice_for

SENTENCE = "아기 오리는 엄마를 보고 방긋 웃었어요."


def _speak(text: str, voice: Voice | None = None) -> Utterance:
    return speak(spoken_words(text)[0], voice or Voice())


def test_phonemes_are_in_order_and_inside_the_sound() -> None:
    said = _speak(SENTENCE)
    edges = [t for p in said.phonemes for t in (p.start, p.end)]
    assert edges == sorted(edges)
    assert edges[0] >= 0 and edges[-1] <= said.seconds
    assert "".join(p.text for p in said.phonemes).startswith("ɐqio")


def test_each_printed_word_has_its_time_in_order() -> None:
    said = _speak("“왜 나만 다를까?” 3마리의 오리가 12시에 말했다!")
    assert [w.text for w in said.words] == "“왜 나만 다를까?” 3마리의 오리가 12시에 말했다!".split()
    starts = [w.start for w in said.words]
    assert starts == sorted(starts)
    assert all(w.end > w.start for w in said.words)


def test_a_sentence_sounds_the_same_whatever_was_said_before() -> None:
    # espeak-ng keeps the phase of its wave generator: without care a cached sentence differs
    # from the same one said afresh, and the store sees a new data version.
    first = _speak(SENTENCE)
    _speak("전혀 다른 문장입니다!", Voice(variant="", pitch=20))
    assert np.array_equal(first.audio, _speak(SENTENCE).audio)


def test_threads_do_not_disturb_each_other() -> None:
    texts = [SENTENCE, "하지만 마음은 슬펐습니다.", "저리 가!", "이게 누구지?"] * 3
    alone = [_speak(t).audio for t in texts[:4]]
    together: dict[int, np.ndarray] = {}
    threads = [
        threading.Thread(target=lambda i=i, t=t: together.update({i: _speak(t).audio}))
        for i, t in enumerate(texts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(together) == len(texts)
    assert all(np.array_equal(audio, alone[i % 4]) for i, audio in together.items())


def test_loud_vowels_do_not_clip() -> None:
    assert np.abs(_speak("아아아아! 으아아악! 와아아아!").audio).max() < 0.9


def test_a_voice_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(EspeakError, match="no voice"):
        _speak(SENTENCE, Voice(language="xx-none"))


def test_a_child_speaks_higher_than_a_man() -> None:
    def pitch(voice: Voice) -> float:
        said = _speak("아아아아아", voice)
        wave = said.audio[said.rate // 5 : said.rate // 5 + 2048]
        lags = np.correlate(wave, wave, "full")[2047:]
        low, high = said.rate // 450, said.rate // 60
        return said.rate / (low + int(lags[low:high].argmax()))

    child, man = pitch(voice_for(gender=0.0, age=6)), pitch(voice_for(gender=1.0, age=40))
    assert child > 1.6 * man


def test_a_long_installation_path_still_speaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # espeak-ng cuts its data path at 160 bytes and then finds no voice at all.
    deep = tmp_path / ("long-" * 30) / "espeak-ng-data"
    deep.parent.mkdir()
    deep.symlink_to(espeakng_loader.get_data_path(), target_is_directory=True)
    expected = _speak(SENTENCE).audio
    monkeypatch.setattr(espeakng_loader, "get_data_path", lambda: str(deep))
    assert np.array_equal(_speak(SENTENCE).audio, expected)
