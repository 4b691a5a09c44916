"""One person's two photos against other people's."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from storyface_assets.lib.deca.coarse_reader import CoarseReader
from storyface_assets.lib.deca.lite0_encoder import lite0_coarse_encoder
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.geometry_measures.same_person import same_person
from storyface_assets.lib.heads.albedo import AlbedoModel
from storyface_assets.lib.heads.character import CharacterHead
from storyface_assets.lib.heads.expressions import archetype
from storyface_assets.lib.heads.model import N_ALBEDO, N_EXPRESSION, N_POSE, N_SHAPE
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.landmarks import FaceLandmarker
from storyface_assets.lib.render import render_portrait

DATA = Path(__file__).parents[3] / "data"
HEAD_DIR = DATA / "open_models" / "open_head"


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """Two people of quite other shapes, each at rest and smiling."""
    folder, rng = tmp_path_factory.mktemp("photos"), np.random.default_rng(3)
    head, skins = OpenHead.load(HEAD_DIR / "head.npz"), AlbedoModel.load(HEAD_DIR / "albedo.npz")
    for name in ("ann", "bob"):
        shape = rng.normal(0, 1.2, N_SHAPE).astype(np.float32)
        texture = skins.texture(skins.random_code(rng))
        faces = {
            "neutral": np.zeros(N_EXPRESSION, np.float32),
            "smiling": archetype("happy").astype(np.float32),
        }
        for moment, code in faces.items():
            who = CharacterHead(shape, np.zeros(N_ALBEDO, np.float32), {"neutral": code}, texture)
            rgb = render_portrait(head, who, [], 480, pose=np.zeros(N_POSE, np.float32))
            cv2.imwrite(str(folder / f"{name}_{moment}.jpg"), rgb[..., ::-1])
    return head, folder


def test_by_shape_the_same_person_is_found(photos):
    """Fault: a way's photos are compared with another way's, or a person with themself."""
    head, folder = photos
    torch.manual_seed(0)
    encoder = lite0_coarse_encoder()
    encoder.error.fill_(1.0)
    report = same_person(folder, CoarseReader(encoder), head, FaceLandmarker(DATA / "cache"))
    assert report["fit"]["found"] == 1.0 and report["fit"]["people"] == 2
    assert 0 < report["fit"]["residual"] < 0.03
    # This encoder tells everybody the same.
    assert report["deca"]["found"] < 1 and report["deca"]["residual"] > report["fit"]["residual"]


def test_a_folder_without_pairs_is_refused(tmp_path):
    (tmp_path / "ann_neutral.jpg").write_bytes(b"")
    with pytest.raises(BadInput, match="NAME_smiling.jpg"):
        same_person(tmp_path, None, None, None)
