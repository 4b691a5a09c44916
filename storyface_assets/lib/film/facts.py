"""Decode a finished film from end to end and say what is in it."""

import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.film.ffmpeg import ffmpeg_binary, start

_WIDTH, _HEIGHT = 96, 54
_RATE = 8_000


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
    gray = (
        f"-map 0:v:0 -vf scale={_WIDTH}:{_HEIGHT} -pix_fmt gray -f rawvideo -fps_mode passthrough"
    )
    pixels = np.frombuffer(_decode(path, gray.split()), np.uint8)
    pictures = pixels.reshape(-1, _WIDTH * _HEIGHT)
    sound = np.frombuffer(_decode(path, f"-map 0:a:0 -ac 1 -ar {_RATE} -f s16le".split()), "<i2")
    if not len(pictures):
        raise _broken(path, "has no frames")
    change = np.array(
        [
            np.abs(b.astype(np.int16) - a).mean()
            for a, b in zip(pictures[:-1], pictures[1:], strict=True)
        ]
    )
    return FilmFacts(
        frames=len(pictures),
        fps=fps,
        size=(int(video.group(1)), int(video.group(2))),
        video_seconds=len(pictures) / fps,
        audio_seconds=len(sound) / _RATE,
        audio_peak=float(np.abs(sound.astype(np.int32)).max(initial=0)) / 32768,
        mean_change=float(change.mean()) if len(change) else 0.0,
        longest_still_seconds=_longest_run(change == 0.0) / fps,
        chapters=len(re.findall(r"Chapter #0:\d+", header)),
    )


def _decode(path: Path, arguments: list[str]) -> bytes:
    with tempfile.TemporaryFile() as log:
        source = ["-xerror", "-i", str(path.resolve()), *arguments, "pipe:1"]
        process = start(source, path.parent.resolve(), log, read=True)
        data = process.communicate()[0]
        log.seek(0)
        message = log.read().decode("utf-8", "replace").strip()
    if process.returncode != 0 or message:
        raise _broken(path, f"does not decode to its end ({message[-200:]})")
    return data


def _broken(path: Path, problem: str) -> BadInput:
    return BadInput(path, "", f"{problem}.", "Materialize the book's film again.")


def _longest_run(flags: np.ndarray) -> int:
    """Length of the longest run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max(initial=0))
