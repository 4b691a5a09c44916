"""What hashes of a photo stay the same under, and what they say of a photo that is broken."""

import cv2
import numpy as np
import pytest

from storyface_assets.lib.dataset.duplicates.hashes import (
    RECIPE,
    STEP,
    hash_photo,
    read_hashes,
    sharpness,
)
from storyface_assets.lib.dataset.photo_source import NotRead
from storyface_assets_tests.lib.dataset.duplicates.conftest import COPIES, brightened


def hashes_of(world):
    table = world.table()
    found = read_hashes(table, world.root, world.cache, world.open_memo(STEP, RECIPE), 1)
    row = {sha256: i for i, sha256 in enumerate(found.sha256)}
    return found, {r.photo: row[r.sha256] for r in table.itertuples()}


def bits(words, i, j):
    return sum(int(a ^ b).bit_count() for a, b in zip(words[i], words[j], strict=True))


def test_the_face_keeps_its_hash_where_a_crop_changes_the_whole(world):
    # Guards what cropped copies are found by.
    world.add("crop.jpg", COPIES["cropped all around"](world.rgb[2, "neutral"]))
    found, row = hashes_of(world)
    i, j = row["2-neutral.jpg"], row["crop.jpg"]
    assert found.has_face.all()
    assert bits(found.face, i, j) <= 8 < 12 < bits(found.whole, i, j)


def test_people_differ_by_more_than_copies_do(world):
    found, row = hashes_of(world)
    assert bits(found.face, row["1-neutral.jpg"], row["2-neutral.jpg"]) > 12


def test_a_file_that_is_there_twice_is_read_once(world):
    world.add("copy.jpg", (world.root / "1-happy.jpg").read_bytes())
    found, row = hashes_of(world)
    assert len(found.sha256) == 6 and row["copy.jpg"] == row["1-happy.jpg"]


@pytest.mark.parametrize("data", [b"", b"no picture at all"])
def test_a_broken_file_has_a_problem_and_no_hash(tmp_path, data):
    (tmp_path / "x.jpg").write_bytes(data)
    found = hash_photo("0" * 64, (str(tmp_path), "x.jpg", str(tmp_path)))
    assert found["problem"] and "whole" not in found


def test_a_photo_whose_faces_were_not_looked_for_is_hashed_again(world):
    # Else it would be remembered as one without a face, and its cropped copies never found.
    photo, cache = world.root / "1-happy.jpg", str(world.cache)
    with pytest.raises(NotRead):
        hash_photo("0" * 64, (str(world.root), photo.name, cache))
    key = world.table()["sha256"][0]
    photo.unlink()
    with pytest.raises(NotRead):
        hash_photo(key, (str(world.root), photo.name, cache))


def test_pixels_are_the_originals(world):
    world.add("large.jpg", COPIES["larger"](world.rgb[1, "happy"]))
    found, row = hashes_of(world)
    assert found.pixels[row["large.jpg"]] == 435 * 544


def test_sharpness_sees_blur_but_not_brightness(portraits):
    grey = cv2.cvtColor(portraits[1, "neutral"], cv2.COLOR_RGB2GRAY)
    sharp = sharpness(grey)
    assert sharpness(cv2.GaussianBlur(grey, (0, 0), 2.0)) < 0.6 * sharp
    assert sharpness(brightened(grey, 0.8, 0)) == pytest.approx(sharp, rel=0.1)


def test_sharpness_of_nothing_is_zero():
    assert sharpness(np.full((9, 300), 7, np.uint8)) == 0.0
