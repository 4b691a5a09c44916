"""Rules over voices and films, on real small files with one fault each."""

import json
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from storyface_assets.checks import films
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.film.ffmpeg import ffmpeg_binary
from storyface_assets.lib.speech import Narration, SentenceTiming
from storyface_assets.lib.store import Folder
from storyface_assets.vocabulary import AI_LABEL

RATE = 22_050
ASS = """[Script Info]
ScriptType: v4.00+

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,끝
"""
NOTICE = f"Dialogue: 0,0:00:00.00,0:00:02.00,Label,,0,0,0,,{AI_LABEL}\n"
SRT = "1\n00:00:00,100 --> 00:00:00,900\n가 (중립)\n\n2\n00:00:01,000 --> {end}\n나 (행복)\n"


@pytest.fixture
def film(tmp_path):
    """Two seconds of moving picture with sound, subtitles and a report."""

    def make(sound=2.0, frames=20, source="testsrc", end="00:00:01,900", notice=NOTICE):
        inputs = ["-f", "lavfi", "-i", f"{source}=size=64x48:rate=10:duration=2"]
        inputs += ["-f", "lavfi", "-i", f"sine=duration={sound}"]
        command = [ffmpeg_binary(), "-loglevel", "error", "-y", *inputs]
        subprocess.run([*command, str(tmp_path / "film.mp4")], check=True)
        srt = SRT.format(end=end)
        (tmp_path / "film.srt").write_text(srt, "utf-8")
        (tmp_path / "film.vtt").write_text("WEBVTT\n\n" + srt.replace(",", "."), "utf-8")
        report = {"frames": frames, "width": 64, "height": 48, "seconds": 2.0}
        (tmp_path / "film.ass").write_text(ASS + notice, "utf-8")
        (tmp_path / "report.json").write_text(json.dumps(report), "utf-8")
        return Folder(tmp_path)

    films._decoded.cache_clear()
    return make


@pytest.fixture
def voice(tmp_path):
    def make(times=((0.0, 0.8), (1.0, 1.8)), level=0.1, seconds=2.0):
        folder = tmp_path / "voice"
        folder.mkdir(exist_ok=True)
        wave = np.sin(np.arange(int(RATE * seconds)) * 0.2).astype(np.float32) * level
        spoken = tuple(SentenceTiming(i, a, b, (), ()) for i, (a, b) in enumerate(times))
        Narration(wave, RATE, spoken).save(folder)
        return Folder(folder)

    return make


def test_a_good_film_passes(film, voice):
    folder = film()
    assert films.film_decodes_fully(folder).passed
    assert films.sound_is_as_long_as_picture(folder).passed
    assert films.subtitles_are_in_order(folder).passed
    assert films.notice_is_there(folder).passed
    assert films.picture_never_freezes(folder).passed
    assert films.voice_fits_in_film(folder, voice()).passed


def test_missing_frames(film):
    assert not films.film_decodes_fully(film(frames=21)).passed


def test_a_broken_file_is_an_error_and_no_pass(film):
    folder = film()
    path = folder.path / "film.mp4"
    path.write_bytes(path.read_bytes()[:4000])
    with pytest.raises(BadInput):
        films.film_decodes_fully(folder)


def test_sound_that_ends_early(film):
    assert not films.sound_is_as_long_as_picture(film(sound=1.0)).passed


def test_a_frozen_picture(film):
    # The seeds' fault: the clip plays once and then stands still.
    assert not films.picture_never_freezes(film(source="color")).passed


@pytest.mark.parametrize("end", ["00:00:09,000", "00:00:00,950"])
def test_subtitles_outside_or_backwards(film, end):
    assert not films.subtitles_are_in_order(film(end=end)).passed


@pytest.mark.parametrize(
    "notice",
    [
        "",
        NOTICE.replace(AI_LABEL, "만든 영상"),
        NOTICE.replace("0:00:02.00", "0:00:01.00"),
        NOTICE.replace("0:00:00.00", "0:00:00.50"),
        NOTICE.replace("Dialogue", "Comment"),
    ],
)
def test_a_film_without_the_notice_on_all_frames(film, notice):
    assert not films.notice_is_there(film(notice=notice)).passed


def test_a_film_whose_letters_are_not_known(film):
    folder = film()
    (folder.path / "film.ass").unlink()
    assert not films.notice_is_there(folder).passed


def test_a_voice_that_is_not_the_wished_one(voice):
    folder = voice()
    assert films.voice_is_as_wished(folder).passed
    told = replace(Narration.load(folder.path), warnings=("sentence 1: read by espeak-ng",))
    told.save(folder.path)
    found = films.voice_is_as_wished(folder)
    assert not found.passed and "sentence 1: read by espeak-ng" in found.description


def test_a_film_without_content_credentials(film):
    assert not films.credentials_are_there(film()).passed


def test_a_voice_longer_than_the_film(film, voice):
    assert not films.voice_fits_in_film(film(), voice(seconds=3.0)).passed


@pytest.mark.parametrize(
    "times", [((0.0, 0.8), (0.5, 1.8)), ((0.0, 0.0),), ((0.0, 0.8), (1.0, 9.0)), ()]
)
def test_voice_times(voice, times):
    assert not films.times_are_in_order(voice(times)).passed


def test_good_voice_times(voice):
    assert films.times_are_in_order(voice()).passed


def test_clipping_and_loudness(voice):
    assert films.voice_is_not_clipped(voice(level=0.5)).passed
    assert not films.voice_is_not_clipped(voice(level=1.2)).passed
    assert not films.voice_is_even(voice(level=0.01)).passed
