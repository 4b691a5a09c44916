"""Make the film: render, encode, letter, and put the result in place at the very end."""

import errno
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np

from storyface_assets.lib.film.credentials import sign_film
from storyface_assets.lib.film.cues import Cue, make_cues
from storyface_assets.lib.film.encoder import EncoderInputs, FilmEncoder
from storyface_assets.lib.film.ffmpeg import disk_full
from storyface_assets.lib.film.fonts import font_path
from storyface_assets.lib.film.lettering import (
    LINE_WIDTH,
    burned_script,
    subtitle_em,
    subtitle_file,
)
from storyface_assets.lib.film.performance import Performance
from storyface_assets.lib.film.report import FilmReport, FilmText, FrameRenderer, Progress
from storyface_assets.lib.film.soundtrack import film_metadata, write_soundtrack
from storyface_assets.lib.film.stage import Stage
from storyface_assets.lib.film.workroom import space_needed, workroom
from storyface_assets.lib.heads.wrinkles import WrinkleBlend
from storyface_assets.lib.speech import Narration
from storyface_assets.lib.speech.loudness import integrated_loudness, true_peak_db
from storyface_assets.vocabulary import TEXT_EMOTIONS

_PROGRESS_EVERY = 15
_POSTER_QUALITY = 90


def write_film(
    out: Path,
    renderer: FrameRenderer,
    performance: Performance,
    narration: Narration,
    text: FilmText,
    seed: int = 0,
    workers: int = 2,
    on_progress: Progress | None = None,
    identity_dir: Path | None = None,
    wrinkles: WrinkleBlend | None = None,
) -> FilmReport:
    """Render and encode a film.

    Beside ``film.mp4`` it puts ``film.srt``, ``film.vtt``, ``film.ass`` (everything drawn as
    letters, as the encoder read it) and ``poster.jpg``. All is made in a hidden sibling folder and
    moved at the end, the film last: a film that is there is whole.

    Args:
        out: path of the mp4.
        renderer: draws the head; its size is the film's.
        performance: the acting.
        narration: the voice that the performance was made for.
        text: title, author, credits, labels, chapters.
        seed: places the floating lights of the backdrop.
        workers: threads of the renderer.
        on_progress: told how many frames are done.
        identity_dir: the installation's key for Content Credentials, made at first use; ``None``
            leaves the film unsigned.
        wrinkles: of the head, if it has any.

    Raises:
        BadInput: not enough disk space, before or during writing; a key that cannot sign.
        FfmpegError: ffmpeg failed otherwise.
    """
    timeline, size = performance.timeline, renderer.size
    clock = _Clock()
    with workroom(out, space_needed(timeline.seconds, size)) as room, _full_disk_named(out):
        cues = make_cues(
            narration, text.labels, timeline, subtitle_em(size[1]), LINE_WIDTH * size[0]
        )
        with clock.time("stage"):
            stage = Stage(performance, size, renderer.framed_points, seed, wrinkles)
            inputs = encoder_inputs(room, narration, performance, text, size, cues)
        subtitles = subtitle_file(cues)
        (room / "film.srt").write_text(subtitles.to_string("srt"), "utf-8")
        (room / "film.vtt").write_text(subtitles.to_string("vtt"), "utf-8")
        poster_at = poster_frame(performance)
        with FilmEncoder(room / "film.mp4", size, timeline.fps, inputs) as encoder:
            for i, frame in enumerate(_frames(renderer, performance, stage, workers, clock)):
                if i == poster_at:
                    _write_poster(room / "poster.jpg", frame)
                with clock.time("encode"):
                    encoder.write(frame)
                if on_progress and (i % _PROGRESS_EVERY == 0 or i + 1 == timeline.n_frames):
                    on_progress(i + 1, timeline.n_frames)
            finish = time.perf_counter()
        clock.seconds["finish"] = time.perf_counter() - finish
        if identity_dir:
            with clock.time("sign"):
                sign_film(room / "film.mp4", room / "signed.mp4", identity_dir, text.cards.title)
                os.replace(room / "signed.mp4", room / "film.mp4")
        places = {
            "film.srt": out.with_suffix(".srt"),
            "film.vtt": out.with_suffix(".vtt"),
            inputs.script: out.with_suffix(".ass"),
            "poster.jpg": out.parent / "poster.jpg",
            "film.mp4": out,
        }
        for name, place in places.items():
            os.replace(room / name, place)
    return FilmReport(
        path=out,
        srt=places["film.srt"],
        vtt=places["film.vtt"],
        script=places[inputs.script],
        poster=places["poster.jpg"],
        frames=timeline.n_frames,
        seconds=timeline.seconds,
        size=size,
        loudness=integrated_loudness(narration.audio, narration.rate),
        true_peak=true_peak_db(narration.audio),
        seconds_of={k: round(v, 3) for k, v in clock.seconds.items()},
        credentials="C2PA, signed with this installation's key" if identity_dir else "none",
        warnings=narration.warnings,
    )


def poster_frame(performance: Performance) -> int:
    """The frame for the poster: a strong, preferably happy emotion, eyes open, face fully there."""
    mood = performance.mood
    wished = mood[:, TEXT_EMOTIONS.index("행복")] + 0.6 * (mood.max(1) - mood[:, 0])
    # Lids: the frames in which the expression moves most are blinks and changes of emotion.
    restless = np.abs(np.diff(performance.expression, axis=0, prepend=performance.expression[:1]))
    score = wished - 0.8 * np.clip(restless.max(1) * 8, 0, 1) + (performance.presence >= 1.0)
    speech = performance.pose[:, 3]
    return int(np.argmax(score - 0.5 * speech / max(float(speech.max()), 1e-6)))


def _frames(
    renderer: FrameRenderer,
    performance: Performance,
    stage: Stage,
    workers: int,
    clock: "_Clock",
) -> Iterator[np.ndarray]:
    """All frames in order; where the face is not there yet, only the stage."""
    presence = performance.presence
    there = np.flatnonzero(presence > 0.0)
    first, last = (int(there[0]), int(there[-1]) + 1) if len(there) else (0, 0)
    rendered = iter(renderer.render_many(stage.states(first, last), workers))
    for i in range(performance.timeline.n_frames):
        with clock.time("render"):
            if not first <= i < last:
                frame = stage.background(i)
            else:
                frame = next(rendered)
                if presence[i] < 1.0:
                    share = float(presence[i])
                    frame = cv2.addWeighted(frame, share, stage.background(i), 1.0 - share, 0.0)
        yield frame


def encoder_inputs(
    room: Path,
    narration: Narration,
    performance: Performance,
    text: FilmText,
    size: tuple[int, int],
    cues: list[Cue],
) -> EncoderInputs:
    """Write sound, lettering, font and metadata into a folder for the encoder."""
    inputs = EncoderInputs(room, "sound.wav", "text.ass", "fonts", "metadata.txt")
    (room / inputs.fonts).mkdir()
    shutil.copy(font_path(), room / inputs.fonts)
    write_soundtrack(room / inputs.audio, narration, performance.timeline)
    script = burned_script(cues, text.cards, performance.timeline, size)
    script.save(str(room / inputs.script), format_="ass")
    metadata = film_metadata(text, narration, performance.timeline)
    (room / inputs.metadata).write_text(metadata, "utf-8")
    return inputs


def _write_poster(path: Path, frame: np.ndarray) -> None:
    options = [cv2.IMWRITE_JPEG_QUALITY, _POSTER_QUALITY]
    if not cv2.imwrite(str(path), np.ascontiguousarray(frame[..., ::-1]), options):
        raise OSError(errno.EIO, f"could not write {path}")


@contextmanager
def _full_disk_named(out: Path) -> Iterator[None]:
    """A full disk while writing sound or subtitles is told as for the film itself."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full(out) from error
        raise


class _Clock:
    """Wall seconds of each stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def time(self, stage: str) -> Iterator[None]:
        """Add what the block takes to a stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - start
