"""The whole step on a folder of rendered photos, with real faces found in them."""

from importlib import import_module

import numpy as np
import pandas as pd
import pytest

from storyface_assets.lib.dataset.duplicates import (
    deduplicate,
    duplicate_quality,
    find_near_duplicates,
    verify,
)
from storyface_assets.lib.dataset.duplicates import hashes as hashing
from storyface_assets.lib.dataset.schema import UNIQUE
from storyface_assets.lib.errors import BadInput
from storyface_assets_tests.lib.dataset.duplicates.conftest import COPIES, jpeg


def run(world, table, **options):
    grouped, report = find_near_duplicates(
        table, world.root, world.cache, world.open_memo, 1, **options
    )
    return deduplicate(table, grouped), report


def groups_of(result):
    several = result[result["group_size"] > 1]
    return {frozenset(group) for _, group in several.groupby("group")["photo"]}


def test_each_kind_of_copy_is_found_and_bursts_stay_apart(world):
    truth = [(f"{n}-{name}.jpg", "", "") for n, name in world.rgb]
    original = "1-happy.jpg"
    for kind, change in COPIES.items():
        world.add(f"{kind}.jpg", change(world.rgb[1, "happy"]))
        truth.append((f"{kind}.jpg", original, kind))
    world.add("exact.jpg", (world.root / original).read_bytes())
    truth.append(("exact.jpg", original, "exact"))
    result, report = run(world, world.table())
    assert groups_of(result) == {frozenset([original, "exact.jpg", *(f"{k}.jpg" for k in COPIES)])}
    known = pd.DataFrame(truth, columns=["photo", "duplicate_of", "duplicate_kind"])
    quality = duplicate_quality(result, known)
    assert quality["precision"] == 1.0 and quality["recall"] == 1.0
    kept = result[result["kept"]].set_index("photo")
    assert len(kept) == 6 and "larger.jpg" in kept.index  # it has most pixels
    assert set(result.loc[~result["kept"], "reason"]) == {"near duplicate"}
    assert set(result.loc[~result["kept"], "duplicate_of"]) == {"larger.jpg"}
    # The expressions of one scene were near by their hashes, and were compared.
    assert (~report.pairs["same"]).any()
    assert report.by_distance()["different"].sum() == (~report.pairs["same"]).sum()


def test_far_candidates_are_compared_too(world, monkeypatch):
    # Guards the last of the rounds from the nearest pairs to the farthest.
    module = import_module("storyface_assets.lib.dataset.duplicates.near_duplicates")
    found = module.candidate_pairs
    monkeypatch.setattr(module, "candidate_pairs", lambda *a, **k: found(*a, **k) + [0, 0, 100])
    world.add("copy.jpg", COPIES["recompressed"](world.rgb[1, "happy"]))
    result, report = run(world, world.table())
    assert groups_of(result) == {frozenset(["1-happy.jpg", "copy.jpg"])}
    assert (report.pairs["distance"] >= 100).all()


def test_hashes_alone_would_join_the_expressions_of_a_scene(world):
    # Else verification would not be needed.
    result, _ = run(world, world.table(), verified=False)
    assert groups_of(result)


def test_columns_are_the_schemas_and_order_is_kept(world):
    table = world.table().sample(frac=1.0, random_state=3)
    result, _ = run(world, table)
    assert list(result["photo"]) == list(table["photo"])
    assert {name: str(result[name].dtype) for name in UNIQUE} == dict(UNIQUE)
    assert result["kept"].all() and (result["group"] == result["sha256"]).all()


def test_a_run_again_reads_no_photo_that_is_known(world, monkeypatch):
    world.add("copy.jpg", COPIES["recompressed"](world.rgb[1, "happy"]))
    table = world.table()
    before, _ = run(world, table)
    world.add("new.jpg", COPIES["cropped"](world.rgb[1, "happy"]))
    read = []
    for module in (hashing, verify):
        decode = module.decode_photo
        monkeypatch.setattr(
            module, "decode_photo", lambda *a, decode=decode: (read.append(a[2]), decode(*a))[1]
        )
    verify._small_picture.cache_clear()
    again, _ = run(world, table)
    assert not read and again.equals(before)
    after, _ = run(world, world.table())
    assert read.count("new.jpg") == 2 and "2-neutral.jpg" not in read
    assert groups_of(after) == {frozenset(["1-happy.jpg", "copy.jpg", "new.jpg"])}


def test_a_copy_that_is_not_to_be_used_decides_nothing_but_ties(world):
    # Its label was taken out, but it still shows whose picture it is.
    world.add("larger.jpg", COPIES["larger"](world.rgb[1, "happy"]))
    table = world.table()
    grouped, _ = find_near_duplicates(table, world.root, world.cache, world.open_memo, 1)
    rows = deduplicate(table[table["photo"] != "larger.jpg"], grouped).set_index("photo")
    assert rows["kept"].all() and rows.loc["1-happy.jpg", "group_size"] == 1
    groups = grouped.set_index("photo")["group"]
    assert rows.loc["1-happy.jpg", "group"] == groups["larger.jpg"]


def test_photos_that_were_never_compared_are_refused_in_words(world):
    table = world.table()
    grouped, _ = find_near_duplicates(table[1:], world.root, world.cache, world.open_memo, 1)
    with pytest.raises(BadInput, match=r"1 photos were not compared\. Materialize near_dup"):
        deduplicate(table, grouped)


def test_a_broken_photo_is_a_row_with_a_reason(world):
    world.add("empty.jpg", b"")
    world.add("cut.jpg", (world.root / "1-happy.jpg").read_bytes()[:2000])
    result, _ = run(world, world.table())
    bad = result.set_index("photo").loc[["empty.jpg", "cut.jpg"]]
    assert not bad["kept"].any() and (bad["reason"] != "").all()
    assert result["kept"].sum() == 6


def test_photos_without_a_face_are_found_by_the_whole_picture(world):
    rng = np.random.default_rng(5)
    scene = rng.integers(0, 256, (10, 8, 3)).astype(np.uint8).repeat(32, 0).repeat(32, 1)
    world.add("scene.jpg", jpeg(scene, 95))
    world.add("scene again.jpg", jpeg(scene, 40))
    result, _ = run(world, world.table())
    assert groups_of(result) == {frozenset(["scene.jpg", "scene again.jpg"])}


def test_many_black_photos_are_not_compared_each_with_each(world):
    """Fault: comparing grows with the square of the photos that show nothing."""
    for k in range(40):
        world.add(f"black {k}.jpg", jpeg(np.full((160 + k, 128, 3), k % 5, np.uint8)))
    result, report = run(world, world.table())
    black = result["photo"].str.startswith("black")
    assert result.loc[black, "kept"].all()
    assert not report.pairs["first"].str.startswith("black").any()


def test_many_copies_of_one_photo_take_as_many_comparisons(world):
    """Fault: comparing grows with the square of the copies, though all are joined by the first."""
    count = 60
    for quality in range(100 - count, 100):
        world.add(f"copy {quality}.jpg", jpeg(world.rgb[1, "happy"], quality))
    result, report = run(world, world.table())
    (largest,) = [group for group in groups_of(result) if len(group) > 2]
    assert largest >= {f"copy {quality}.jpg" for quality in range(100 - count, 100)}
    copies = report.pairs[["first", "second"]].map(lambda name: name.startswith("copy")).all(axis=1)
    assert copies.sum() < 3 * count


@pytest.mark.parametrize("count", [0, 1])
def test_next_to_no_photos(world, count):
    result, report = run(world, world.table().iloc[:count])
    assert len(result) == count and result["kept"].all() and not len(report.pairs)
    assert not len(report.by_distance())


def test_a_table_of_another_step_is_refused(world):
    with pytest.raises(BadInput, match="sha256"):
        run(world, world.table().drop(columns="sha256"))
