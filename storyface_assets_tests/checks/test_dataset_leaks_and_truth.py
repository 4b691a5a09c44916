"""The checks of packed sets and of the studio's truth, each made red by what it is there for."""

import numpy as np
import pandas as pd
import pytest

from storyface_assets.checks import dataset, dataset_truth
from storyface_assets.lib.dataset.labels.filtering import DOUBTED
from storyface_assets.lib.dataset.picture_shards import pack_pictures
from storyface_assets.lib.store import Folder
from storyface_assets_tests.checks.test_dataset_rules import (
    SIZE,
    picture,
    splits_folder,
    stargan_folder,
)


def repacked(folder, split, people):
    """A split of CelebA as it would be with these people."""
    path = folder.path / "celeba" / split
    for file in path.iterdir():
        file.unlink()
    path.rmdir()
    index = pd.DataFrame(
        {"person": people, "sha256": [f"{split} {n}" for n, _ in enumerate(people)]}
    )
    pack_pictures(index, lambda row: picture(row.sha256), path, SIZE)


def test_a_celebrity_in_two_splits_is_red_and_named(tmp_path):
    """Fault: CelebA's partition is not by person in a copy that was shuffled."""
    folder = stargan_folder(tmp_path)
    assert dataset.celeba_people_do_not_cross(folder, None).passed
    repacked(folder, "test", ["2880", "train 0"])
    verdict = dataset.celeba_people_do_not_cross(folder, None)
    assert not verdict.passed and "person train 0 in test, train" in verdict.description
    assert verdict.figures["leaks"] == 1


def test_celebrities_that_nobody_knows_do_not_cross(tmp_path):
    """Fault: without the list of identities, "" is taken for one person in every split."""
    folder = stargan_folder(tmp_path)
    for split in ("train", "validation", "test"):
        repacked(folder, split, ["", ""])
    assert dataset.celeba_people_do_not_cross(folder, None).passed


def test_black_pictures_in_a_shard_are_red(rows, tmp_path):
    """Fault: a disk that gave zeros back, or a decoder that failed silently."""
    folder = splits_folder(tmp_path, rows)
    assert dataset.packed_pictures_are_whole(folder, None).passed
    path = folder.path / "validation" / "00000.npy"
    shard = np.load(path)
    shard[3] = 0
    np.save(path, shard)
    verdict = dataset.packed_pictures_are_whole(folder, None)
    assert not verdict.passed and "1 of those opened are empty" in verdict.description


@pytest.mark.parametrize(
    "fault", ["shard cut off", "shard lost", "row lost", "index lost", "all lost"]
)
def test_an_index_that_does_not_fit_its_shards_is_red_and_named(rows, tmp_path, fault):
    """Fault: a set that was half copied passes, or stops the check instead of turning it red."""
    folder = splits_folder(tmp_path, rows)
    shard, index = (folder.path / "train" / name for name in ("00000.npy", "index.parquet"))
    if fault == "shard cut off":
        shard.write_bytes(shard.read_bytes()[:-100])
    elif fault == "shard lost":
        shard.unlink()
    elif fault == "row lost":
        pd.read_parquet(index).iloc[1:].to_parquet(index, index=False)
    else:
        index.unlink()
        if fault == "all lost":
            (folder.path / "train" / "columns.npz").unlink()
    verdict = dataset.packed_pictures_are_whole(folder, None)
    assert not verdict.passed and str(folder.path / "train") in verdict.description


def test_no_packed_set_is_not_a_whole_one(tmp_path):
    """Fault: a folder without any set passes."""
    assert not dataset.packed_pictures_are_whole(Folder(tmp_path), None).passed


@pytest.fixture
def write_truth(tmp_path):
    """Write the studio's truth of photos a0, a1, …, with these columns."""

    def write(**columns):
        count = len(next(iter(columns.values())))
        folder = tmp_path / "studio"
        folder.mkdir(exist_ok=True)
        photos = [f"a{n}" for n in range(count)]
        pd.DataFrame({"photo": photos, **columns}).to_parquet(folder / "truth.parquet")

    return write


def filtered(removed, count=100):
    """Rows of label_filtered where the model doubted some."""
    reason = pd.Series([DOUBTED if n in removed else "" for n in range(count)], dtype="str")
    photos = [f"a{n}" for n in range(count)]
    return pd.DataFrame({"photo": photos, "reason": reason, "kept": reason == ""})


@pytest.mark.parametrize(
    ("removed", "passed", "says"),
    [
        (range(10), True, "precision 1.000, recall 1.000"),
        (range(9), True, "precision 1.000, recall 0.900"),
        (range(8), False, "precision 1.000, recall 0.800"),
        (range(13), False, "precision 0.769, recall 1.000"),
        ((), False, "recall 0.000"),
    ],
)
def test_wrong_labels_that_are_kept_and_sound_ones_that_are_not_are_red(
    installation,
    write_truth,
    removed,
    passed,
    says,
):
    """Fault: the review lets wrong labels pass, or throws sound photos away with them."""
    wrong = [n < 10 for n in range(100)]
    write_truth(label_wrong=wrong, label_fault=["all_wrong" if w else "" for w in wrong])
    verdict = dataset_truth.labels_match_truth(filtered(set(removed)), installation)
    assert verdict.passed == passed and says in verdict.description


def grouped(count=100, **groups):
    """Rows of deduplicated: everybody alone but for these groups of numbers."""
    group = {n: name for name, some in groups.items() for n in some}
    rows = [(f"a{n}", group.get(n, f"alone {n}")) for n in range(count)]
    return pd.DataFrame(rows, columns=["photo", "group"])


def test_copies_that_stay_and_strangers_that_are_joined_are_red(installation, write_truth):
    """Fault: planted copies are missed, or photos of two scenes are taken for one."""
    copies = {n: n - 10 for n in range(10, 20)}  # a10 … a19 are copies of a0 … a9
    write_truth(
        duplicate_of=[f"a{copies[n]}" if n in copies else "" for n in range(100)],
        duplicate_kind=["crop" if n in copies else "" for n in range(100)],
    )
    found = {f"g{n}": (n, copies[n]) for n in copies}

    def verdict(**groups):
        return dataset_truth.duplicates_match_truth(grouped(**groups), installation)

    assert verdict(**found).passed
    missed = verdict(**dict(list(found.items())[1:]))
    assert not missed.passed and "precision 1.000, recall 0.900" in missed.description
    joined = verdict(**found, strangers=(50, 51))
    assert not joined.passed and "precision 0.909, recall 1.000" in joined.description
    one_group = verdict(all=range(100))
    assert not one_group.passed and "recall 1.000" in one_group.description


@pytest.mark.parametrize("rule", ["labels", "duplicates", "boxes"])
def test_a_truth_of_other_photos_proves_nothing(installation, write_truth, rule):
    """Fault: a stale truth knows none of the photos, finds nothing to find, and all is green."""
    write_truth(
        label_wrong=[True],
        label_fault=["all_wrong"],
        duplicate_of=[""],
        duplicate_kind=[""],
        box_fault=["negative"],
    )
    table = filtered(()).assign(photo=[f"b{n}" for n in range(100)], group="one")
    verdict = getattr(dataset_truth, f"{rule}_match_truth")(table, installation)
    assert not verdict.passed and "none of the 100 photos" in verdict.description
