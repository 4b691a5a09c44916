"""Frames and sound → an mp4, through a pipe to ffmpeg."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

import cv2
import numpy as np

from storyface_assets.lib.film.ffmpeg import failure, start


@dataclass(frozen=True)
class EncoderInputs:
    """Files that go into a film besides its frames; all inside one folder.

    Attributes:
        folder: where ffmpeg runs, so that no path needs escaping inside a filter.
        audio: name of the WAV.
        script: name of the ASS script to burn in.
        fonts: name of the folder with its font.
        metadata: name of the ffmetadata file (title, chapters).
    """

    folder: Path
    audio: str
    script: str
    fonts: str
    metadata: str


class FilmEncoder:
    """Writes H.264 + AAC with the index in front, one frame after another.

    Use as a context manager; leaving it normally finishes the file, an exception kills ffmpeg.

    Raises:
        BadInput: the disk is full.
        FfmpegError: ffmpeg failed otherwise.
    """

    def __init__(
        self, target: Path, size: tuple[int, int], fps: float, inputs: EncoderInputs
    ) -> None:
        if size[0] % 2 or size[1] % 2:
            raise ValueError(f"H.264 in 4:2:0 needs an even width and height, not {size}")
        self._target, self._size = target, size
        self._arguments = _arguments(target, size, fps, inputs)
        self._folder = inputs.folder
        self._planes = np.empty((size[1] * 3 // 2, size[0]), np.uint8)
        self._log: IO[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "FilmEncoder":
        self._log = (self._folder / "ffmpeg.log").open("w+b")
        self._process = start(self._arguments, self._folder, self._log)
        return self

    def write(self, frame: np.ndarray) -> None:
        """Append a frame ``(H, W, 3)`` uint8 RGB."""
        if frame.shape != (self._size[1], self._size[0], 3) or frame.dtype != np.uint8:
            raise ValueError(f"a frame of {frame.shape} {frame.dtype} in a film of {self._size}")
        assert self._process is not None and self._process.stdin is not None  # noqa: S101
        # Half the bytes of RGB through the pipe, and OpenCV converts faster than swscale.
        cv2.cvtColor(frame, cv2.COLOR_RGB2YUV_I420, self._planes)
        try:
            self._process.stdin.write(self._planes.data)
        except OSError as error:
            raise self._failed(error) from error

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process is not None and self._log is not None  # noqa: S101
        try:
            if kind is not None:
                self._process.kill()
                self._process.wait()
                return
            assert self._process.stdin is not None  # noqa: S101
            try:
                self._process.stdin.close()
            except OSError as broken:
                raise self._failed(broken) from broken
            if self._process.wait() != 0:
                raise self._failed(None)
        finally:
            self._log.close()

    def _failed(self, cause: OSError | None) -> Exception:
        assert self._process is not None and self._log is not None  # noqa: S101
        status = self._process.wait()
        self._log.seek(0)
        return failure(self._log.read().decode("utf-8", "replace"), self._target, status, cause)


def _arguments(target: Path, size: tuple[int, int], fps: float, inputs: EncoderInputs) -> list[str]:
    # OpenCV's I420 is BT.601 in studio range; said so, players show the right colours.
    colour = ["-colorspace", "smpte170m", "-color_range", "tv"]
    return [
        *("-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{size[0]}x{size[1]}", "-r", f"{fps:g}"),
        *(*colour, "-i", "pipe:0", "-i", inputs.audio, "-f", "ffmetadata", "-i", inputs.metadata),
        *("-map", "0:v", "-map", "1:a", "-map_metadata", "2", "-map_chapters", "2"),
        *("-vf", f"ass={inputs.script}:fontsdir={inputs.fonts}"),
        # As good as veryfast at crf 20 (SSIM .9955 and .9953 on a film of ours) for half the
        # processor time; the file is half as large again.
        *("-c:v", "libx264", "-preset", "superfast", "-crf", "23", "-pix_fmt", "yuv420p"),
        *(*colour, "-color_primaries", "bt709", "-color_trc", "bt709"),
        *("-c:a", "aac", "-b:a", "128k", "-ar", "48000", "-ac", "2"),
        *("-movflags", "+faststart", "-f", "mp4", str(target)),
    ]
