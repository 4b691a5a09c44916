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
    cv2.rectangle(
        face, (12, 16), (52, 60), (200, 170, 150) if row.is_young else (150, 120, 110), -1
    )
    cv2.rectangle(face, (10, 2), (54, 18), _HAIR[row.hair], -1)
    if row.is_man:
        cv2.rectangle(face, (18, 52), (46, 60), (90, 70, 60), -1)
    bend = 6 * FACE_EXPRESSIONS.index(row.expression) - 12
    cv2.ellipse(face, (32, 44), (12, abs(bend) + 1), 0, 0, 180 if bend > 0 else 360, (120, 0, 0), 2)
    return face


def _rows(people, looks, expressions, vector):
    """What is painted, and the label vector that is told of it."""
    rows = []
    for number, person in enumerate(people):
        for scene, (look, expression) in enumerate(itertools.product(looks, expressions)):
            told = dict(zip(NAMES, vector(look, expression).astype(int).tolist(), strict=True))
            about = {"person": person, "scene": 0, "variant": str(scene), "expression": expression}
            painted = {"hair": look[:3].index(1), "is_man": look[3], "is_young": look[4]}
            rows.append(told | about | painted | {"number": number, "weight": 1.0})
    return pd.DataFrame(rows)


def _of_look(look, expression):
    return celeba_vector(dict(zip(ATTRIBUTES, look, strict=True)))


def _of_mood(look, expression):
    return emotion_vector(expression)


def _nothing(look, expression):
    return np.zeros(len(NAMES))


def painted_set(folder):
    """Write the set; returns the folder."""
    looks = [(k == 0, k == 1, k == 2, m, y) for k in range(3) for m in (0, 1) for y in (0, 1)]
    looks = [tuple(int(v) for v in look) for look in looks]
    plain = [looks[0]]
    moods = [name for name in FACE_EXPRESSIONS if name != "neutral"]
    parts = {
        f"{part}/{split}": ([f"{split} 0", f"{split} 1"], *rest)
        for split in SPLITS
        for part, rest in {
            "celeba": (looks, ["neutral"], _of_look),
            "custom": (plain, moods, _of_mood),
            "neutral": (plain, ["neutral"], _nothing),
        }.items()
    }
    people = ["train 0", "train 1"]
    parts["pairs/train"] = (people, plain, list(FACE_EXPRESSIONS), _nothing)
    parts["attribute_pairs/train"] = (people, looks, ["neutral"], _of_look)
    for name, about in parts.items():
        pack_pictures(_rows(*about), _paint, folder / name, SIZE, threads=1)
    write_facts(folder, SIZE)
    assert json.loads((folder / "facts.json").read_text())["size"] == SIZE
    return folder
