"""Temporary folders: a killed process leaves no gigabytes, a living one keeps its work."""

import subprocess
import sys

import pytest

from storyface_assets.lib.store import Folder
from storyface_assets.lib.temporary import make_temporary, remove_temporary

_MAKER = """
import sys
from pathlib import Path
from storyface_assets.lib.temporary import make_temporary
path = make_temporary("storyface-scratch-", Path(sys.argv[1]))
(path / "film.mp4").write_bytes(b"half")
print(path.name, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def maker(tmp_path):
    """Another process that holds a folder, and the folder."""
    command = [sys.executable, "-c", _MAKER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield process, tmp_path / process.stdout.readline().decode().strip()
        process.kill()


def test_the_folder_of_a_killed_process_is_swept(tmp_path, maker):
    # A film's folder is a fresh one each time: nobody would ever come by that one again.
    process, left = maker
    process.kill()
    process.wait()
    assert (left / "film.mp4").exists()
    scratch = Folder.scratch(tmp_path)
    assert list(tmp_path.iterdir()) == [scratch.path]
    scratch.discard()


def test_the_folder_of_a_living_process_stays(tmp_path, maker):
    process, path = maker
    Folder.scratch(tmp_path).discard()
    assert list(tmp_path.iterdir()) == [path]
    process.stdin.close()
    process.wait()
    assert not path.exists()  # it tidied up itself


def test_own_folders_and_what_is_not_ours_stay(tmp_path):
    other, link, elsewhere = tmp_path / "t-x", tmp_path / "s-link", tmp_path / "t-away"
    other.mkdir()
    elsewhere.mkdir()
    link.symlink_to(elsewhere)
    first, second = make_temporary("s-", tmp_path), make_temporary("s-", tmp_path)
    assert first.is_dir() and second.is_dir() and other.is_dir() and link.is_symlink()
    for path in (first, second, second):
        remove_temporary(path)
    assert sorted(tmp_path.iterdir()) == sorted([other, link, elsewhere])
