"""Changing faces at the size they come in."""

import json

import numpy as np
import pytest
import torch

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.stargan.editor import FaceEditor
from storyface_assets.lib.stargan.label_vectors import celeba_vector, emotion_vector
from storyface_assets.lib.stargan.recipe import build_generator

HAPPY = emotion_vector("happy")


def editor(kind, size=32):
    torch.manual_seed(0)
    return FaceEditor(build_generator(kind, 8), kind, 8, size)


def faces(side):
    return np.random.default_rng(0).integers(0, 256, (2, side, side, 3), np.uint8)


@pytest.mark.parametrize("kind", ["official", "branches"])
def test_faces_keep_their_size(kind):
    for side in (32, 56):
        made = editor(kind).changed(faces(side), [HAPPY, HAPPY])
        assert made.shape == (2, side, side, 3) and made.dtype == np.uint8


def test_detail_beyond_the_networks_size_survives():
    # Enlarging the network's own picture would wipe a checkerboard of single pixels out.
    board = np.indices((64, 64)).sum(0) % 2 * 200
    photo = np.repeat(board[None, ..., None], 3, 3).astype(np.uint8)
    for kind in ("official", "branches"):
        made = editor(kind).changed(photo, [HAPPY])[0, 8:56, 8:56, 0].astype(int)
        assert np.abs(np.diff(made, axis=1)).mean() > 60, kind


def test_what_was_saved_changes_faces_alike(tmp_path):
    first = editor("branches")
    first.save(tmp_path)
    again = FaceEditor.load(tmp_path)
    made, other = (e.changed(faces(16), [HAPPY, HAPPY]).astype(int) for e in (first, again))
    assert np.abs(made - other).max() <= 2  # half precision


def test_a_part_leaves_the_rest_alone():
    """Fault: hair that keeps its colour is painted when another gender is asked for."""
    one = editor("branches")
    old = [
        celeba_vector({"Black_Hair": 1, "Blond_Hair": 0, "Brown_Hair": 0, "Male": 0, "Young": 0})
    ]

    def both():
        return [one.changed(faces(32)[:1], old, part) for part in (None, "person")]

    before = both()
    with torch.no_grad():
        one.generator.branches["hair"].strokes.bias += 1
    after = both()
    assert (before[0] != after[0]).any() and (before[1] == after[1]).all()


def test_a_wrong_label_is_refused():
    with pytest.raises(BadInput, match="label vector"):
        editor("branches").changed(faces(16)[:1], [np.zeros(11)])


def test_damaged_files_are_named(tmp_path):
    editor("branches").save(tmp_path)
    (tmp_path / "generator.safetensors").write_bytes(b"x")
    with pytest.raises(BadInput, match=r"generator\.safetensors"):
        FaceEditor.load(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"labels": ["Smiling"]}))
    with pytest.raises(BadInput, match=r"config\.json.*labels"):
        FaceEditor.load(tmp_path)
