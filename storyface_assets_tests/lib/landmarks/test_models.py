"""The landmark models' cache: pinned, atomic, and clear when it cannot be filled."""

import subprocess
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.landmarks import models
from storyface_assets.lib.landmarks.models import fetch_models, model_directory, models_present


def fake_wheel(path: Path, content: bytes = b"not a model") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for member, _ in models.MODEL_FILES.values():
            archive.writestr(member, content)
    return path


def left_in(cache: Path) -> list[str]:
    return [path.name for path in cache.iterdir() if path.name != models.LOCK_NAME]


def pin_to(monkeypatch: pytest.MonkeyPatch, wheel: Path, content: bytes) -> None:
    """Make this wheel and these contents the pinned ones."""
    import hashlib

    monkeypatch.setattr(models, "WHEEL_SHA256", hashlib.sha256(wheel.read_bytes()).hexdigest())
    digest = hashlib.sha256(content).hexdigest()
    pinned = {name: (member, digest) for name, (member, _) in models.MODEL_FILES.items()}
    monkeypatch.setattr(models, "MODEL_FILES", pinned)


def test_a_wheel_with_another_checksum_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    wheel = fake_wheel(tmp_path / "mediapipe-0.10.21-fake.whl")
    cache = tmp_path / "cache"
    with pytest.raises(BadInput, match="checksum"):
        fetch_models(cache, wheel=wheel)
    assert left_in(cache) == []


def test_a_file_with_another_checksum_is_refused_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = fake_wheel(tmp_path / "m.whl", b"tampered")
    pin_to(monkeypatch, wheel, b"genuine")
    cache = tmp_path / "cache"
    with pytest.raises(BadInput, match="pinned checksum"):
        fetch_models(cache, wheel=wheel)
    assert left_in(cache) == []


def test_a_good_wheel_fills_the_cache_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = fake_wheel(tmp_path / "m.whl", b"genuine")
    pin_to(monkeypatch, wheel, b"genuine")
    cache, said = tmp_path / "cache", []
    folder = fetch_models(cache, said.append, wheel=wheel)
    assert models_present(cache)
    assert sorted(p.name for p in folder.iterdir()) == sorted(models.MODEL_FILES)
    wheel.unlink()
    assert fetch_models(cache, said.append, wheel=wheel) == folder
    assert len(said) == 1


def test_a_damaged_cache_is_seen_and_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = fake_wheel(tmp_path / "m.whl", b"genuine")
    pin_to(monkeypatch, wheel, b"genuine")
    cache = tmp_path / "cache"
    broken = fetch_models(cache, wheel=wheel) / "iris_landmark.tflite"
    broken.write_bytes(b"genu")
    assert not models_present(cache)
    fetch_models(cache, wheel=wheel)
    assert broken.read_bytes() == b"genuine"
    assert models_present(cache)


def test_without_network_the_error_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1, "", "ERROR: No matching distribution")

    monkeypatch.setattr(models.subprocess, "run", no_network)
    with pytest.raises(BadInput) as caught:
        fetch_models(tmp_path / "cache")
    assert "No matching distribution" in caught.value.problem
    assert "network" in caught.value.mend and str(tmp_path / "cache") in caught.value.mend
    assert not model_directory(tmp_path / "cache").exists()
    assert left_in(tmp_path / "cache") == []


def test_a_wheel_that_a_person_brought_needs_no_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*_: object, **__: object) -> None:
        raise AssertionError("asked the network")

    cache = tmp_path / "cache"
    cache.mkdir()
    wheel = fake_wheel(cache / models.WHEEL_NAME, b"genuine")
    pin_to(monkeypatch, wheel, b"genuine")
    monkeypatch.setattr(models.subprocess, "run", no_network)
    fetch_models(cache)
    assert models_present(cache)


def test_two_at_once_fetch_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Test workers on a fresh checkout: the later one took the models from under the first.
    wheel = fake_wheel(tmp_path / "m.whl", b"genuine")
    pin_to(monkeypatch, wheel, b"genuine")
    downloads: list[Path] = []

    def download(target: Path, _: Path) -> Path:
        downloads.append(target)
        time.sleep(0.2)
        return wheel

    monkeypatch.setattr(models, "_download_wheel", download)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(fetch_models, [tmp_path / "cache"] * 3))
    assert len(downloads) == 1 and models_present(tmp_path / "cache")


def test_a_download_that_hangs_becomes_the_same_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hang(command: list[str], **_: object) -> None:
        raise subprocess.TimeoutExpired(command, 600)

    monkeypatch.setattr(models.subprocess, "run", hang)
    with pytest.raises(BadInput, match="network"):
        fetch_models(tmp_path / "cache")
