import io

import cv2
import numpy as np
import pytest
from PIL import Image

from storyface_assets.lib.studio import faults
from storyface_assets.lib.studio.lens import jpeg
from storyface_assets.lib.studio.options import FaultRates
from storyface_assets.lib.studio.seeds import planted


@pytest.fixture
def picture():
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (25, 20, 3), np.uint8)
    return cv2.resize(noise, (200, 250), interpolation=cv2.INTER_CUBIC)


@pytest.mark.parametrize("rate", [0.01, 0.06, 0.3, 0.5])
def test_planted_items_are_as_many_as_asked_and_numbered_without_gaps(rate):
    # Guards against small sets that get none, and against a fault that is planted twice.
    places = [p for n in range(1000) if (p := planted(rate, n, 1, "x")) is not None]
    assert places == sorted(set(places))
    assert abs(len(places) - 1000 * rate) <= 2


def test_every_kind_of_fault_comes_and_never_two_kinds_of_breakage_at_once():
    plans = [faults.plan_faults(FaultRates(), 1, n) for n in range(3000)]
    for kinds, name in (
        (faults.FILE_FAULTS, "file"),
        (faults.RECORD_FAULTS, "record"),
        (faults.BOX_FAULTS, "box"),
        (faults.DUPLICATES, "duplicate"),
        (faults.LABEL_FAULTS + faults.DISAGREEMENTS, "label"),
    ):
        assert {getattr(p, name) for p in plans} == {"", *kinds}
    assert not any(p.file and (p.label or p.box or p.duplicate or p.record) for p in plans)


@pytest.mark.parametrize(
    ("fault", "right", "uploader_right"),
    [
        ("", 3, True),
        ("one_disagrees", 2, True),
        ("uploader_disagrees", 3, False),
        ("all_disagree", 1, True),
        ("majority_wrong", 1, True),
        ("annotators_wrong", 0, True),
        ("all_wrong", 0, False),
    ],
)
def test_label_faults_are_what_their_names_say(fault, right, uploader_right):
    for seed in range(20):
        given = faults.give_labels("기쁨", fault, np.random.default_rng(seed))
        assert given.annotators.count("기쁨") == right
        assert (given.uploader == "기쁨") == uploader_right
        if fault == "all_disagree":
            assert len(set(given.annotators)) == 3
        if fault in ("annotators_wrong", "all_wrong"):
            assert len(set(given.annotators)) == 1


def test_box_faults_are_what_their_names_say():
    box, size = np.array([60.0, 50, 140, 160]), (200, 250)
    for seed in range(20):
        spoil = {
            kind: faults.spoil_box(box, kind, size, np.random.default_rng(seed))
            for kind in faults.BOX_FAULTS
        }
        assert spoil["negative"].min() < -50
        assert (spoil["beyond"][2:] > size).any()
        swapped = spoil["swapped"]
        assert (swapped[:2] > swapped[2:]).all()
        small = spoil["small"]
        assert (small[2:] - small[:2] < 8.01).all() and (small >= 0).all()
        away = spoil["elsewhere"]
        overlap = np.minimum(away[2:], box[2:]) - np.maximum(away[:2], box[:2])
        assert (overlap <= 2).any() and (away >= 0).all() and (away[2:] <= size).all()


@pytest.mark.parametrize("kind", faults.DUPLICATES)
def test_copies_look_alike_and_the_box_goes_with_them(picture, kind):
    rng = np.random.default_rng(3)
    data, matrix, size = faults.copy_of(picture, jpeg(picture, 90), kind, 90, rng)
    copy = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    assert copy.shape[:2] == size[::-1]
    assert (data == jpeg(picture, 90)) == (kind == "exact")
    back = cv2.warpAffine(copy, matrix, (200, 250), flags=cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR)
    inside = back[20:-20, 20:-20].astype(float), picture[20:-20, 20:-20].astype(float)
    assert np.corrcoef(inside[0].ravel(), inside[1].ravel())[0, 1] > 0.95


def test_broken_files_are_broken_in_the_way_they_say(picture):
    good = jpeg(picture, 90)
    rng = np.random.default_rng(0)
    files = {k: faults.spoil_file(picture, good, k, rng) for k in ("", *faults.FILE_FAULTS)}
    assert files[""] == good and files["empty"] == b""
    assert good.startswith(files["truncated"]) and len(files["truncated"]) < 0.8 * len(good)
    with pytest.raises(OSError):
        Image.open(io.BytesIO(files["not_a_picture"]))
    assert Image.open(io.BytesIO(files["cmyk"])).mode == "CMYK"
    assert getattr(Image.open(io.BytesIO(files["animated"])), "n_frames", 1) == 2
