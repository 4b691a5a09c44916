"""Decode a finished film from end to end and say what is in it."""

import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.film.ffmpeg import ffmpeg_binary, start

_WIDTH, _HEIGHT = 96, 54
_RATE = 8_000
#: Levels of 255 up to which two pictures are one: a frozen one differs by .05 to .1 from frame to
#: frame (x264's superfast), our quietest moments exceed .15 within a quarter of a second.
_STILL = 0.15


@dataclass(frozen=True)
class FilmFacts:
    """What decoding found.

    Attributes:
        frames: number of decoded pictures.
        fps: frames a second as the file says.
        size: width, height in pixels.
        video_seconds: frames / fps.
        audio_seconds: decoded sound.
        audio_peak: largest sample, 0–1.
        mean_change: mean absolute change of luminance between neighbouring frames, 0–255.
        longest_still_seconds: longest run of frames that do not change at all.
        chapters: number of chapters.
    """

    frames: int
    fps: float
    size: tuple[int, int]
    video_seconds: float
    audio_seconds: float
    audio_peak: float
    mean_change: float
    longest_still_seconds: float
    chapters: int


def check_film(path: Path) -> FilmFacts:
    """Decode all of a film.

    Raises:
        BadInput: it is missing, has no picture or sound, or breaks off.
    """
    if not path.is_file():
        raise BadInput(path, "", "is not there.", "Materialize the book's film.")
    header = subprocess.run(
        [ffmpeg_binary(), "-hide_banner", "-i", str(path)], capture_output=True, check=False
    ).stderr.decode("utf-8", "replace")
    video = re.search(r"Video: .*?, (\d+)x(\d+)[ ,].*?([\d.]+) fps", header)
    if not video or "Audio: " not in header:
        raise _broken(path, "has no picture or no sound")
    fps = float(video.group(3))
    frames, changes, still = _movement(path)
    if not frames:
        raise _broken(path, "has no frames")
    heard = _decode(path, f"-map 0:a:0 -ac 1 -ar {_RATE} -f s16le", 1 << 20)
    sound = np.frombuffer(b"".join(heard), "<i2")
    return FilmFacts(
        frames=frames,
        fps=fps,
        size=(int(video.group(1)), int(video.group(2))),
        video_seconds=frames / fps,
        audio_seconds=len(sound) / _RATE,
        audio_peak=float(np.abs(sound.astype(np.int32)).max(initial=0)) / 32768,
        mean_change=float(changes.mean()) if len(changes) else 0.0,
        longest_still_seconds=still / fps,
        chapters=len(re.findall(r"Chapter #0:\d+", header)),
    )


def _movement(path: Path) -> tuple[int, np.ndarray, int]:
    """How much the picture moves, in mean absolute differences of luminance.

    Returns:
        Number of frames; the change from each to the next; the most frames in which nothing
        moved. A frame is compared with the first of its stretch, so that slow movement counts,
        and what an encoder goes on refining in a picture that stands still does not.
    """
    scaled = f"-map 0:v:0 -vf scale={_WIDTH}:{_HEIGHT} -pix_fmt gray -f rawvideo"
    changes: list[float] = []
    before = first = None
    frames = still = longest = 0
    for data in _decode(path, scaled + " -fps_mode passthrough", _WIDTH * _HEIGHT):
        picture = np.frombuffer(data, np.uint8).astype(np.int16)
        if before is not None:
            changes.append(float(np.abs(picture - before).mean()))
        if first is None or np.abs(picture - first).mean() > _STILL:
            first, still = picture, -1
        still += 1
        longest = max(longest, still)
        before, frames = picture, frames + 1
    return frames, np.array(changes), longest


def _decode(path: Path, arguments: str, chunk: int) -> Iterator[bytes]:
    """Decoded bytes in pieces of ``chunk`` (the last may be shorter), so any length fits memory."""
    with tempfile.TemporaryFile() as log:
        source = ["-xerror", "-i", str(path.resolve()), *arguments.split(), "pipe:1"]
        process = start(source, path.parent.resolve(), log, read=True)
        with process:
            assert process.stdout is not None  # noqa: S101
            while data := process.stdout.read(chunk):
                yield data
        log.seek(0)
        message = log.read().decode("utf-8", "replace").strip()
    if process.returncode != 0 or message:
        raise _broken(path, f"does not decode to its end ({message[-200:]})")


def _broken(path: Path, problem: str) -> BadInput:
    return BadInput(path, "", f"{problem}.", "Materialize the book's film again.")
