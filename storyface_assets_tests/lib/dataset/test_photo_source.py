"""Damaged archives and odd names, from real files."""

import json
import zipfile

import pytest

from storyface_assets.lib.dataset.aihub import read_emotion_photos
from storyface_assets.lib.dataset.listing import list_set
from storyface_assets.lib.dataset.photo_source import PhotoSource
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store import Memo
from storyface_assets_tests.lib.dataset.small_aihub import entry, jpeg, name_of, small_set


def damaged(path, method):
    """An archive of one photo and one label file whose packed bytes were changed."""
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("p/a.jpg", jpeg(1))
        archive.writestr("l.json", json.dumps([entry(name_of(n)) for n in range(20)]))
        offsets = [info.header_offset + 30 + len(info.filename) for info in archive.infolist()]
    data = bytearray(path.read_bytes())
    for offset in offsets:
        data[offset + 9 : offset + 29] = b"\xff" * 20  # after LZMA's own header
    path.write_bytes(bytes(data))


@pytest.mark.parametrize(
    "method",
    [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA],
    ids=["stored", "deflated", "bzip2", "lzma"],
)
def test_damaged_members_are_rows_whatever_packed_them(tmp_path, method):
    """Fault: one damaged member of an LZMA archive stops the whole run (LZMAError)."""
    root = tmp_path / "set"
    root.mkdir()
    small_set(root, 1)
    damaged(root / "z.zip", method)
    with pytest.raises(BadInput, match="cannot be read"):
        PhotoSource(root).read("z.zip!/p/a.jpg")
    table = read_emotion_photos(root, Memo(tmp_path / "memo", "files", "1"), 1).table
    reasons = dict(zip(table["photo"], table["reason"], strict=True))
    assert reasons["z.zip!/p/a.jpg"] == "unreadable"
    assert reasons["z.zip!/l.json#0"].startswith("label file")
    assert table["kept"].sum() == 1


def test_a_damaged_name_inside_an_archive_is_an_unreadable_member(tmp_path):
    """Fault: a member whose own header has bytes that are no UTF-8 stops the run (ValueError)."""
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("a.jpg", jpeg(1))
    data = bytearray((tmp_path / "z.zip").read_bytes())
    data[7] |= 8  # the flag "the name is UTF-8"
    data[30] = 0xFF
    (tmp_path / "z.zip").write_bytes(bytes(data))
    with pytest.raises(BadInput, match="cannot be read"):
        PhotoSource(tmp_path).read("z.zip!/a.jpg")


def test_a_member_with_a_password_is_unreadable(tmp_path):
    """Fault: RuntimeError of zipfile is no fault of the photo."""
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("a.jpg", jpeg(1))
    data = bytearray((tmp_path / "z.zip").read_bytes())
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    (tmp_path / "z.zip").write_bytes(bytes(data))
    with pytest.raises(BadInput, match="cannot be read"):
        PhotoSource(tmp_path).read("z.zip!/a.jpg")


@pytest.mark.parametrize("folder", ["new!", "set.zip!", "a.zip!/b!"])
def test_a_folder_that_ends_in_an_exclamation_mark_is_no_archive(tmp_path, folder):
    """Fault: photos and labels in a folder "new!" are sought in an archive "new"."""
    root = tmp_path / "set"
    (root / folder).mkdir(parents=True)
    name = small_set(root, 1)[0]
    inner = name_of(7)
    (root / folder / inner).write_bytes(jpeg(7))
    (root / folder / "l.json").write_text(json.dumps([entry(inner)]), "utf-8")
    assert PhotoSource(root).read(f"{folder}/{inner}") == jpeg(7)
    table = read_emotion_photos(root, Memo(tmp_path / "memo", "files", "1"), 1).table
    assert sorted(table.loc[table["kept"], "filename"]) == sorted([name, inner])


def test_an_archive_in_such_a_folder_is_still_one(tmp_path):
    """Fault: the first "!/" of a name is taken for the archive's end."""
    (tmp_path / "new!").mkdir()
    with zipfile.ZipFile(tmp_path / "new!" / "Z.ZIP", "w") as archive:
        archive.writestr("odd!/a.jpg", jpeg(2))
    [photo] = list_set(tmp_path).photos["photo"].to_pylist()
    assert photo == "new!/Z.ZIP!/odd!/a.jpg"
    assert PhotoSource(tmp_path).read(photo) == jpeg(2)
