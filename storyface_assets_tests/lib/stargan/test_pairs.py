"""Pairs lead only where their label says the way."""

import shutil

import numpy as np
import pandas as pd
import pytest
import torch

from storyface_assets.lib.dataset.face_marks import MARKS_NAME
from storyface_assets.lib.dataset.picture_shards import pack_pictures
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.stargan.label_vectors import NAMES, celeba_vector
from storyface_assets.lib.stargan.pairs import SAME, open_pairs
from storyface_assets.vocabulary import FACE_EXPRESSIONS

SIZE = 8
CPU = torch.device("cpu")
BASE = {"Black_Hair": 0, "Blond_Hair": 0, "Brown_Hair": 0, "Male": 1, "Young": 1}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("set")

    def read(row):
        return np.full((SIZE, SIZE, 3), row.grey, np.uint8)

    scenes = [(f"p{n}", 0, name) for n in range(30) for name in FACE_EXPRESSIONS]
    rows = pd.DataFrame(scenes, columns=["person", "scene", "expression"])
    rows["grey"] = rows["expression"].map({n: 10 * k for k, n in enumerate(FACE_EXPRESSIONS)})
    pack_pictures(rows, read, folder / "pairs" / "train", SIZE, threads=1)
    variants = {
        "as_is": BASE,
        "black": BASE | {"Black_Hair": 1},
        "gender": BASE | {"Male": 0},
        "grey": BASE | {"Young": 0},
        "age": BASE | {"Black_Hair": 1, "Young": 0},
    }
    vectors = np.stack([celeba_vector(v) for _ in range(30) for v in variants.values()])
    rows = pd.DataFrame(vectors.astype(int), columns=list(NAMES))
    rows["person"] = np.repeat([f"c{n}" for n in range(30)], len(variants))
    rows["scene"], rows["variant"] = 0, list(variants) * 30
    rows["grey"] = rows["variant"].map({name: 100 + 10 * k for k, name in enumerate(variants)})
    pack_pictures(rows, read, folder / "attribute_pairs" / "train", SIZE, threads=1)
    return folder


def greys(pictures):
    return ((pictures[:, 0, 0, 0] + 1) * 127.5).round().int().tolist()


def test_a_scene_leads_to_what_the_label_asks_for(folder):
    faces, *_ = open_pairs(folder)
    torch.manual_seed(0)
    drawn = faces.draw(64, CPU, SIZE)
    asked = [FACE_EXPRESSIONS.index(NAMES[int(v[:9].argmax())].lower()) for v in drawn.labels]
    assert greys(drawn.end) == [10 * k for k in asked]
    assert set(greys(drawn.begin)) == {0, 10, 20, 30, 40} and drawn.marks is None


def test_nobody_is_asked_to_become_neutral(folder):
    # Neutral is no class: a label of zeros would ask for nothing and be shown a face at rest.
    faces, *_ = open_pairs(folder)
    labels = faces.read(np.concatenate([faces.pairs, faces.held_out]), CPU, SIZE).labels
    assert (labels[:, -1] == 1).all() and (labels[:, 5:9].sum(1) == 1).all()


def ways(pairs):
    read = pairs.read(pairs.pairs, CPU, SIZE)
    return {w for w in zip(greys(read.begin), greys(read.end), strict=True) if w[0] != w[1]}


def test_a_pair_teaches_one_thing(folder):
    # Three quarters of the pairs that dyed hair changed the gender or the age as well, and hair
    # was learnt several times slower.
    _, hair, person = open_pairs(folder)
    assert (hair.part, person.part) == ("hair", "person")
    # Old and without a hair colour is grey: as_is 100, black 110, gender 120, grey 130, age 140.
    assert ways(hair) == {(100, 110), (140, 130), (130, 140)}
    assert ways(person) == {(100, 120), (120, 100), (110, 140), (140, 110)}


def test_hair_that_the_label_cannot_name_is_never_asked_for_from_another_colour(folder):
    # Black hair → red hair is labelled "no colour", as grey is: the network would learn a mean.
    _, hair, person = open_pairs(folder)
    assert {(110, 100), (130, 100)}.isdisjoint(ways(hair) | ways(person))


def test_some_pairs_change_nothing(folder):
    # By number alone, pictures paired with themselves would take a third of the training.
    torch.manual_seed(0)
    for pairs in open_pairs(folder):
        drawn = pairs.draw(800, CPU, SIZE)
        begin, end = np.array(greys(drawn.begin)), np.array(greys(drawn.end))
        assert abs((begin == end).mean() - SAME) < 0.05


def test_held_out_scenes_are_never_drawn(folder):
    for pairs in open_pairs(folder):
        assert len(pairs.held_out)
        assert set(pairs.pairs.ravel()).isdisjoint(pairs.held_out.ravel())


@pytest.mark.parametrize("name", ["pairs", "attribute_pairs"])
def test_landmarks_come_with_their_pictures(folder, tmp_path, name):
    # The flow learns another gender's shape from them, and much more slowly without.
    shutil.copytree(folder / name, tmp_path / name)
    marks = np.arange(150)[:, None, None] * np.full((150, 3, 2), 0.002, np.float32)
    path = tmp_path / name / "train" / MARKS_NAME
    np.savez(path, marks=marks)
    for faces in open_pairs(tmp_path):
        pairs = faces.pairs[:7]
        drawn = faces.read(pairs, CPU, SIZE)
        if faces.part == "hair":
            assert drawn.marks is None
            continue
        assert np.allclose(drawn.marks[:, :, 0, 0], 0.004 * pairs - 1)
    # Those of another set would teach the flow nonsense, and nobody would see it.
    np.savez(path, marks=marks[1:])
    with pytest.raises(BadInput, match="does not fit"):
        open_pairs(tmp_path)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(BadInput, match=r"marks\.npz.*cannot be read"):
        open_pairs(tmp_path)


def test_without_pairs_there_are_none(tmp_path):
    assert open_pairs(tmp_path) == []
