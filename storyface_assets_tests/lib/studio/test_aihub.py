import json
import re
import unicodedata

import cv2
import numpy as np
import pandas as pd
import pytest

from storyface_assets.lib.studio.aihub import write_label_files
from storyface_assets.lib.studio.aihub_session import Session
from storyface_assets.lib.studio.korean import ENCODING_OF_LABEL, LABELS
from storyface_assets.lib.studio.options import FaultRates, StudioOptions
from storyface_assets.lib.studio.people import sitter

NAME = re.compile(
    r"[0-9a-f]{64}_(남|여)_\d0_(기쁨|당황|분노|슬픔|중립|불안|상처)_[^_]+_\d{14}-001-\d{3}\.jpg"
)
#: Higher than by default, so that a small set has every kind.
RATES = FaultRates(0.08, 0.06, 0.1, 0.05, 0.03, 0.03)
ENTRY = {
    *("filename", "gender", "age", "isProf", "faceExp_uploader", "bg_uploader"),
    *("annot_A", "annot_B", "annot_C"),
}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """240 photos by the painted stage: every fault, no rendering."""
    from storyface_assets_tests.lib.studio.conftest import PaintedStage

    root = tmp_path_factory.mktemp("aihub")
    options = StudioOptions(people=20, seed=2, size=(96, 120), faults=RATES)
    records, truth = [], []
    for i in range(options.people):
        session = Session(options, sitter(2, "aihub82", i), PaintedStage(), root)
        session.photograph()
        records += session.records
        truth += session.truth
    write_label_files(root, records)
    return root, pd.DataFrame(truth)


def entries(root):
    found = []
    for label in LABELS:
        path = root / f"라벨링데이터/EMOIMG_{label}_TRAIN/img_emotion_training_data({label}).json"
        text = path.read_bytes().decode(ENCODING_OF_LABEL[label])
        found += [(label, entry) for entry in json.loads(text)]
    return found


def test_labels_have_the_set_s_keys_types_and_encodings(written):
    root, _ = written
    kinds_of_age = set()
    for label, entry in entries(root):
        assert set(entry) == ENTRY and NAME.fullmatch(entry["filename"])
        assert entry["gender"] in ("남", "여") and entry["isProf"] in ("전문인", "일반인")
        kinds_of_age.add(type(entry["age"]))
        for who in "ABC":
            boxes = entry[f"annot_{who}"]["boxes"]
            assert set(boxes) == {"minX", "minY", "maxX", "maxY"}
            assert all(isinstance(v, float) for v in boxes.values())
        assert f"_{label}_" in entry["filename"]
    assert kinds_of_age == {int, str}
    bom = root / "라벨링데이터/EMOIMG_분노_TRAIN/img_emotion_training_data(분노).json"
    assert bom.read_bytes().startswith(b"\xef\xbb\xbf")


def test_photos_lie_where_the_set_has_them(written):
    root, truth = written
    photos = {p.relative_to(root).as_posix() for p in (root / "원천데이터").rglob("*.jpg")}
    assert photos == set(truth.photo) - {""}
    folder = re.compile(r"원천데이터/EMOIMG_(기쁨|당황|분노|슬픔|중립|불안|상처)_TRAIN_0[12]/[^/]+")
    assert all(folder.fullmatch(p) for p in photos)
    assert all(unicodedata.is_normalized("NFC", p) for p in photos)


def test_labels_are_not_in_the_photos_order(written):
    # The seeds' fault: images and labels joined by position in two sorted lists.
    root, _ = written
    names = [e["filename"] for label, e in entries(root) if label == "기쁨"]
    assert names != sorted(names)


def test_truth_says_which_labels_are_wrong(written):
    root, truth = written
    rows = truth[(truth.record_fault == "") & (truth.file_fault == "")].set_index("filename")
    checked = 0
    for _, entry in entries(root):
        if entry["filename"] not in rows.index:
            continue
        row, checked = rows.loc[entry["filename"]], checked + 1
        given = [entry[f"annot_{w}"]["faceExp"] for w in "ABC"]
        most = max(set(given), key=given.count)
        agreed = given.count(most) > 1
        assert row.label_wrong == (agreed and most != row.label)
        assert row.person in entry["filename"] or row.duplicate_of
    assert checked > 200 and 0.06 < rows.label_wrong.mean() < 0.14


def test_truth_says_which_boxes_are_wrong(written):
    root, truth = written
    rows = truth[truth.record_fault == ""].set_index("filename")
    for _, entry in entries(root):
        if entry["filename"] not in rows.index:
            continue
        row, a = rows.loc[entry["filename"]], entry["annot_A"]["boxes"]
        true = row[["box_min_x", "box_min_y", "box_max_x", "box_max_y"]].to_numpy(float)
        off = np.abs([a["minX"], a["minY"], a["maxX"], a["maxY"]] - true).max()
        extent = (true[2:] - true[:2]).max()
        assert (off > 0.15 * extent) == bool(row.box_fault), row.box_fault


def test_truth_names_the_original_of_every_copy(written):
    root, truth = written
    copies = truth[truth.duplicate_of != ""]
    assert set(copies.duplicate_kind) == {
        *("exact", "resized", "recompressed", "brightened", "cropped")
    }
    assert set(copies.duplicate_of) <= set(truth.photo)
    assert (copies.uploader != copies.person).any()  # reposted by another person
    exact = copies[copies.duplicate_kind == "exact"].iloc[0]
    assert (root / exact.photo).read_bytes() == (root / exact.duplicate_of).read_bytes()


def test_broken_records_are_there(written):
    root, truth = written
    listed = [e["filename"] for _, e in entries(root)]
    by_fault = {k: g for k, g in truth.groupby("record_fault") if k}
    assert len(by_fault) == 4
    assert not set(by_fault["photo_without_label"].filename) & set(listed)
    lost = by_fault["label_without_photo"]
    assert (lost.photo == "").all() and set(lost.filename) <= set(listed)
    twice = by_fault["duplicate_filename"]
    assert all(listed.count(name) == 2 for name in twice.filename)
    assert twice.photo.nunique() == len(twice)
    unknown = set(by_fault["unknown_label"].filename)
    said = {e["faceExp_uploader"] for _, e in entries(root) if e["filename"] in unknown}
    assert said == {"기타"}


def test_whole_photos_can_be_read_and_their_true_box_lies_inside(written):
    root, truth = written
    sizes = set()
    for row in truth[(truth.file_fault == "") & (truth.photo != "")].itertuples():
        data = np.frombuffer((root / row.photo).read_bytes(), np.uint8)
        h, w = cv2.imdecode(data, cv2.IMREAD_COLOR).shape[:2]
        sizes.add((w, h))
        assert 0 <= row.box_min_x < row.box_max_x <= w
        assert 0 <= row.box_min_y < row.box_max_y <= h
    assert len(sizes) > 50
