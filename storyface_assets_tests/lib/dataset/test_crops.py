"""Crops and turned copies of the sample books' portraits."""

import hashlib
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from upath import UPath

from storyface_assets.lib.dataset import turned_copies
from storyface_assets.lib.dataset.crop_frame import face_square
from storyface_assets.lib.dataset.crops import (
    RECIPE,
    SIZE,
    crop_face,
    crop_faces,
    crop_jobs,
    decode_crop,
    decode_landmarks,
    face_in_box,
)
from storyface_assets.lib.dataset.eye_frame import EYE_DISTANCE, EYE_HEIGHT
from storyface_assets.lib.dataset.face_readings import face_readings
from storyface_assets.lib.dataset.photo_source import NotRead
from storyface_assets.lib.dataset.turned_copies import add_turned_copies, class_counts
from storyface_assets.lib.landmarks import Face, fetch_models
from storyface_assets.lib.store import BlobStore, Memo
from storyface_assets.lib.turn import TURNS, turns
from storyface_assets.previews.dataset_sheets import crop_sheet, turned_sheet

DATA = Path(__file__).parents[3] / "data"
HEAD = DATA / "open_models" / "open_head" / "head.npz"
BOX = ("box_min_x", "box_min_y", "box_max_x", "box_max_y")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photos: the three portraits, one of them small, one twice side by side, one cut off."""
    folder = tmp_path_factory.mktemp("crops")
    (folder / "photos").mkdir()
    (folder / "cache").mkdir()
    models = fetch_models(DATA / "cache")
    (folder / "cache" / models.name).symlink_to(models.resolve())
    portraits = sorted((DATA / "books").glob("*/portrait.jpg"))[:3]
    pictures = [cv2.imread(str(path)) for path in portraits]
    small = cv2.resize(pictures[1], (96, 96), interpolation=cv2.INTER_AREA)
    aside = cv2.resize(pictures[0], (300, 300), interpolation=cv2.INTER_AREA)
    pair = np.full((768, 1200, 3), 128, np.uint8)
    pair[:, :768], pair[200:500, 850:1150] = pictures[2], aside
    for name, picture in (("a", pictures[0]), ("b", pictures[1]), ("pair", pair), ("tiny", small)):
        cv2.imwrite(str(folder / "photos" / f"{name}.png"), picture)
    return folder


@pytest.fixture(scope="module")
def table(place: Path) -> pd.DataFrame:
    rows = []
    for path in sorted((place / "photos").iterdir()):
        height, width = cv2.imread(str(path)).shape[:2]
        row = {"photo": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        row |= {"width": width, "height": height, "expression": "neutral", "split": "train"}
        rows.append(row | dict(zip(BOX, (0.0, 0.0, width, height), strict=True)))
    table = pd.DataFrame(rows).assign(kept=True, reason="")
    face_readings(table, place / "photos", place / "cache", workers=1)
    return table


def run(table: pd.DataFrame, place: Path, store: Path) -> tuple[pd.DataFrame, BlobStore]:
    blobs, memo = BlobStore(UPath(store / "blobs")), Memo(store, "crops", RECIPE)
    return crop_faces(table, place / "photos", blobs, place / "cache", memo, workers=1), blobs


def test_crops_have_celebas_framing(table: pd.DataFrame, place: Path, tmp_path: Path) -> None:
    cropped, blobs = run(table, place, tmp_path)
    rows = cropped.set_index("photo")
    assert rows["reason"].to_dict() == {
        "a.png": "",
        "b.png": "",
        "pair.png": "",
        "tiny.png": "face too small",
    }
    for row in cropped[cropped["kept"]].itertuples():
        picture = decode_crop(blobs.get(row.picture))
        assert picture.shape == (SIZE, SIZE, 3)
        landmarks = decode_landmarks(blobs.get(row.landmarks))
        eyes = np.array([landmarks[[33, 133], :2].mean(0), landmarks[[263, 362], :2].mean(0)])
        assert np.linalg.norm(eyes[1] - eyes[0]) / SIZE == pytest.approx(EYE_DISTANCE, abs=0.004)
        assert eyes[:, 1].mean() / SIZE == pytest.approx(EYE_HEIGHT, abs=0.006)
        assert eyes[:, 0].mean() / SIZE == pytest.approx(0.5, abs=0.006)
    assert crop_sheet(cropped, blobs).shape[2] == 3


def test_the_largest_face_inside_the_box_is_taken(
    table: pd.DataFrame, place: Path, tmp_path: Path
) -> None:
    # The seeds took the smallest; and the largest outside the box is not meant.
    pair = table[table["photo"] == "pair.png"]
    whole, _ = run(pair, place, tmp_path)
    right, _ = run(pair.assign(box_min_x=800.0), place, tmp_path)
    nowhere, _ = run(pair.assign(box_min_x=1160.0), place, tmp_path)
    assert whole["face_max_x"].iloc[0] < 768 < right["face_min_x"].iloc[0]
    assert nowhere["reason"].iloc[0] == "no face inside" and nowhere["picture"].iloc[0] == ""


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.tuples(*[st.floats(0, 1200)] * 4))
def test_no_box_gives_an_empty_crop(
    table: pd.DataFrame, place: Path, tmp_path: Path, box: tuple[float, float, float, float]
) -> None:
    pair = table[table["photo"] == "pair.png"].assign(**dict(zip(BOX, box, strict=True)))
    blobs = BlobStore(UPath(tmp_path / "blobs"))
    ((key, job),) = crop_jobs(pair, place / "photos", blobs, place / "cache")
    result = crop_face(key, job)
    assert bool(result["picture"]) != bool(result["reason"])
    if result["picture"]:
        assert decode_crop(blobs.get(result["picture"])).std() > 5


def test_photos_that_cannot_be_read_now_stop_the_step_and_are_not_remembered(
    table: pd.DataFrame, place: Path, tmp_path: Path
) -> None:
    # The table knows the photo, so its disk is gone: a set without it would be stored as whole.
    gone = table[:1].assign(photo="gone.png")
    with pytest.raises(NotRead, match=r"gone\.png"):
        run(gone, place, tmp_path)
    cropped, _ = run(table[:1], place, tmp_path)
    assert cropped["kept"].all()
    blobs, memo = BlobStore(UPath(tmp_path / "blobs")), Memo(tmp_path, "turned", "1")
    args = place / "photos", blobs, place / "cache", memo, HEAD, 1
    with pytest.raises(NotRead, match=r"gone\.png"):
        add_turned_copies(cropped.assign(photo="gone.png"), *args)
    assert add_turned_copies(cropped, *args)["kept"].sum() > 1


def test_only_new_photos_and_lost_pictures_are_worked_on(
    table: pd.DataFrame, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def counted(key: str, job: dict) -> dict:
        done.append(job["photo"])
        return crop_face(key, job)

    monkeypatch.setattr("storyface_assets.lib.dataset.crops.crop_face", counted)
    first, blobs = run(table[:2], place, tmp_path)
    again, _ = run(table[:3], place, tmp_path)
    assert done == ["a.png", "b.png", "pair.png"]
    assert again["picture"].tolist()[:2] == first["picture"].tolist()
    blobs.path(first["picture"].iloc[0]).unlink()
    mended, _ = run(table[:3], place, tmp_path)
    assert done[3:] == ["a.png"] and blobs.has(mended["picture"].iloc[0])


def test_training_photos_get_their_turned_copies_and_others_none(
    table: pd.DataFrame, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cropped, blobs = run(table, place, tmp_path)
    rows = cropped[cropped["kept"]].assign(split=["train", "test", "train"])

    def augmented(step: str) -> pd.DataFrame:
        memo = Memo(tmp_path, step, turned_copies.RECIPE)
        folder = place / "photos"
        return add_turned_copies(rows, folder, blobs, place / "cache", memo, HEAD, workers=1)

    whole = augmented("turned")
    assert whole["photo"].tolist() == ["a.png"] * 5 + ["b.png"] + ["pair.png"] * 5
    assert whole["turn"].tolist() == ["", *TURNS, "", "", *TURNS]
    assert whole["kept"].all() and whole["picture"].nunique() == len(whole)
    assert whole["landmarks"].nunique() == len(whole)
    for row in whole.itertuples():
        landmarks = decode_landmarks(blobs.get(row.landmarks))
        square = face_square(landmarks)
        assert abs(square.left) <= 2 and abs(square.top) <= 2 and abs(square.side - SIZE) <= 3
    (count,) = class_counts(rows, whole).to_dict("records")
    assert (count["train_before"], count["train_after"], count["all_after"]) == (2, 10, 11)
    assert turned_sheet(whole, blobs).shape[0] > 150

    # A head that would be turned too far is not turned that way, but the other ways.
    monkeypatch.setattr(turns, "LIMITS", (15.0, 90.0, 90.0))
    near = augmented("near")
    left = (near["turn"] == "yaw_left").to_numpy()
    assert set(near.loc[left, "reason"]) == {"turned too far"} and near.loc[~left, "kept"].all()
    assert not near.loc[left, "kept"].any() and set(near.loc[left, "picture"]) == {""}
    monkeypatch.undo()

    # A fit that is off gives no copies, and says so.
    monkeypatch.setattr(turned_copies, "MAX_RESIDUAL", 0.0001)
    refused = augmented("strict")
    made = refused["turn"] != ""
    assert refused.loc[~made, "kept"].all() and set(refused.loc[made, "reason"]) == {"bad fit"}
    assert set(refused.loc[made, "picture"]) == {""}


def test_landmarks_of_no_face_are_a_row_with_a_reason(
    table: pd.DataFrame, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One such photo ended the whole run with LinAlgError.
    cropped, blobs = run(table[:2], place, tmp_path)

    def flat_for_one(job: dict) -> Face | None:
        face = face_in_box(job)
        if job["photo"] == "a.png":
            face.landmarks[33] = face.landmarks[263]
        return face

    monkeypatch.setattr(turned_copies, "face_in_box", flat_for_one)
    memo, photos = Memo(tmp_path, "turned", turned_copies.RECIPE), place / "photos"
    whole = add_turned_copies(cropped, photos, blobs, place / "cache", memo, HEAD, workers=1)
    copies = whole[whole["turn"] != ""]
    assert copies["reason"].tolist() == ["bad fit"] * len(TURNS) + [""] * len(TURNS)
