"""Folders in the store: replaced whole, checked on read, swept of what dead writers left."""

import errno
import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from upath import UPath

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store import (
    Folder,
    content_hash,
    is_stored,
    local,
    pointer,
    read_folder,
    write_folder,
)


def make(parent: Path, word: str) -> Path:
    """A folder whose files all say one word."""
    folder = parent / f"source-{word}"
    (folder / "sub").mkdir(parents=True, exist_ok=True)
    for name in ("a.txt", "sub/나.txt"):
        (folder / name).write_text(word * 100, "utf-8")
    return folder


def words(folder: Path) -> set[str]:
    """What the files say: one word if the folder is whole."""
    texts = [p.read_text("utf-8") for p in folder.rglob("*.txt")]
    assert len(texts) == 2
    return {text[: len(text) // 100] for text in texts}


@pytest.fixture(params=["local", "memory"])
def target(request, tmp_path: Path) -> UPath:
    root = tmp_path / "store" if request.param == "local" else f"memory://{tmp_path.name}"
    return UPath(root) / "books" / "film"


def test_folder_is_replaced_and_read_back(target, tmp_path):
    """The second version mixed with the first."""
    assert not is_stored(target)
    for word in ("one", "two"):
        manifest = write_folder(target, make(tmp_path, word))
        assert manifest.content == content_hash(tmp_path / f"source-{word}")
        assert words(read_folder(target)) == {word}
    assert is_stored(target)
    assert manifest.bytes == 600


def test_never_stored_is_said(target):
    """FileNotFoundError of an inner path."""
    with pytest.raises(BadInput, match="never materialized"):
        read_folder(target)


def test_earlier_version_stays_for_its_readers_a_while(target, tmp_path, monkeypatch):
    """A film being rendered from heads that a second run replaces."""
    write_folder(target, make(tmp_path, "one"))
    one = read_folder(target)
    write_folder(target, make(tmp_path, "two"))
    assert words(one) == {"one"}
    monkeypatch.setattr(pointer, "GRACE", timedelta(0))
    monkeypatch.setattr(pointer, "LONGEST_UPLOAD", timedelta(0))
    write_folder(target, make(tmp_path, "three"))
    kept = {p.name for p in (target / ".versions").iterdir()}
    assert len(kept) == 2, "the current version and the one it replaced"
    assert words(read_folder(target)) == {"three"}


def test_equal_content_is_not_written_again(tmp_path):
    """A nightly run that fills the disk with copies."""
    target = tmp_path / "t"
    write_folder(target, make(tmp_path, "one"))
    before = read_folder(target)
    write_folder(target, make(tmp_path, "one"))
    assert read_folder(target) == before
    assert len(list((target / ".versions").iterdir())) == 1


def damage_missing(file: Path) -> None:
    file.unlink()


def damage_truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def damage_changed(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[3] ^= 1
    file.write_bytes(data)


@pytest.mark.parametrize("name", ["a.txt", "sub/나.txt", "manifest.json"])
@pytest.mark.parametrize("damage", [damage_missing, damage_truncated, damage_changed])
def test_damage_is_found_named_and_mended_by_writing_again(tmp_path, damage, name):
    """A truncated mesh read as a head; or equal content taken for undamaged."""
    target = tmp_path / "t"
    write_folder(target, make(tmp_path, "one"))
    damage(read_folder(target) / name)
    with pytest.raises(BadInput) as caught:
        read_folder(target)
    assert caught.value.file.endswith(name)
    assert "Materialize" in caught.value.mend
    write_folder(target, make(tmp_path, "one"))
    assert words(read_folder(target)) == {"one"}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version":"../../x","manifest_sha256":"0"}'])
def test_damaged_pointer_is_named_and_mended(target, tmp_path, text):
    """A pointer that leads out of the store."""
    write_folder(target, make(tmp_path, "one"))
    (target / "current.json").write_text(text)
    with pytest.raises(BadInput, match=r"current\.json"):
        read_folder(target)
    write_folder(target, make(tmp_path, "one"))
    assert words(read_folder(target)) == {"one"}


def test_damage_in_a_bucket_is_found(tmp_path):
    """A truncated download taken for the file."""
    target = UPath(f"memory://{tmp_path.name}-damage") / "t"
    write_folder(target, make(tmp_path, "one"))
    [version] = (target / ".versions").iterdir()
    (version / "a.txt").write_bytes(b"short")
    with pytest.raises(BadInput, match=r"a\.txt"):
        read_folder(target, tmp_path / "cache")
    (version / "a.txt").unlink()
    with pytest.raises(BadInput, match=r"a\.txt: is missing from the store"):
        read_folder(target, tmp_path / "cache")
    assert not list((tmp_path / "cache").iterdir()), "nothing half-downloaded stays"


def test_cached_download_is_checked_and_fetched_again(tmp_path):
    """A cache that somebody cleaned by half."""
    target = UPath(f"memory://{tmp_path.name}-cache") / "t"
    write_folder(target, make(tmp_path, "one"))
    first = read_folder(target, tmp_path / "cache")
    (first / "a.txt").unlink()
    assert words(read_folder(target, tmp_path / "cache")) == {"one"}


FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    "step",
    ["copy_durably", "write_durably", "fsync_folder", "Path.rename", "os.replace", "os.fsync"],
)
def test_disk_full_at_any_step_leaves_the_old_version(tmp_path, monkeypatch, step):
    """Half a folder left as the current one; staging left behind for ever."""
    target = tmp_path / "t"
    write_folder(target, make(tmp_path, "one"))
    source = make(tmp_path, "two")

    def fail(*_args, **_kwargs):
        raise FULL

    owner, _, name = step.rpartition(".")
    with monkeypatch.context() as patch:
        patch.setattr({"": local, "Path": Path, "os": os}[owner], name, fail)
        with pytest.raises(OSError, match="No space left"):
            write_folder(target, source)
    assert words(read_folder(target)) == {"one"}
    assert not list((target / ".versions").glob(".staging*"))
    write_folder(target, source)
    assert words(read_folder(target)) == {"two"}
    assert not list(target.glob("*.tmp"))


def test_disk_full_at_the_pointer_leaves_the_old_version(tmp_path, monkeypatch):
    """The very last step failing, with the new version's folder in place already."""
    target, write = tmp_path / "t", local.write_durably
    write_folder(target, make(tmp_path, "one"))

    def fail_at_pointer(path: Path, data: bytes) -> None:
        if path.name == pointer.POINTER_NAME:
            raise FULL
        write(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(local, "write_durably", fail_at_pointer)
        with pytest.raises(OSError, match="No space left"):
            write_folder(target, make(tmp_path, "two"))
    assert words(read_folder(target)) == {"one"}
    write_folder(target, make(tmp_path, "six"))
    assert words(read_folder(target)) == {"six"}
    assert len(list((target / ".versions").iterdir())) == 2, "the failed version was swept"


def test_upload_that_breaks_off_leaves_the_old_version(tmp_path, monkeypatch):
    """A pointer written before the files it points to."""
    target = UPath(f"memory://{tmp_path.name}-broken") / "t"
    write_folder(target, make(tmp_path, "one"))
    uploads = iter(range(1))

    def one_upload(*_args):
        if next(uploads, None) is None:
            raise FULL

    with monkeypatch.context() as patch:
        patch.setattr(type(target.fs), "put_file", one_upload)
        with pytest.raises(OSError, match="No space left"):
            write_folder(target, make(tmp_path, "two"))
    assert words(read_folder(target)) == {"one"}


def test_many_writers_and_readers_at_once(tmp_path):
    """Two runs of one partition writing into one folder."""
    target, failures, seen = tmp_path / "t", [], set()
    sources = {word: make(tmp_path, word) for word in ("one", "two", "six", "ten")}
    write_folder(target, sources["one"])

    def attempt(work):
        try:
            for _ in range(8):
                work()
        except Exception as error:
            failures.append(error)

    threads = [
        threading.Thread(target=attempt, args=(lambda s=s: write_folder(target, s),))
        for s in sources.values()
    ]
    threads += [
        threading.Thread(
            target=attempt, args=(lambda: seen.add(frozenset(words(read_folder(target)))),)
        )
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert all(len(said) == 1 for said in seen)


def test_empty_folder_is_refused(tmp_path):
    """An asset that forgot to write, stored as success."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match="has no files"):
        write_folder(tmp_path / "t", tmp_path / "empty")


def test_only_scratch_folders_are_discarded(tmp_path):
    """A book's own folder removed after it was stored."""
    mine, scratch = Folder(tmp_path), Folder.scratch(tmp_path / "s")
    for folder in (mine, scratch):
        folder.discard()
    assert tmp_path.is_dir()
    assert not scratch.path.exists()


def test_a_stored_folder_has_the_hash_of_its_files_and_can_be_stored_again(tmp_path):
    # Guards against a manifest that becomes part of the content, or stops a second store.
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.txt").write_text("a", "utf-8")
    wanted = content_hash(source)
    write_folder(tmp_path / "one", source)
    stored = read_folder(tmp_path / "one")
    assert content_hash(stored) == wanted
    copy = Folder(stored).copy()
    write_folder(tmp_path / "two", copy.path)
    assert content_hash(read_folder(tmp_path / "two")) == wanted
    copy.discard()
    assert not copy.path.exists() and (stored / "a.txt").is_file()
