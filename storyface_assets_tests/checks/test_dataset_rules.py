"""The dataset's rules, each broken once: a check that cannot go red proves nothing."""

import numpy as np
import pandas as pd
import pytest

from storyface_assets.checks import ALL_CHECKS, dataset, dataset_truth
from storyface_assets.lib.dataset.picture_shards import pack_pictures
from storyface_assets.lib.dataset.schema import SPLITS
from storyface_assets.lib.stargan.label_vectors import NAMES, celeba_vector, emotion_vector
from storyface_assets.lib.store import Folder

SIZE = 8


def picture(row):
    return np.random.default_rng(list(row.encode())).integers(
        0, 256, (SIZE, SIZE, 3), dtype=np.uint8
    )


def splits_folder(path, rows):
    """Packed splits of a table, as ``emotion_splits`` has them."""
    for split in SPLITS:
        part = rows[rows["split"] == split].reset_index(drop=True)
        pack_pictures(part, lambda row: picture(row.sha256), path / split, SIZE)
    return Folder(path)


def test_clean_splits_pass(rows, tmp_path):
    verdict = dataset.splits_do_not_leak(splits_folder(tmp_path, rows), None)
    assert verdict.passed and "0 leaks" in verdict.description


@pytest.mark.parametrize("kind", ["person", "group", "sha256", "picture"])
def test_one_planted_leak_is_red_and_named(rows, tmp_path, kind):
    rows.loc[rows["split"] == "test", kind] = rows[kind].iat[0]
    verdict = dataset.splits_do_not_leak(splits_folder(tmp_path, rows), None)
    assert not verdict.passed and f"{kind} {rows[kind].iat[0]}"[:20] in verdict.description


def test_a_dropped_copy_ties_its_uploader(installation):
    # b's copy of a's photo was dropped; with b's other photo in test, the test shows a's face.
    before = pd.DataFrame(
        [("1", "a", "g"), ("2", "b", "g"), ("3", "b", "h")], columns=["photo", "person", "group"]
    )
    installation.load = lambda key: before

    def crops(third):
        return pd.DataFrame({"photo": ["1", "3"], "split": ["train", third]})

    assert dataset.nobody_crosses(crops("train"), installation).passed
    verdict = dataset.nobody_crosses(crops("test"), installation)
    assert not verdict.passed and "family a in test, train" in verdict.description


def test_a_photo_left_out_for_its_label_ties_its_uploader(installation):
    # a's and b's reposts of one picture were both left out; a and b may be one person.
    before = pd.DataFrame(
        [("1", "a", "g"), ("2", "a", "h"), ("3", "b", "h"), ("4", "b", "i")],
        columns=["photo", "person", "group"],
    )
    installation.load = lambda key: before
    crops = pd.DataFrame({"photo": ["1", "4"], "split": ["train", "train"]})
    assert dataset.nobody_crosses(crops, installation).passed
    verdict = dataset.nobody_crosses(crops.assign(split=["train", "test"]), installation)
    assert not verdict.passed and "family a in test, train" in verdict.description


def test_a_photo_that_was_not_compared_proves_nothing(installation):
    installation.load = lambda key: pd.DataFrame(
        {"photo": ["1"], "person": ["a"], "group": ["g"]}, dtype="str"
    )
    crops = pd.DataFrame({"photo": ["1", "new"], "split": ["train", "train"]})
    assert not dataset.nobody_crosses(crops, installation).passed


def test_no_rows_are_no_proof(installation):
    empty = pd.DataFrame({"photo": [], "person": [], "group": [], "split": []}, dtype="str")
    installation.load = lambda key: empty
    assert not dataset.nobody_crosses(empty, installation).passed


def raw_rows(*parts):
    """Rows of a raw table: how many, their reason and their label file ("" for photos alone)."""
    rows = [
        (f"{file}#{n}" if of_label else f"{k}/{n}.jpg", file, reason)
        for k, (count, reason, file, of_label) in enumerate(parts)
        for n in range(count)
    ]
    table = pd.DataFrame(rows, columns=["photo", "label_file", "reason"]).astype("str")
    return table.assign(kept=table["reason"] == "")


@pytest.mark.parametrize(("bad", "passed"), [(10, True), (11, False)])
def test_a_set_with_too_many_bad_photos_is_refused_in_words(bad, passed):
    """Fault: what is no photo of its own thins the bad ones out, or makes a sound set bad."""
    table = raw_rows(
        (bad, "truncated", "l.json", False),
        (100 - bad, "", "l.json", False),
        (500, "equal copy", "l.json", False),
        (900, "label without photo", "l.json", True),
        (400, "duplicate label", "m.json", True),
        (30, "duplicate filename", "n.json", True),
    )
    verdict = dataset.few_photos_are_bad(table, None)
    assert verdict.passed == passed and f"{bad} of 100 photos are bad" in verdict.description
    assert f"truncated {bad}" in verdict.description
    assert passed or "copy the set again" in verdict.description
    assert (verdict.figures["equal copies"], verdict.figures["rows of lists"]) == (500, 1330)


def test_names_that_say_two_photos_or_two_labels_are_bad_photos():
    """Fault: ambiguous names are let off like equal copies."""
    table = raw_rows((80, "", "l.json", False), (20, "duplicate filename", "", False))
    assert not dataset.few_photos_are_bad(table, None).passed


def test_the_photos_of_an_archive_that_cannot_be_read_are_missed():
    """Fault: a zip with nine tenths of the set is cut off and counts as one bad photo of 31."""
    rows = [("", f"{k}.jpg", "") for k in range(30)]
    rows += [("unreadable archive or folder", "z.zip", "")]
    rows += [("label without photo", f"l.json#{k}", "l.json") for k in range(300)]
    table = pd.DataFrame(rows, columns=["reason", "photo", "label_file"])
    table["kept"] = table["reason"] == ""
    assert not dataset.few_photos_are_bad(table, None).passed
    # Without such an archive, labels without photo are a part of the set that nobody fetched.
    assert dataset.few_photos_are_bad(table[table["photo"] != "z.zip"], None).passed


def test_an_empty_set_is_not_a_good_one():
    for table in (raw_rows(), raw_rows((5, "label without photo", "l.json", True))):
        assert not dataset.few_photos_are_bad(table, None).passed


def test_lost_empty_and_damaged_pictures_are_counted(installation):
    import cv2

    blobs = installation.blobs()
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    good, black, damaged = (
        blobs.put(cv2.imencode(".png", rgb)[1].tobytes())
        for rgb in (noise, np.zeros_like(noise), noise[::-1])
    )
    table = pd.DataFrame({"picture": [good, good], "kept": True})
    assert dataset.pictures_are_there(table, installation).passed
    blobs.path(damaged).write_bytes(b"not what its name says")
    for bad in (black, damaged, "0" * 64):
        table.loc[1, "picture"] = bad
        assert not dataset.pictures_are_there(table, installation).passed


def test_rules_over_tables_find_what_breaks_them():
    labelled = pd.DataFrame({"expression": ["happy", "happiness"], "kept": [True, False]})
    assert dataset.expressions_are_known(labelled, None).passed
    assert not dataset.expressions_are_known(labelled.assign(kept=True), None).passed
    grouped = pd.DataFrame({"group": ["a", "a", "b"], "kept": [True, False, True]})
    assert dataset.one_of_each_group_is_kept(grouped, None).passed
    assert not dataset.one_of_each_group_is_kept(grouped.assign(kept=True), None).passed
    equal = pd.DataFrame({"sha256": ["1", "1", "2"], "group": ["1", "1", "1"]})
    assert dataset.equal_files_are_one_group(equal, None).passed
    for groups in (["1", "2", "2"], ["1", "1", ""]):
        assert not dataset.equal_files_are_one_group(equal.assign(group=groups), None).passed
    turned = pd.DataFrame({"turn": ["", "pitch_up"], "split": ["test", "train"]})
    assert dataset.only_train_is_augmented(turned, None).passed
    assert not dataset.only_train_is_augmented(turned.assign(split="test"), None).passed


@pytest.mark.parametrize("box", [(-1, 0, 5, 5), (0, 0, 11, 5), (4, 0, 4, 5), (0, 6, 5, 5)])
def test_boxes_outside_are_found(box):
    columns = ["box_min_x", "box_min_y", "box_max_x", "box_max_y", "width", "height", "kept"]
    table = pd.DataFrame([(0, 0, 10, 10, 10, 10, True), (*box, 10, 10, True)], columns=columns)
    assert dataset.boxes_are_inside(table.iloc[:1], None).passed
    assert not dataset.boxes_are_inside(table, None).passed


def test_a_class_that_a_split_lacks_is_named(rows, tmp_path):
    folder = splits_folder(tmp_path / "a", rows)
    assert dataset.every_class_is_in_every_split(folder, None).passed
    assert dataset.classes_are_even(folder, None).passed
    no_panic = rows[(rows["split"] != "test") | (rows["expression"] != "panic")]
    verdict = dataset.every_class_is_in_every_split(splits_folder(tmp_path / "b", no_panic), None)
    assert not verdict.passed and verdict.description == "test has no panic"
    happy = rows.assign(expression=np.where(rows["expression"] == "panic", "happy", "anger"))
    assert not dataset.classes_are_even(splits_folder(tmp_path / "c", happy), None).passed


def stargan_folder(path, pair_person="train 0", male=0):
    celeba = celeba_vector({**dict.fromkeys(NAMES[:5], -1), "Young": 1})
    for part, vector in (
        ("celeba", celeba),
        ("custom", emotion_vector("happy")),
        ("neutral", None),
    ):
        for split in SPLITS:
            index = pd.DataFrame({"person": [f"{split} 0"], "sha256": [f"{part} {split}"]})
            if vector is not None:
                index = index.assign(**dict(zip(NAMES, vector.astype(int), strict=True)))
                index["Male"] = male
            pack_pictures(index, lambda row: picture(row.sha256), path / part / split, SIZE)
    pairs = pd.DataFrame({"person": [pair_person], "sha256": ["pair"]})
    pack_pictures(pairs, lambda row: picture(row.sha256), path / "pairs" / "train", SIZE)
    return Folder(path)


def test_a_wrong_label_vector_is_red_and_named(tmp_path):
    assert dataset.label_vectors_are_right(stargan_folder(tmp_path / "a"), None).passed
    verdict = dataset.label_vectors_are_right(stargan_folder(tmp_path / "b", male=1), None)
    assert not verdict.passed and "[3] Male" in verdict.description


def test_pairs_of_test_people_are_red(tmp_path):
    assert dataset.pairs_are_of_train(stargan_folder(tmp_path / "a"), None).passed
    assert not dataset.pairs_are_of_train(stargan_folder(tmp_path / "b", "test 0"), None).passed


def test_without_a_truth_file_nothing_is_claimed(installation):
    verdict = dataset_truth.labels_match_truth(pd.DataFrame(), installation)
    assert verdict.passed and "no truth" in verdict.description


def test_missed_faults_are_red(installation, tmp_path):
    # Every box kept although one was planted wrong.
    (tmp_path / "studio").mkdir()
    truth = pd.DataFrame({"photo": ["a", "b"], "box_fault": ["negative", ""]})
    truth.to_parquet(tmp_path / "studio" / "truth.parquet")
    table = pd.DataFrame({"photo": ["a", "b"], "reason": ["negative", ""], "kept": [False, True]})
    assert dataset_truth.boxes_match_truth(table, installation).passed
    verdict = dataset_truth.boxes_match_truth(table.assign(reason=""), installation)
    assert not verdict.passed and "recall 0.000" in verdict.description


def test_leaks_and_empty_pictures_block_and_quality_warns():
    blocking = {
        spec.name: spec.blocking
        for check in ALL_CHECKS
        for spec in check.check_specs
        if spec.asset_key.path[0] == "dataset"
    }
    assert all(blocking[name] for name in ("nobody_crosses", "splits_do_not_leak"))
    assert all(blocking[name] for name in ("few_photos_are_bad", "pictures_are_there"))
    assert not any(blocking[name] for name in blocking if name.endswith("match_truth"))
