"""The film file: whole or not there, as long as its sound, with everything in it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import namedtuple
from collections.abc import Iterable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pysubs2
import pytest

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.film import (
    FilmText,
    Performance,
    check_film,
    film_stills,
    workroom,
    write_film,
)
from storyface_assets.lib.film.encoder import EncoderInputs, FilmEncoder
from storyface_assets.lib.film.ffmpeg import FfmpegError, ffmpeg_binary
from storyface_assets.lib.film.stage import Stage
from storyface_assets.lib.render.frame_state import FrameState
from storyface_assets.lib.speech import Narration
from storyface_assets_tests.lib.film.conftest import SIZE, DiscRenderer

Usage = namedtuple("Usage", "total used free")


def test_a_film_is_whole(
    tmp_path: Path, renderer: DiscRenderer, acted: Performance, told: Narration, text: FilmText
) -> None:
    seen: list[tuple[int, int]] = []
    out = tmp_path / "film's [1]; 한글.mp4"
    report = write_film(
        out, renderer, acted, told, text, on_progress=lambda i, n: seen.append((i, n))
    )
    facts = check_film(out)
    assert facts.frames == report.frames == acted.timeline.n_frames
    assert facts.size == SIZE and facts.fps == 30.0
    assert abs(facts.audio_seconds - facts.video_seconds) <= 2 / 30
    assert facts.longest_still_seconds <= 0.2
    assert 0.05 < facts.audio_peak <= 0.9
    assert facts.chapters == 2
    assert seen[-1] == (report.frames, report.frames) and seen == sorted(seen)
    assert cv2.imread(str(report.poster)).shape == (SIZE[1], SIZE[0], 3)
    cues = pysubs2.load(str(report.srt))
    assert len(cues) == 3 and cues[-1].end <= 1000 * facts.video_seconds
    assert report.vtt.read_text("utf-8").startswith("WEBVTT")
    # Nothing else is left behind.
    assert {p.name for p in tmp_path.iterdir()} == {
        out.name, report.srt.name, report.vtt.name, report.script.name, "poster.jpg"
    }  # fmt: skip
    head = out.read_bytes()[:200_000]
    assert head.index(b"moov") < head.index(b"mdat")  # faststart: plays while it loads


def decoded_sums(film: Path) -> list[str]:
    """A checksum of every decoded picture and piece of sound, in ffmpeg's framemd5 format."""
    command = [ffmpeg_binary(), "-v", "error", "-i", str(film), "-map", "0:v", "-map", "0:a"]
    done = subprocess.run([*command, "-f", "framemd5", "-"], capture_output=True, check=True)
    sums = [line for line in done.stdout.decode().splitlines() if not line.startswith("#")]
    assert len(sums) > 10
    return sums


def test_the_same_film_has_the_same_pictures_and_sound(
    tmp_path: Path, renderer: DiscRenderer, acted: Performance, told: Narration, text: FilmText
) -> None:
    # Unseeded noise would show here. Only decoded content is compared: x264 with several threads
    # was once seen to write other bytes for equal pictures on a busy machine.
    one = write_film(tmp_path / "a" / "film.mp4", renderer, acted, told, text)
    two = write_film(tmp_path / "b" / "film.mp4", renderer, acted, told, text)
    assert decoded_sums(one.path) == decoded_sums(two.path)


def test_the_subtitle_is_burned_into_the_picture(
    tmp_path: Path, renderer: DiscRenderer, acted: Performance, told: Narration, text: FilmText
) -> None:
    report = write_film(tmp_path / "film.mp4", renderer, acted, told, text)
    cue = pysubs2.load(str(report.srt))[0]
    video = cv2.VideoCapture(str(report.path))

    def picture(milliseconds: float) -> np.ndarray:
        video.set(cv2.CAP_PROP_POS_FRAMES, int(milliseconds / 1000 * 30))
        return np.asarray(video.read()[1]).astype(int)

    def lettered(frame: np.ndarray) -> tuple[int, int]:
        band = frame[int(0.84 * SIZE[1]) : int(0.95 * SIZE[1]), 80:240]
        return int((band.min(2) > 180).sum()), int((band.max(2) < 60).sum())

    white, black = lettered(picture((cue.start + cue.end) / 2))
    assert white > 20 and black > 20
    assert lettered(picture(50)) == (0, 0)
    corner = picture(50)[: int(0.08 * SIZE[1]), int(0.86 * SIZE[0]) :]
    assert corner.max() - np.median(corner) > 40  # the AI label, some pixels high here


def test_frames_keep_their_colours(tmp_path: Path) -> None:
    # A wrong YUV matrix turns skin green or orange; a wrong range makes black grey.
    colours = [(230, 180, 150), (20, 20, 20), (40, 80, 200), (200, 30, 30)]
    inputs = _bare_inputs(tmp_path)
    with FilmEncoder(tmp_path / "c.mp4", SIZE, 30.0, inputs) as encoder:
        for colour in colours:
            for _ in range(10):
                encoder.write(np.full((SIZE[1], SIZE[0], 3), colour, np.uint8))
    video = cv2.VideoCapture(str(tmp_path / "c.mp4"))
    for i, colour in enumerate(colours):
        video.set(cv2.CAP_PROP_POS_FRAMES, 10 * i + 5)
        seen = video.read()[1][90, 160, ::-1].astype(int)
        assert np.abs(seen - colour).max() <= 6


def _bare_inputs(folder: Path) -> EncoderInputs:
    import soundfile

    from storyface_assets.lib.film.fonts import font_path
    from storyface_assets.lib.film.lettering import subtitle_file

    soundfile.write(folder / "sound.wav", np.zeros(32_000), 24_000)
    subtitle_file([]).save(str(folder / "text.ass"), format_="ass")
    (folder / "fonts").mkdir()
    shutil.copy(font_path(), folder / "fonts")
    (folder / "metadata.txt").write_text(";FFMETADATA1\n")
    return EncoderInputs(folder, "sound.wav", "text.ass", "fonts", "metadata.txt")


def test_too_little_disk_is_told_before_any_work(
    tmp_path: Path,
    renderer: DiscRenderer,
    acted: Performance,
    told: Narration,
    text: FilmText,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workroom.shutil, "disk_usage", lambda path: Usage(10**9, 10**9, 1_000_000))
    monkeypatch.setattr(renderer, "render_many", lambda *a: pytest.fail("rendered for nothing"))
    with pytest.raises(BadInput) as caught:
        write_film(tmp_path / "film.mp4", renderer, acted, told, text)
    assert "film.mp4" in caught.value.file and caught.value.field == "disk"
    assert "1.0 MB are free" in caught.value.problem and "Free some space" in caught.value.mend
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's always-full device")
def test_a_disk_that_fills_up_while_writing_is_told(tmp_path: Path) -> None:
    # ffmpeg writes to a device that answers "no space left", as a full disk does.
    inputs = _bare_inputs(tmp_path)
    noise = np.random.default_rng(0)
    with pytest.raises(BadInput, match="ran out of disk space"):
        with FilmEncoder(Path("/dev/full"), SIZE, 30.0, inputs) as encoder:
            for _ in range(90):
                encoder.write(noise.integers(0, 255, (SIZE[1], SIZE[0], 3), dtype=np.uint8))


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), RuntimeError("bug")])
def test_an_error_in_the_middle_leaves_nothing(
    tmp_path: Path,
    acted: Performance,
    told: Narration,
    text: FilmText,
    error: Exception,
) -> None:
    class Breaking(DiscRenderer):
        def render_many(
            self, states: Iterable[FrameState], workers: int = 2
        ) -> Iterator[np.ndarray]:
            for i, frame in enumerate(super().render_many(states)):
                if i == 20:
                    raise error
                yield frame

    expected = BadInput if isinstance(error, OSError) else RuntimeError
    with pytest.raises(expected):
        write_film(tmp_path / "film.mp4", Breaking(), acted, told, text)
    assert not list(tmp_path.iterdir())


def test_an_old_film_stays_when_the_new_one_fails(
    tmp_path: Path, acted: Performance, told: Narration, text: FilmText
) -> None:
    class Odd(DiscRenderer):
        def render_many(
            self, states: Iterable[FrameState], workers: int = 2
        ) -> Iterator[np.ndarray]:
            yield from (np.zeros((10, 10, 3), np.uint8) for _ in states)

    (tmp_path / "film.mp4").write_bytes(b"old")
    with pytest.raises((ValueError, cv2.error)):
        write_film(tmp_path / "film.mp4", Odd(), acted, told, text)
    assert (tmp_path / "film.mp4").read_bytes() == b"old"


_SLOW_WRITER = """
import sys, time
from pathlib import Path
import numpy as np
from storyface_assets.lib.film import Cards, FilmText, perform, write_film
from storyface_assets.lib.heads.units import UNITS
from storyface_assets.lib.speech import Voice, narrate
from storyface_assets.vocabulary import FACE_EXPRESSIONS
class Slow:
    size, framed_points = (320, 180), np.eye(3, dtype=np.float32)
    def render_many(self, states, workers=2):
        for i, state in enumerate(states):
            if i == 10:
                print("writing", flush=True)
            if i > 10:
                time.sleep(0.2)
            yield np.array(state.background)
told = narrate(["오리가 웃었어요."], Voice())
acted = perform(told, ["행복"], {e: np.zeros(50) for e in FACE_EXPRESSIONS}, UNITS)
write_film(Path(sys.argv[1]), Slow(), acted, told, FilmText(Cards("제목"), ["행복"]))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_kill_9_leaves_no_film_and_the_next_run_clears_up(
    tmp_path: Path, renderer: DiscRenderer, acted: Performance, told: Narration, text: FilmText
) -> None:
    out = tmp_path / "film.mp4"
    process = subprocess.Popen(
        [sys.executable, "-c", _SLOW_WRITER, str(out)], stdout=subprocess.PIPE, cwd=os.getcwd()
    )
    assert process.stdout is not None and process.stdout.readline() == b"writing\n"
    process.kill()
    process.wait()
    assert not out.exists() and [p.name for p in tmp_path.iterdir()] != []
    time.sleep(0.5)  # its ffmpeg ends when the pipe closes
    write_film(out, renderer, acted, told, text)
    assert {p.suffix for p in tmp_path.iterdir()} == {".mp4", ".srt", ".vtt", ".ass", ".jpg"}


def test_a_truncated_film_does_not_pass_the_check(
    tmp_path: Path, renderer: DiscRenderer, acted: Performance, told: Narration, text: FilmText
) -> None:
    out = tmp_path / "film.mp4"
    write_film(out, renderer, acted, told, text)
    out.write_bytes(out.read_bytes()[: out.stat().st_size // 2])
    with pytest.raises(BadInput, match="does not decode|no picture"):
        check_film(out)
    with pytest.raises(BadInput, match="is not there"):
        check_film(tmp_path / "other.mp4")
    (tmp_path / "text.mp4").write_text("not a film")
    with pytest.raises(BadInput, match="no picture"):
        check_film(tmp_path / "text.mp4")


def test_a_frozen_film_is_noticed(tmp_path: Path) -> None:
    inputs = _bare_inputs(tmp_path)
    noise = np.random.default_rng(0).integers(0, 255, (SIZE[1], SIZE[0], 3), dtype=np.uint8)
    face = cv2.GaussianBlur(noise, (0, 0), 3)
    moving = [np.roll(face, step, 1) for step in range(20)]
    with FilmEncoder(tmp_path / "still.mp4", SIZE, 30.0, inputs) as encoder:
        for frame in [*moving, *[moving[-1]] * 45]:
            encoder.write(frame)
    assert check_film(tmp_path / "still.mp4").longest_still_seconds > 1.0


def test_stills_of_a_film_of_one_chapter(
    tmp_path: Path, renderer: DiscRenderer, acted: Performance, told: Narration, text: FilmText
) -> None:
    # Every story of one page is such a film, and moviepy 2.2.1 cannot open it.
    one = FilmText(text.cards, text.labels, [(0, "이야기")])
    report = write_film(tmp_path / "film.mp4", renderer, acted, told, one)
    assert [s.shape for s in film_stills(report.path, [0.5, 1.0], 80)] == [(45, 80, 3)] * 2


def test_odd_sizes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="even width and height"):
        FilmEncoder(tmp_path / "a.mp4", (321, 180), 30.0, _bare_inputs(tmp_path))


def test_ffmpeg_says_why_it_failed(tmp_path: Path) -> None:
    inputs = _bare_inputs(tmp_path)
    (tmp_path / "sound.wav").write_bytes(b"no sound")
    with pytest.raises(FfmpegError, match="sound.wav"):
        with FilmEncoder(tmp_path / "a.mp4", SIZE, 30.0, inputs) as encoder:
            for _ in range(200):
                encoder.write(np.zeros((SIZE[1], SIZE[0], 3), np.uint8))


def test_the_stage_follows_the_mood_and_moves(acted: Performance) -> None:
    stage = Stage(acted, SIZE, DiscRenderer.framed_points)
    fps, start = acted.timeline.fps, acted.timeline.speech_start
    happy, sad = (stage.background(int((start + t) * fps)).astype(int) for t in (0.7, 2.0))
    assert happy.shape == (SIZE[1], SIZE[0], 3)
    assert happy[..., 0].mean() > happy[..., 2].mean() + 20  # warm
    assert sad[..., 2].mean() > sad[..., 0].mean() + 10  # cold
    steps = [
        np.abs(stage.background(i + 1).astype(int) - stage.background(i)).mean()
        for i in range(acted.timeline.n_frames - 1)
    ]
    assert max(steps) < 12.0  # cross-fades, never cuts
