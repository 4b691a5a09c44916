"""Reading AI-Hub 82 as it comes: good sets, and one of every fault."""

import io
import json
import os
import unicodedata
import zipfile

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from storyface_assets.checks.dataset import few_photos_are_bad
from storyface_assets.lib.dataset.aihub import EmotionPhotos, read_emotion_photos
from storyface_assets.lib.dataset.listing import listing_version
from storyface_assets.lib.dataset.photo_source import PhotoSource
from storyface_assets.lib.dataset.schema import RAW
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store import Memo
from storyface_assets_tests.lib.dataset.small_aihub import (
    LABELS,
    PEOPLE,
    PHOTOS,
    entry,
    jpeg,
    name_of,
    small_set,
    write_labels,
    write_photo,
    write_zip,
)
from storyface_assets_tests.lib.dataset.test_decoding import huge_png


@pytest.fixture
def read(tmp_path):
    def _read(root) -> EmotionPhotos:
        return read_emotion_photos(root, Memo(tmp_path / "memo", "files", "1"), workers=1)

    return _read


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "aihub82"
    folder.mkdir()
    return folder


def reasons(table: pd.DataFrame) -> dict[str, str]:
    """Reason by file name (of the label row where a photo has none)."""
    return dict(zip(table["photo"], table["reason"], strict=True))


def test_columns_types_and_values(root, read):
    names = small_set(root)
    table = read(root).table
    assert {n: str(t) for n, t in table.dtypes.items()} == dict(RAW)
    assert list(table["filename"]) == names and table["kept"].all()
    row = table.iloc[1]
    assert row["photo"] == f"{PHOTOS}/EMOIMG_기쁨_01/{names[1]}"
    assert (row["person"], row["gender"], row["age"]) == (PEOPLE[0], "female", 20)
    assert (row["width"], row["height"], row["bytes"]) == (96, 80, len(jpeg(1)))
    assert row["box_a_min_y"] == -204.08 and row["label_c"] == "기쁨"
    assert row["professional"] is False or row["professional"] == False  # noqa: E712


def test_labels_are_joined_by_name_not_by_order(root, read):
    # The seeds sorted photos and labels and joined them by position.
    names = [name_of(n) for n in range(4)]
    labels = ["기쁨", "분노", "슬픔", "당황"]
    for n, name in enumerate(names):
        write_photo(root, name, jpeg(n))
    pairs = list(zip(names, labels, strict=True))
    write_labels(root, "기쁨", [entry(n, x, age=i) for i, (n, x) in enumerate(pairs[::-1])])
    table = read(root).table
    assert dict(zip(table["filename"], table["label_a"], strict=True)) == dict(pairs)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "euc-kr", "cp949"])
def test_every_encoding_that_was_seen(root, read, encoding):
    # Guards against mojibake labels, which would all be unknown.
    name = name_of(1)
    write_photo(root, name, jpeg())
    write_labels(root, "기쁨", [entry(name, bg_uploader="상업시설&점포&시장")], encoding)
    found = read(root)
    assert found.table.loc[0, "background"] == "상업시설&점포&시장"
    assert found.table.loc[0, "kept"]
    assert found.label_files[0].encoding == {"euc-kr": "cp949"}.get(encoding, encoding)


def test_names_that_a_mac_took_apart_are_joined(root, read):
    # Guards against "photo without label" for a whole set that was copied over a Mac.
    name = name_of(1)
    write_photo(root, unicodedata.normalize("NFD", name), jpeg())
    write_labels(root, "기쁨", [entry(name)])
    table = read(root).table
    assert len(table) == 1 and table.loc[0, "kept"] and table.loc[0, "filename"] == name


@pytest.mark.parametrize("encoding", [None, "cp949"])
def test_archives_as_delivered(root, read, encoding):
    # Guards against cp437 mojibake names of Korean archives, which match no label.
    names = [name_of(n) for n in range(2)]
    pictures = {f"EMOIMG_기쁨/{name}": jpeg(n) for n, name in enumerate(names)}
    write_zip(root / PHOTOS / "EMOIMG_기쁨_TRAIN_01.zip", pictures, encoding)
    text = json.dumps([entry(n) for n in names], ensure_ascii=False).encode("euc-kr")
    write_zip(root / LABELS / "EMOIMG_기쁨_TRAIN.zip", {"기쁨.json": text}, encoding)
    table = read(root).table
    assert list(table["filename"]) == names and table["kept"].all()
    photo = f"{PHOTOS}/EMOIMG_기쁨_TRAIN_01.zip!/EMOIMG_기쁨/{names[0]}"
    assert table.loc[0, "photo"] == photo
    assert PhotoSource(root).read(photo) == jpeg(0)


def test_archive_beside_its_unpacked_folder_counts_once(root, read):
    """Fault: a sound set beside its own zip is half "duplicate filename" and is refused."""
    names = small_set(root)
    write_photo(root, name_of(3), jpeg(3))  # without label: still one photo
    write_photo(root, name_of(4), b"")  # broken: still one photo
    write_labels(root, "슬픔", [entry(name_of(4), "슬픔")])
    seeds = enumerate([jpeg(0), jpeg(1), jpeg(2), jpeg(3), b""])
    write_zip(root / "p.zip", {f"x/{name_of(n)}": data for n, data in seeds})
    labels = root / LABELS / "img_emotion_training_data(기쁨).json"
    write_zip(root / "l.zip", {"x.json": labels.read_bytes()})
    table = read(root).table
    assert sorted(table.loc[table["kept"], "filename"]) == names
    assert table["reason"].value_counts().to_dict() == {
        "": 3,
        "equal copy": 5,
        "duplicate label": 3,
        "photo without label": 1,
        "empty file": 1,
    }
    found = few_photos_are_bad(table, None)
    assert (found.figures["photos"], found.figures["bad"]) == (5, 2)
    assert (found.figures["equal copies"], found.figures["rows of lists"]) == (5, 3)


def test_a_photo_without_a_label_is_still_somebodys(root, read):
    """Fault: it ties nobody, so a copy of it by somebody else crosses the splits unseen."""
    small_set(root)
    write_photo(root, name_of(8, person=1), jpeg(8))
    table = read(root).table.set_index("filename")
    assert table.loc[name_of(8, person=1), "reason"] == "photo without label"
    assert table.loc[name_of(8, person=1), "person"] == PEOPLE[1]


def test_copies_that_differ_stay_faults(root, read):
    """Fault: of a name with two pictures one is kept, or neither counts as a bad photo."""
    small_set(root)
    for n in range(3):
        write_photo(root, name_of(n), jpeg(n), "again")
        write_photo(root, name_of(n), jpeg(50 + n), "other")
    table = read(root).table
    assert not table["kept"].any() and set(table["reason"]) == {"duplicate filename"}
    found = few_photos_are_bad(table, None)
    assert not found.passed and found.figures["bad"] == found.figures["photos"] == 9


def test_two_files_that_cannot_be_read_are_not_equal(root, read, monkeypatch):
    """Fault: what nobody could read is called an equal copy, and its fault is not counted."""
    small_set(root, 1)
    for folder in ("a", "b"):
        write_photo(root, name_of(7), jpeg(7), folder)
    original = PhotoSource.read

    def failing(source, photo):
        if name_of(7) in photo:
            raise BadInput(photo, "", "cannot be read.", "Copy it again.")
        return original(source, photo)

    monkeypatch.setattr(PhotoSource, "read", failing)
    assert list(read(root).table["reason"]).count("unreadable") == 2


def test_ambiguous_names_are_left_out(root, read):
    # Guards against a photo with another photo's label.
    good, twice, relabelled = name_of(1), name_of(2), name_of(3)
    for n, (name, folder) in enumerate(
        [(good, "a"), (twice, "a"), (twice, "b"), (relabelled, "a")]
    ):
        write_photo(root, name, jpeg(n), folder)
    entries = [entry(good), entry(twice), entry(relabelled), entry(relabelled, "분노")]
    write_labels(root, "기쁨", entries)
    table = read(root).table
    assert list(table.loc[table["kept"], "filename"]) == [good]
    others = table[~table["kept"]]
    assert set(others["reason"]) == {"duplicate filename"}
    assert len(others) == 2 + 1 + 1 + 2  # three photos, three labels


def test_photo_and_label_without_each_other(root, read):
    names = small_set(root, 1)
    write_photo(root, name_of(8), jpeg(8))
    label_file = write_labels(root, "분노", [entry(name_of(9), "분노")])
    table = read(root).table.set_index("filename")
    assert table.loc[names[0], "kept"]
    assert table.loc[name_of(8), "reason"] == "photo without label"
    assert table.loc[name_of(8), "label_file"] == "" and table.loc[name_of(8), "sha256"]
    assert table.loc[name_of(9), "reason"] == "label without photo"
    assert table.loc[name_of(9), "photo"] == f"{label_file}#0"


def bad_files() -> dict[str, tuple[bytes, str]]:
    def encoded(kind, mode="RGB", **options):
        stream = io.BytesIO()
        rgb = np.full((80, 96, 3), 90, np.uint8)
        Image.fromarray(rgb).convert(mode).save(stream, kind, **options)
        return stream.getvalue()

    extra = {"save_all": True, "append_images": [Image.new("RGB", (96, 80))]}
    return {
        "zero bytes": (b"", "empty file"),
        "truncated": (jpeg()[:2000], "truncated"),
        "web page": (b"<html><body>404", "not a picture"),
        "huge": (huge_png(50_000, 50_000), "too large"),
        "tiny": (jpeg(0, (20, 20)), "too small"),
        "cmyk": (encoded("JPEG", "CMYK"), ""),
        "animated": (encoded("WEBP", **extra), ""),
    }


@pytest.mark.parametrize("name", bad_files())
def test_broken_photo_is_a_row_with_a_reason(root, read, name):
    # Guards against one photo that stops half a million.
    data, reason = bad_files()[name]
    good = small_set(root, 1)[0]
    other = name_of(7)
    write_photo(root, other, data)
    write_labels(root, "슬픔", [entry(other)])
    table = read(root).table.set_index("filename")
    assert table.loc[good, "kept"]
    assert table.loc[other, "reason"] == reason and table.loc[other, "kept"] == (not reason)
    assert len(table.loc[other, "sha256"]) == 64


def test_label_file_that_was_cut_off_keeps_the_entries_before(root, read):
    names = small_set(root, 3)
    whole = json.dumps([entry(n) for n in names], ensure_ascii=False, indent=1).encode()
    file = write_labels(root, "기쁨", [entry(n) for n in names], cut=len(whole) - 300)
    found = read(root)
    table = found.table
    assert table["kept"].sum() == 2
    assert reasons(table)[f"{file}#2"] == "label file cut off"
    assert (table["reason"] == "photo without label").sum() == 1
    report = found.label_files[0]
    assert report.entries == 2 and report.fault.startswith("cut off at byte ")
    assert "after entry 2" in report.fault


def test_label_file_of_a_wrong_encoding_harms_only_the_entries_with_it(root, read):
    names = small_set(root, 3)
    text = json.dumps([entry(n) for n in names], ensure_ascii=False).encode()
    broken = text.replace(b"\xea\xb8\xb0\xec\x81\xa8_", b"\xea\xb8\xff\xec\x81\xa8_", 1)
    (root / LABELS / "img_emotion_training_data(기쁨).json").write_bytes(broken)
    found = read(root)
    assert found.table["kept"].sum() == 2
    assert (found.table["reason"] == "wrong encoding").sum() == 1
    assert "bytes are not utf-8" in found.label_files[0].fault


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "label file empty"),
        (b'{"data": []}', "label file not a list"),
        (b'[{"filename": x}, 1] and so on and on', "label file not JSON"),
        ("[]".encode("utf-16"), "label file not a list"),
        (bytes(range(256)), "label file not a list"),
        (b"[" * 50_000, "label file not JSON"),
    ],
)
def test_label_file_that_is_none_is_a_row(root, read, content, reason):
    small_set(root, 1)
    (root / LABELS / "other.json").write_bytes(content)
    table = read(root).table
    assert table["kept"].sum() == 1
    assert reasons(table)[f"{LABELS}/other.json#0"] == reason


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (entry(name_of(5), "기타"), "unknown label"),
        (entry(name_of(5), annot_B={"faceExp": "혐오"}), "unknown label"),
        ({"filename": name_of(5), "annot_A": 3}, "no label"),
        (entry("../../" + name_of(5)), "unsafe name"),
        (entry("C:\\" + name_of(5)), "unsafe name"),
        (entry(""), "no filename"),
        ([1, 2], "not an entry"),
        ("기쁨", "not an entry"),
    ],
)
def test_bad_entry_is_a_row(root, read, bad, reason):
    small_set(root, 1)
    write_photo(root, name_of(5), jpeg(5))
    write_labels(root, "분노", [bad])
    table = read(root).table
    assert table["kept"].sum() == 1
    assert (table["reason"] == reason).sum() == 1


def test_missing_annotators_and_boxes_are_unknown_not_wrong(root, read):
    name = name_of(1)
    write_photo(root, name, jpeg())
    some = entry(name, age="20", annot_C=None, isProf="전문인")
    del some["annot_B"]
    some["annot_A"]["boxes"].pop("maxX")
    write_labels(root, "기쁨", [some])
    row = read(root).table.iloc[0]
    assert row["kept"] and row["age"] == 20 and row["professional"]
    assert row["label_a"] == "기쁨" and row["label_b"] == row["label_c"] == ""
    assert pd.isna(row["box_a_min_x"]) and pd.isna(row["box_c_max_y"])


def test_archive_with_traversal_is_never_followed(root, read):
    # Guards against a member that is read from or written to outside of the set ("zip slip").
    names = small_set(root, 1)
    write_zip(root / "evil.zip", {"../../" + name_of(6): jpeg(6), "/abs.jpg": jpeg(7)})
    table = read(root).table
    assert list(table.loc[table["kept"], "filename"]) == names
    assert (table["reason"] == "unsafe name").sum() == 2


def test_archive_that_was_cut_off_is_named(root, read):
    small_set(root, 1)
    write_zip(root / "cut.zip", {name_of(6): jpeg(6)})
    data = (root / "cut.zip").read_bytes()
    (root / "cut.zip").write_bytes(data[:-40])
    found = read(root)
    assert reasons(found.table)["cut.zip"] == "unreadable archive or folder"
    assert "cut.zip" in found.unreadable


def test_damaged_member_is_a_row(root, read):
    small_set(root, 1)
    write_zip(root / "a.zip", {"p/" + name_of(6): jpeg(6), "l.json": b"[" + b" " * 500 + b"]"})
    data = bytearray((root / "a.zip").read_bytes())
    data[300] ^= 255
    data[data.index(b"      ") + 9] ^= 255
    (root / "a.zip").write_bytes(bytes(data))
    table = read(root).table
    assert reasons(table)[f"a.zip!/p/{name_of(6)}"] == "unreadable"
    assert reasons(table)["a.zip!/l.json#0"].startswith("label file")


def test_file_name_that_is_no_utf8_is_a_row(root, read):
    # Unpacked on Linux by a program that kept the CP949 bytes: no table could hold the name.
    small_set(root, 1)
    bad = os.fsencode(root / PHOTOS) + b"/" + name_of(4).encode("cp949")
    with open(bad, "wb") as stream:
        stream.write(jpeg(4))
    table = read(root).table
    assert (table["reason"] == "unreadable name").sum() == 1 and table["kept"].sum() == 1


def test_label_files_in_folders_of_cp949_names_are_read(root, read):
    """Fault: a label file or a folder whose name kept its CP949 bytes stops the run."""
    good = small_set(root, 2)
    korean = os.fsencode(root) + b"/" + "라벨링 자료".encode("cp949")
    os.mkdir(korean)
    there, beside = name_of(5), name_of(6)
    write_photo(root, there, jpeg(5))
    for name, data in [
        ("슬픔.json".encode("cp949"), json.dumps([entry(there, "슬픔")]).encode()),
        (b"broken.json", json.dumps([entry(name_of(8))]).encode()[:-9]),
        (beside.encode(), jpeg(6)),
    ]:
        with open(korean + b"/" + name, "wb") as stream:
            stream.write(data)
    with zipfile.ZipFile(os.fsdecode(korean + b"/" + "사진.zip".encode("cp949")), "w") as archive:
        archive.writestr("l.json", json.dumps([entry(name_of(9))]))
    with open(korean + b"/" + "못.zip".encode("cp949"), "wb") as stream:
        stream.write(b"no archive")
    found = read(root)
    table = found.table.set_index("filename")
    assert sorted(table.index[table["kept"]]) == sorted([*good, there])
    assert table.loc[there, "label_a"] == "슬픔"
    assert table.loc[there, "label_file"].endswith(".json")
    assert table.loc[beside, "reason"] == "unreadable name"
    assert table.loc[name_of(9), "reason"] == "label without photo"
    assert sorted(f.entries for f in found.label_files) == [0, 1, 1, 2]
    assert list(found.table["reason"]).count("unreadable archive or folder") == 1
    # What is stored and shown is text.
    found.table.to_parquet(io.BytesIO())
    shown = [*found.unreadable.items(), *((f.name, f.fault) for f in found.label_files)]
    for text in (text for pair in shown for text in pair):
        text.encode("utf-8")
    assert len(listing_version(root)) == 64


def test_links_to_folders_are_followed_once(root, read, tmp_path):
    names = small_set(root, 2)
    (root / PHOTOS).rename(tmp_path / "elsewhere")
    (root / PHOTOS).symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "loop").symlink_to(root)
    assert list(read(root).table["filename"]) == names


def test_unchanged_photos_are_not_read_again(root, read, monkeypatch):
    # Guards against hours of reading after one new photo.
    small_set(root, 3)
    first = read(root).table
    write_photo(root, name_of(9), jpeg(9))
    seen = []
    original = PhotoSource.read
    monkeypatch.setattr(PhotoSource, "read", lambda s, p: seen.append(p) or original(s, p))
    again = read(root).table
    assert len(seen) == 1 and name_of(9) in seen[0]
    pd.testing.assert_frame_equal(again[again["kept"]].reset_index(drop=True), first)


@pytest.mark.parametrize("kept", ["photos", "labels", "nothing"])
def test_half_a_set_is_refused_with_the_mend(root, read, kept):
    small_set(root, 1)
    for folder, word in ((PHOTOS, "photos"), (LABELS, "labels")):
        if word != kept:
            (root / folder).rename(root.parent / word)
    with pytest.raises(BadInput, match="data/raw/README.md") as caught:
        read(root)
    assert caught.value.file == str(root)
