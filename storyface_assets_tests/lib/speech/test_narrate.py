"""A story read aloud: order, pauses, cache, loudness, network voices that fail."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.speech import Narration, Voice, google, narrate, pauses_between
from storyface_assets.lib.speech import clips as clips_module
from storyface_assets.lib.speech.loudness import integrated_loudness, true_peak_db

STORY = [
    "아기 오리는 방긋 웃었어요.",
    "“저리 가!” 닭이 소리쳤어요.",
    "😀",
    "밤이 되자 조용해졌습니다.",
]


def test_sentences_follow_each_other_with_their_pauses() -> None:
    told = narrate(STORY, Voice(), pauses=[0.3, 0.9, 0.5, 1.0])
    gaps = [b.start - a.end for a, b in zip(told.sentences[:-1], told.sentences[1:], strict=True)]
    assert gaps == pytest.approx([0.3, 0.9, 0.5], abs=1e-3)
    assert told.seconds == pytest.approx(told.sentences[-1].end + 1.0, abs=1e-3)
    for sentence in told.sentences:
        for span in (*sentence.phonemes, *sentence.words):
            assert sentence.start - 1e-6 <= span.start <= span.end <= sentence.end + 1e-6


def test_loudness_is_even_and_nothing_clips_or_clicks() -> None:
    told = narrate(STORY, Voice())
    assert abs(integrated_loudness(told.audio, told.rate) + 16) <= 1.0
    assert true_peak_db(told.audio) <= -1.0
    for sentence in told.sentences:
        first, last = round(sentence.start * told.rate), round(sentence.end * told.rate) - 1
        assert abs(told.audio[first]) < 1e-3 and abs(told.audio[last]) < 1e-3


def test_a_sentence_of_only_an_emoji_is_a_short_silence() -> None:
    told = narrate(["😀"], Voice())
    assert not told.audio.any() and 0.3 < told.sentences[0].end < 1.0


def test_pages_pause_longer_than_paragraphs_than_sentences() -> None:
    a, b, c, d = pauses_between([0, 0, 1, 2], [0, 0, 0, 1])
    assert a < b < c and d == a


def test_one_changed_sentence_is_the_only_one_said_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrate(STORY, Voice(), tmp_path)
    said: list[str] = []
    real = clips_module.speak

    def counting(words: list, voice: Voice) -> object:
        said.append(" ".join(w.printed for w in words))
        return real(words, voice)

    monkeypatch.setattr(clips_module, "speak", counting)
    changed = [*STORY[:3], "아침이 되자 시끄러워졌습니다."]
    told = narrate(changed, Voice(), tmp_path)
    assert said == ["아침이 되자 시끄러워졌습니다."]
    assert np.array_equal(told.audio, narrate(changed, Voice()).audio)


def test_a_damaged_cache_file_is_said_again(tmp_path: Path) -> None:
    told = narrate(STORY[:1], Voice(), tmp_path)
    (kept,) = tmp_path.glob("voice/*.npz")
    for damage in (b"", b"PK\x03\x04 not a zip", kept.read_bytes()[:500]):
        kept.write_bytes(damage)
        assert np.array_equal(narrate(STORY[:1], Voice(), tmp_path).audio, told.audio)


def test_save_and_load_keep_everything(tmp_path: Path) -> None:
    told = narrate(STORY, Voice())
    told.save(tmp_path)
    again = Narration.load(tmp_path)
    assert np.abs(again.audio - told.audio).max() < 1e-4
    assert [w.text for s in again.sentences for w in s.words] == [
        w.text for s in told.sentences for w in s.words
    ]
    assert again.sentences[1].phonemes[3].start == pytest.approx(
        told.sentences[1].phonemes[3].start, abs=1e-3
    )
    (tmp_path / "timings.json").write_text("{")
    with pytest.raises(BadInput, match="not a saved narration"):
        Narration.load(tmp_path)


def _mp3(seconds: float) -> bytes:
    tone = 0.2 * np.sin(2 * np.pi * 300 * np.arange(int(seconds * 24_000)) / 24_000)
    buffer = io.BytesIO()
    soundfile.write(buffer, tone, 24_000, format="MP3")
    return buffer.getvalue()


def test_no_network_falls_back_to_espeak_with_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls, waits = [], []

    def refuse(text: str, language: str) -> bytes:
        calls.append(text)
        raise OSError("network is unreachable")

    monkeypatch.setattr(google, "fetch_mp3", refuse)
    told = narrate(STORY, Voice(engine="gtts"), tmp_path, sleep=waits.append)
    own = narrate(STORY, Voice())
    assert np.array_equal(told.audio, own.audio)
    # Four tries for each of two sentences; after that the network counts as gone.
    assert len(calls) == 8 and len(waits) == 6 and waits[:3] == sorted(waits[:3])
    assert len([w for w in told.warnings if "read by espeak-ng" in w]) == 4
    assert "network is unreachable" in told.warnings[0] and told.engines == ("espeak",)


def test_clips_said_before_are_used_after_the_network_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The voice changed to espeak-ng's for sentences that Google's had said already.
    monkeypatch.setattr(google, "fetch_mp3", lambda text, language: _mp3(2.0))
    voice = Voice(engine="gtts")
    before = narrate(STORY[3:], voice, tmp_path)
    assert before.engines == ("gtts",)

    def refuse(text: str, language: str) -> bytes:
        raise OSError("network is unreachable")

    monkeypatch.setattr(google, "fetch_mp3", refuse)
    told = narrate([*STORY[:2], "새 문장이에요.", STORY[3]], voice, tmp_path, sleep=lambda s: None)
    assert ["sentence 4" in w for w in told.warnings] == [False] * 3
    last = told.sentences[3]
    assert last.end - last.start == pytest.approx(before.sentences[0].end, abs=1e-3)
    assert told.engines == ("espeak", "gtts")


def test_an_empty_answer_is_retried_and_never_cached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # gTTS leaves a 0-byte file when it is cut off: taken for a clip it would be silence for ever.
    answers = [b"", b"<html>busy</html>", _mp3(2.0)]
    monkeypatch.setattr(google, "fetch_mp3", lambda text, language: answers.pop(0))
    told = narrate(STORY[:1], Voice(engine="gtts"), tmp_path, sleep=lambda s: None)
    assert not told.warnings and not answers
    assert told.sentences[0].end == pytest.approx(2.0, abs=0.1)
    monkeypatch.setattr(google, "fetch_mp3", lambda text, language: pytest.fail("not cached"))
    again = narrate(STORY[:1], Voice(engine="gtts"), tmp_path)
    assert np.array_equal(again.audio, told.audio)


def test_phoneme_times_are_stretched_to_a_network_clip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(google, "fetch_mp3", lambda text, language: _mp3(5.0))
    told = narrate(STORY[:1], Voice(engine="gtts"))
    own = narrate(STORY[:1], Voice())
    scale = told.sentences[0].end / own.sentences[0].end
    assert scale > 1.3
    for slow, quick in zip(told.sentences[0].phonemes, own.sentences[0].phonemes, strict=True):
        assert slow.text == quick.text and slow.start == pytest.approx(scale * quick.start)
