"""What git must never take up."""

import shutil
import subprocess

import pytest

from storyface_assets_tests.tiny_books import REPOSITORY

SAMPLES = ("barami-meomun-bitjaru", "byeori-deun-jumeoni", "miun-agi-ori")


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_the_photos_of_a_familys_own_books_are_ignored(tmp_path):
    # `git add .` would publish a child's face.
    shutil.copyfile(REPOSITORY / ".gitignore", tmp_path / ".gitignore")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    for slug in (*SAMPLES, "our-book", ".new-12345678"):
        (tmp_path / "data" / "books" / slug).mkdir(parents=True)
        (tmp_path / "data" / "books" / slug / "portrait.jpg").write_bytes(b"x")
    (tmp_path / "data" / "heads" / "our-book").mkdir(parents=True)
    (tmp_path / "data" / "heads" / "our-book" / "skin.png").write_bytes(b"x")
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    taken = subprocess.run(
        ["git", "ls-files", "data"], cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout.split()
    assert taken == [f"data/books/{slug}/portrait.jpg" for slug in SAMPLES]
