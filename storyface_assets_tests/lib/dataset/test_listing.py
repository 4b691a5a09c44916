"""What lies in a set's folder, and the data version of it."""

import os

import pytest

from storyface_assets.lib.dataset.archives import is_safe
from storyface_assets.lib.dataset.listing import list_set, listing_version
from storyface_assets.lib.dataset.photo_source import PhotoSource
from storyface_assets.lib.errors import BadInput
from storyface_assets_tests.lib.dataset.small_aihub import jpeg, name_of, small_set, write_zip


def test_photos_and_other_files_are_told_apart(tmp_path):
    small_set(tmp_path, 2)
    (tmp_path / "b.GIF").write_bytes(b"GIF89a")
    (tmp_path / ".hidden.jpg").write_bytes(jpeg())
    write_zip(tmp_path / "z.zip", {"a.jpg": jpeg(), "__MACOSX/._a.jpg": b"x", "l.json": b"[]"})
    listing = list_set(tmp_path)
    assert listing.photos.num_rows == 4
    photos = listing.photos["photo"].to_pylist()
    assert photos == sorted(photos) and {"b.GIF", "z.zip!/a.jpg"} < set(photos)
    assert listing.others[0] == "z.zip!/l.json" and listing.others[1].endswith("(기쁨).json")
    assert len(listing.others) == 2 and not listing.unreadable


def test_version_is_that_of_the_files(tmp_path):
    # Guards against a set that is stale every night, and against one that never is.
    small_set(tmp_path, 2)
    first = listing_version(tmp_path)
    assert listing_version(tmp_path) == first
    photo = next(tmp_path.rglob("*.jpg"))
    data, status = photo.read_bytes(), photo.stat()
    photo.write_bytes(data[:-1] + b"\0")
    os.utime(photo, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    changed = listing_version(tmp_path)
    assert changed != first
    os.utime(photo, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert listing_version(tmp_path) == first
    photo.rename(photo.with_name("x.jpg"))
    assert listing_version(tmp_path) not in (first, changed)


def test_missing_folder_and_names_that_are_no_text_have_a_version(tmp_path):
    assert len(listing_version(tmp_path / "none")) == 64
    with open(os.fsencode(tmp_path) + b"/" + name_of(1).encode("cp949"), "wb"):
        pass
    assert listing_version(tmp_path) != listing_version(tmp_path / "none")


@pytest.mark.parametrize(
    "name",
    [
        "../a.jpg",
        "a/../../b.jpg",
        "/etc/passwd",
        "\\\\host\\a.jpg",
        "C:\\a.jpg",
        "a\0.jpg",
        "",
        "a\\..\\b",
    ],
)
def test_names_that_lead_out_are_unsafe(tmp_path, name):
    assert not is_safe(name)
    for photo in (name, f"z.zip!/{name}"):
        with pytest.raises(BadInput):
            PhotoSource(tmp_path).read(photo)


@pytest.mark.parametrize("name", ["a.jpg", "원천데이터/여_..._기쁨.jpg", "a!/b.jpg", "x/ .jpg"])
def test_odd_names_are_safe(name):
    assert is_safe(name)


def test_large_files_and_members_are_not_read(tmp_path, monkeypatch):
    # Guards against an archive of kilobytes that fills the memory.
    monkeypatch.setattr("storyface_assets.lib.dataset.photo_source.MAX_BYTES", 1000)
    (tmp_path / "a.jpg").write_bytes(bytes(1001))
    write_zip(tmp_path / "z.zip", {"a.jpg": bytes(1001)})
    for photo in ("a.jpg", "z.zip!/a.jpg"):
        with pytest.raises(BadInput, match="more than"):
            PhotoSource(tmp_path).read(photo)
