import hashlib
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

from storyface_assets.lib.dataset.decoding import decode_photo
from storyface_assets.lib.dataset.face_readings import (
    FaceReading,
    face_readings,
    faces_in,
    stored_reading,
)
from storyface_assets.lib.dataset.photo_source import NotRead
from storyface_assets.lib.landmarks import FaceLandmarker, fetch_models

DATA = Path(__file__).parents[3] / "data"
PORTRAITS = sorted((DATA / "books").glob("*/portrait.jpg"))


def png(rgb):
    return cv2.imencode(".png", rgb[..., ::-1])[1].tobytes()


@pytest.fixture(scope="module")
def portraits():
    return [decode_photo(path.read_bytes(), 512).rgb for path in PORTRAITS[:2]]


@pytest.fixture(scope="module")
def landmarker():
    return FaceLandmarker(DATA / "cache")


@pytest.fixture(scope="module")
def place(tmp_path_factory, portraits):
    """A folder of photos and a cache that has the models but no readings."""
    folder = tmp_path_factory.mktemp("faces")
    (folder / "cache").mkdir()
    models = fetch_models(DATA / "cache")
    (folder / "cache" / models.name).symlink_to(models.resolve())
    first, second = portraits
    small = cv2.resize(second, (256, 256), interpolation=cv2.INTER_AREA)
    beside = np.full((512, 256, 3), 128, np.uint8)
    beside[128:384] = small
    both = png(np.hstack([beside, first]))
    large = png(cv2.resize(first, (1536, 1536), interpolation=cv2.INTER_CUBIC))
    files = {
        "one.png": png(first),
        "large.png": large,
        "two.png": both,
        "empty.png": png(np.full((200, 200, 3), 90, np.uint8)),
        "cut.png": large[:3000],
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    rows = [(name, hashlib.sha256(data).hexdigest()) for name, data in files.items()]
    rows.append(("gone.png", ""))
    return folder, pd.DataFrame(rows, columns=["photo", "sha256"])


@pytest.fixture(scope="module")
def readings(place):
    folder, table = place
    found = face_readings(table, folder, folder / "cache", workers=1)
    return {name: found.get(key) for name, key in zip(table["photo"], table["sha256"], strict=True)}


def test_boxes_are_in_the_pixels_of_the_original(readings):
    """Fault: boxes of a photo that was shrunk for the detector lie in the shrunk one."""
    one, large = readings["one.png"], readings["large.png"]
    assert (large.width, large.height) == (1536, 1536)
    away = np.abs((large.faces[0].landmarks[:, :2] + 0.5) / 3 - 0.5 - one.faces[0].landmarks[:, :2])
    assert away.mean() < 1.0
    middle = large.boxes[0].reshape(2, 2).mean(0)
    assert np.all((middle > 500) & (middle < 1100))


def test_all_faces_largest_first(readings):
    """Fault: the search stops at the first face, or the smallest is taken (the seeds' fault)."""
    boxes = readings["two.png"].boxes
    assert len(boxes) == 2
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    assert areas[0] > 2 * areas[1]
    assert boxes[0, 0] > 256 > boxes[1, 2]


def test_photos_without_a_face_are_told_from_broken_ones(readings):
    """Fault: a broken photo stops the set, or is taken for one without people."""
    assert readings["empty.png"].faces == () and readings["empty.png"].problem == ""
    assert readings["cut.png"].faces == () and readings["cut.png"].problem == "truncated"
    assert readings["gone.png"] is None


def test_readings_are_kept(place, readings, monkeypatch):
    """Fault: every step looks for the faces anew, or finds other numbers than the first."""
    folder, table = place
    monkeypatch.setattr(FaceLandmarker, "detect", None)
    again = face_readings(table, folder, folder / "cache", 1, select=lambda r: r.boxes)
    kept = stored_reading(folder / "cache", table["sha256"][2])
    assert np.array_equal(again[table["sha256"][2]], kept.boxes)
    for ours, stored in zip(readings["two.png"].faces, kept.faces, strict=True):
        assert np.array_equal(ours.landmarks, stored.landmarks)
        assert np.array_equal(ours.appearance, stored.appearance)
    with pytest.raises(NotRead):
        stored_reading(folder / "cache", "0" * 64)


def test_a_photo_that_comes_back_is_looked_at_again(place, portraits):
    """Fault: a read error that passed is remembered, and the photo is lost for good."""
    folder, _ = place
    data = png(portraits[0][:400, :400])
    table = pd.DataFrame({"photo": ["late.png"], "sha256": [hashlib.sha256(data).hexdigest()]})
    with pytest.raises(NotRead, match="late.png"):
        face_readings(table, folder, folder / "cache", workers=1)
    (folder / "late.png").write_bytes(data)
    [reading] = face_readings(table, folder, folder / "cache", workers=1).values()
    assert not reading.problem and reading.faces


def test_a_quick_look_finds_what_a_thorough_one_finds(portraits, landmarker):
    """Fault: the quick order of detectors moves the landmarks."""
    quick, thorough = (landmarker.detect(portraits[0], quick=q)[0] for q in (True, False))
    away = np.linalg.norm(quick.landmarks[:, :2] - thorough.landmarks[:, :2], axis=1)
    assert away.mean() < 0.02 * thorough.interocular
    assert not quick.person.any() and thorough.person.max() > 0.5


def test_a_reading_survives_json(portraits, landmarker):
    """Fault: a number is rounded on its way into the memo."""
    reading = FaceReading(faces_in(portraits[0], landmarker, 0.5), 1024, 1024, "")
    back = FaceReading.from_json(reading.to_json())
    assert (back.width, back.height, back.problem) == (1024, 1024, "")
    assert np.array_equal(back.faces[0].landmarks, reading.faces[0].landmarks)
    assert back.faces[0].as_face().interocular > 0
