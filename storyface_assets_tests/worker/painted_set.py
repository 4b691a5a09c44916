"""A StarGAN training set of painted faces: hair, skin and mouth as the labels say."""

import itertools
import json

import cv2
import numpy as np
import pandas as pd

from storyface_assets.lib.dataset.picture_shards import pack_pictures
from storyface_assets.lib.dataset.schema import SPLITS
from storyface_assets.lib.dataset.stargan_set import write_facts
from storyface_assets.lib.stargan.label_vectors import (
    ATTRIBUTES,
    NAMES,
    celeba_vector,
    emotion_vector,
)
from storyface_assets.vocabulary import FACE_EXPRESSIONS

SIZE = 64
_HAIR = ((10, 10, 10), (220, 200, 90), (110, 60, 30))


def _paint(row):
    """Hair above, skin lighter for the young, a chin for men, a mouth by expression."""
    face = np.full((SIZE, SIZE, 3), 90 + 10 * row.number, np.uint8)
    cv2.rectangle(face, (12, 16), (52, 60), (200, 170, 150) if row.Young else (150, 120, 110), -1)
    hair = [k for k in range(3) if (row.Black_Hair, row.Blond_Hair, row.Brown_Hair)[k]]
    cv2.rectangle(face, (10, 2), (54, 18), _HAIR[hair[0]] if hair else (160, 160, 160), -1)
    if row.Male:
        cv2.rectangle(face, (18, 52), (46, 60), (90, 70, 60), -1)
    bend = 6 * FACE_EXPRESSIONS.index(row.expression) - 12
    cv2.ellipse(face, (32, 44), (12, abs(bend) + 1), 0, 0, 180 if bend > 0 else 360, (120, 0, 0), 2)
    return face


def _rows(people, looks, expressions, vector):
    rows = []
    for number, person in enumerate(people):
        for scene, (look, expression) in enumerate(itertools.product(looks, expressions)):
            attributes = dict(zip(ATTRIBUTES, look, strict=True))
            numbers = vector(attributes, expression)
            shown = {**dict(zip(NAMES, numbers, strict=True)), **attributes}
            about = {"person": person, "scene": 0, "variant": str(scene), "expression": expression}
            rows.append(shown | about | {"number": number, "weight": 1.0, "vector": numbers})
    return pd.DataFrame(rows)


def _pack(rows, folder):
    """The pictures as painted, and an index with the label vectors."""
    told = rows.drop(columns="vector")
    pack_pictures(told, _paint, folder, SIZE, threads=1)
    index = pd.read_parquet(folder / "index.parquet")
    index[list(NAMES)] = np.stack(rows["vector"]).astype(np.uint8)
    index.to_parquet(folder / "index.parquet", index=False)


def painted_set(folder):
    """Write the set; returns the folder."""
    looks = [(k == 0, k == 1, k == 2, m, y) for k in range(3) for m in (0, 1) for y in (0, 1)]
    looks = [tuple(int(v) for v in look) for look in looks]
    plain = [looks[0]]
    moods = [name for name in FACE_EXPRESSIONS if name != "neutral"]
    for split in SPLITS:
        people = [f"{split} {n}" for n in range(2)]
        of_celeba = _rows(people, looks, ["neutral"], lambda a, e: celeba_vector(a))
        _pack(of_celeba, folder / "celeba" / split)
        _pack(
            _rows(people, plain, moods, lambda a, e: emotion_vector(e)), folder / "custom" / split
        )
        zero = np.zeros(len(NAMES), np.float32)
        _pack(_rows(people, plain, ["neutral"], lambda a, e, z=zero: z), folder / "neutral" / split)
    zero = np.zeros(len(NAMES), np.float32)
    _pack(
        _rows(["train 0", "train 1"], plain, FACE_EXPRESSIONS, lambda a, e: zero),
        folder / "pairs" / "train",
    )
    _pack(
        _rows(["train 0", "train 1"], looks, ["neutral"], lambda a, e: celeba_vector(a)),
        folder / "attribute_pairs" / "train",
    )
    write_facts(folder, SIZE)
    assert json.loads((folder / "facts.json").read_text())["size"] == SIZE
    return folder
