"""What StarGAN trains on: right vectors beside right faces, and nobody's test face among them."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from storyface_assets.lib.dataset.batches import device_batches, open_part
from storyface_assets.lib.dataset.face_marks import MARKS_NAME
from storyface_assets.lib.dataset.funnel import funnel, step_counts
from storyface_assets.lib.dataset.packed_pictures import open_split
from storyface_assets.lib.dataset.picture_shards import PackedPictures
from storyface_assets.lib.dataset.schema import SPLITS
from storyface_assets.lib.dataset.stargan_pairs import (
    write_attribute_pairs,
    write_pairs,
)
from storyface_assets.lib.dataset.stargan_set import write_celeba, write_custom, write_facts
from storyface_assets.lib.dataset.training_sets import write_emotion_splits
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.stargan.label_vectors import ATTRIBUTES, HAIR, NAMES
from storyface_assets.lib.store import BlobStore, content_hash
from storyface_assets.vocabulary import FACE_EXPRESSIONS

COLOURS = {"neutral": 20, "anger": 60, "happy": 100, "panic": 140, "sadness": 180}


def blob(blobs, grey):
    import io

    file = io.BytesIO()
    Image.fromarray(np.full((64, 64, 3), grey, np.uint8)).save(file, "PNG")
    return blobs.put(file.getvalue())


@pytest.fixture
def blobs(tmp_path):
    return BlobStore(tmp_path / "blobs")


@pytest.fixture
def augmented(blobs):
    rows = [
        {
            "photo": f"{split}{n}{expression}",
            "picture": blob(blobs, COLOURS[expression]),
            "person": f"{split}{n}",
            "group": f"{split}{n}{expression}",
            "expression": expression,
            "gender": "female",
            "age": 30,
            "split": split,
            "turn": "",
            "kept": True,
            "reason": "",
        }
        for split in SPLITS
        for n in range(3 if split == "train" else 1)
        for expression in FACE_EXPRESSIONS
    ]
    turned = {**rows[0], "turn": "pitch_up", "kept": False, "reason": "bad fit", "picture": ""}
    return pd.DataFrame([*rows, turned]).astype({"age": "Int64"})


@pytest.fixture
def emotion_splits(augmented, blobs, tmp_path):
    folder = tmp_path / "splits"
    folder.mkdir()
    counts = [step_counts("augmented_faces", augmented)]
    return folder, write_emotion_splits(augmented, counts, blobs, folder, 32)


def test_splits_hold_what_was_kept(emotion_splits):
    folder, told = emotion_splits
    assert told["kept"].all() and len(told) == 25
    train = open_split(folder, "train")
    assert len(train) == 15 and set(train.index["split"]) == {"train"}
    for place, expression in enumerate(train.index["expression"]):
        assert (train[place] == COLOURS[expression]).all()


def test_the_funnel_adds_up_and_says_why(emotion_splits):
    steps = pd.read_parquet(emotion_splits[0] / "funnel.parquet").set_index("step")
    assert list(steps.loc["augmented_faces", ["rows", "kept", "left_out"]]) == [26, 25, 1]
    assert steps.loc["augmented_faces", "why"] == "bad fit 1"
    assert list(steps.loc["emotion_splits", ["rows", "kept"]]) == [25, 25]


def test_what_is_left_out_without_a_reason_is_not_hidden():
    table = pd.DataFrame({"kept": [True, False, False], "reason": ["", "", "blurred"]})
    line = funnel([step_counts("x", table)]).iloc[0]
    assert line["why"] == "blurred 1, no reason given 1" and line["left_out"] == 2


def test_balance_is_counted_by_split(emotion_splits):
    told = pd.read_parquet(emotion_splits[0] / "balance.parquet").set_index(["what", "value"])
    assert list(told.loc[("expression", "happy"), ["train", "validation", "test", "all"]]) == [
        3,
        1,
        1,
        5,
    ]
    assert told.loc[("age", "30–39"), "all"] == 25


def test_a_lost_picture_is_a_row_with_a_reason(augmented, blobs, tmp_path):
    # A crash here would lose the whole set for one damaged file.
    blobs.path(augmented["picture"].iat[0]).write_bytes(b"")
    (tmp_path / "again").mkdir()
    told = write_emotion_splits(augmented, [], blobs, tmp_path / "again", 32)
    lost = told[~told["kept"]]
    assert set(lost["expression"]) == {"neutral"} and set(lost["reason"]) == {
        "picture missing or damaged"
    }


def test_the_same_table_gives_the_same_bytes(augmented, blobs, tmp_path):
    # Another data version without another content would make all of StarGAN's set again.
    for name in "ab":
        (tmp_path / name).mkdir()
        write_emotion_splits(augmented, [], blobs, tmp_path / name, 32)
    assert content_hash(tmp_path / "a") == content_hash(tmp_path / "b")


def test_custom_faces_have_their_emotion_and_neutral_ones_none(emotion_splits, tmp_path):
    told = write_custom(emotion_splits[0], tmp_path / "set", 16)
    assert told["kept"].all() and told["set"].value_counts().to_dict() == {
        "custom": 20,
        "neutral": 5,
    }
    part = open_part(tmp_path / "set", "custom", "train")
    for place in range(len(part)):
        item = part[place]
        [name] = [n for n, v in zip(NAMES, item["labels"], strict=True) if v and n != "Custom"]
        assert (item["pictures"] == COLOURS[name.lower()]).all() and item["labels"][-1] == 1
    neutral = PackedPictures(tmp_path / "set" / "neutral" / "test")
    assert len(neutral) == 1 and (neutral[0] == COLOURS["neutral"]).all()
    batch = next(device_batches(part, 4, "cpu", part.pictures.index["weight"].to_numpy()))
    assert batch.pictures.shape == (4, 3, 16, 16) and batch.labels.shape == (4, len(NAMES))


@pytest.fixture
def celeba(tmp_path):
    rows = []
    for n in range(8):
        rgb = np.zeros((218, 178, 3), np.uint8)
        rgb[20:198] = 10 * n + 50  # StarGAN's centre crop; black above and below
        Image.fromarray(rgb).save(tmp_path / f"{n}.png")
        attributes = dict.fromkeys(ATTRIBUTES, -1)
        attributes |= {"Male": 1 if n % 2 else -1}
        attributes |= {HAIR[n % 4]: 1} if n % 4 < 3 else {}
        rows.append({"photo": f"{n}.png", "split": SPLITS[n // 6], "kept": n != 4, **attributes})
    rows[1][HAIR[0]] = 1  # a second colour
    rows[5]["Young"] = 0  # CelebA's list had another word there
    return pd.DataFrame(rows)


def test_celeba_is_cut_as_stargan_cuts_it(celeba, tmp_path):
    told = write_celeba(celeba, tmp_path, tmp_path / "set", 32)
    reasons = told.set_index("photo")["reason"]
    assert reasons["1.png"] == "two hair colours" and "4.png" not in reasons
    assert reasons["5.png"] == "attribute unknown"
    part = open_part(tmp_path / "set", "celeba", "train")
    assert list(part.pictures.index["photo"]) == ["0.png", "2.png", "3.png"]
    for place, photo in enumerate(part.pictures.index["photo"]):
        assert (part.pictures[place] == 10 * int(photo[0]) + 50).all()
    labels = part[2]["labels"].tolist()
    assert labels == [0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0]  # no hair colour, Male, CelebA
    assert write_facts(tmp_path / "set", 32)["celeba"] == {"train": 3, "validation": 2, "test": 0}


def test_a_face_of_another_crop_is_not_celeba(celeba, tmp_path):
    Image.fromarray(np.zeros((256, 256, 3), np.uint8)).save(tmp_path / "0.png")
    told = write_celeba(celeba, tmp_path, tmp_path / "set", 32).set_index("photo")
    assert told.loc["0.png", "reason"] == "not aligned" and told.loc["2.png", "kept"]


def test_a_wrong_vector_in_the_index_is_refused(emotion_splits, tmp_path):
    write_custom(emotion_splits[0], tmp_path / "set", 16)
    path = tmp_path / "set" / "custom" / "train" / "index.parquet"
    index = pd.read_parquet(path)
    index.loc[3, "Male"] = 1
    index.to_parquet(path)
    (path.parent / "columns.npz").unlink()  # a set of the time before it was written
    with pytest.raises(BadInput, match=r"row 3: \[3\] Male"):
        open_part(tmp_path / "set", "custom", "train")


def test_without_pairs_there_is_no_pairs_set_to_trip_over(tmp_path):
    told = write_pairs(tmp_path / "none", {"a"}, tmp_path, tmp_path / "set", 16)
    assert told.empty and len(PackedPictures(tmp_path / "set" / "pairs" / "train")) == 0


def test_pairs_of_others_and_broken_scenes_stay_out(tmp_path):
    pairs = [
        {"person": p, "scene": s, "expression": e, "photo": f"{p}{s}{e}.png", "intensity": 1.0}
        for p, s, e in [
            *[("train", 0, e) for e in FACE_EXPRESSIONS[:4]],
            *[("train", 1, e) for e in FACE_EXPRESSIONS],
            *[("tester", 0, e) for e in FACE_EXPRESSIONS],
        ]
    ]
    pd.DataFrame(pairs).to_parquet(tmp_path / "pairs.parquet")
    told = write_pairs(tmp_path, {"train"}, tmp_path, tmp_path / "set", 16)
    assert set(told["person"]) == {"train"} and not told["kept"].any()
    assert told["reason"].value_counts().to_dict() == {"no face": 5, "scene not whole": 4}


def test_attribute_pairs_have_the_vectors_of_their_variants(tmp_path):
    rows = []
    for n, (variant, hair) in enumerate({"as_is": -1, "black": 1}.items()):
        photo = f"a_00_{variant}.png"
        Image.fromarray(np.full((218, 178, 3), 50 + 50 * n, np.uint8)).save(tmp_path / photo)
        marks = dict.fromkeys(ATTRIBUTES, -1) | {"Black_Hair": hair, "Male": 1}
        row = {"person": "a", "scene": 0, "variant": variant, "photo": photo}
        rows.append(row | marks | {"mesh": [89.0, 109.0, 0.0, 20.0 + 89 * n]})
    (tmp_path / "broken.png").write_bytes(b"no picture")
    broken = rows[0] | {"variant": "age", "photo": "broken.png"}
    pd.DataFrame([*rows, broken]).to_parquet(tmp_path / "pairs.parquet")
    told = write_attribute_pairs(tmp_path, tmp_path / "set", 16)
    assert told["kept"].tolist() == [True, True, False]
    packed = PackedPictures(tmp_path / "set" / "attribute_pairs" / "train")
    assert packed.index["variant"].tolist() == ["as_is", "black"]
    assert packed.index["Black_Hair"].tolist() == [0, 1] and packed.index["CelebA"].all()
    assert [packed[k][8, 8, 0] for k in (0, 1)] == [50, 100]
    # The points are those of the kept pictures, in shares of the middle square.
    marks = np.load(tmp_path / "set" / "attribute_pairs" / "train" / MARKS_NAME)["marks"]
    assert marks.tolist() == [[[0.5, 0.5], [0, 0]], [[0.5, 0.5], [0, 0.5]]]
    assert "mesh" not in packed.index


def test_without_attribute_pairs_there_is_an_empty_set(tmp_path):
    assert write_attribute_pairs(tmp_path / "none", tmp_path / "set", 16).empty
