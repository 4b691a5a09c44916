"""ffmpeg, as imageio-ffmpeg ships it: starting it, and turning its failures into errors."""

import errno
import re
import subprocess
from pathlib import Path
from typing import IO

import imageio_ffmpeg

from storyface_assets.lib.errors import BadInput


class FfmpegError(RuntimeError):
    """ffmpeg failed for a reason that the user cannot mend."""


def ffmpeg_binary() -> str:
    """Path of the binary."""
    return str(imageio_ffmpeg.get_ffmpeg_exe())


def start(
    arguments: list[str], cwd: Path, log: IO[bytes], read: bool = False
) -> subprocess.Popen[bytes]:
    """Start ffmpeg with a pipe to its input (or from its output if ``read``).

    Its messages go to a file: a full pipe of messages would stop it.
    """
    command = [ffmpeg_binary(), "-hide_banner", "-loglevel", "error", "-y", *arguments]
    stdin, stdout = (subprocess.DEVNULL, subprocess.PIPE) if read else (subprocess.PIPE, None)
    return subprocess.Popen(command, cwd=cwd, stdin=stdin, stdout=stdout, stderr=log)


def failure(
    messages: str, target: Path, status: int | None, cause: OSError | None = None
) -> Exception:
    """The error to raise when ffmpeg failed to write ``target``."""
    full = cause is not None and cause.errno in (errno.ENOSPC, errno.EDQUOT)
    if full or re.search(r"No space left on device|Disk quota exceeded|File too large", messages):
        return disk_full(target)
    last = " | ".join(messages.strip().splitlines()[-3:]) or "no message"
    return FfmpegError(f"ffmpeg stopped with status {status} while making {target}: {last}")


def disk_full(target: Path, needed: int | None = None, free: int | None = None) -> BadInput:
    """The error for a disk that has, or will have, no room for the film."""
    what = "ran out of disk space while it was being written."
    if needed is not None and free is not None:
        what = f"needs about {_megabytes(needed)} of disk space; {_megabytes(free)} are free."
    return BadInput(
        target, "disk", what, "Free some space there, or set TMPDIR to a folder on a larger disk."
    )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
