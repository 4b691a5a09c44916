"""Codes read from a photo by the coarse encoder."""

import cv2
import numpy as np
import pytest
import torch

from storyface_assets.lib.deca.coarse_reader import EXPRESSION_SHARE, CoarseReader
from storyface_assets.lib.deca.codes import N_CODES, Codes
from storyface_assets.lib.deca.face_crop import CROP, SIDE, cut_face, face_box
from storyface_assets.lib.deca.lite0_encoder import lite0_coarse_encoder
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.model import N_SHAPE
from storyface_assets.lib.landmarks.ibug68 import ibug68


@pytest.fixture(scope="module")
def reader():
    torch.manual_seed(0)
    encoder = lite0_coarse_encoder()
    torch.nn.init.normal_(encoder.inner.layers[2].weight, std=0.05)
    encoder.error.copy_(torch.rand(N_CODES) + 0.1)
    return CoarseReader(encoder)


def landmarks():
    rng = np.random.default_rng(1)
    return np.column_stack([rng.uniform(60, 140, (478, 2)), rng.normal(size=478)])


@pytest.mark.parametrize("scale", [0.4, 1.0, 2.5])
def test_the_face_is_cut_as_the_encoder_has_learnt_to_see_it(scale):
    """Fault: half a pixel off, or another size of the face than in training."""
    points = landmarks()[:68, :2] * scale
    box = face_box(points)
    side = CROP * max(box[2] - box[0], box[3] - box[1])
    y, x = np.mgrid[0 : int(240 * scale), 0 : int(240 * scale)] + 0.5
    picture = np.stack([x, y, 0 * x], 2) / (240 * scale) * 255
    crop = cut_face(np.rint(picture).astype(np.uint8), points).astype(float)
    assert crop.shape == (SIDE, SIDE, 3)
    middle = crop[SIDE // 2 - 1 : SIDE // 2 + 1, SIDE // 2 - 1 : SIDE // 2 + 1, :2].mean((0, 1))
    wanted = (box[:2] + box[2:]) / 2 / (240 * scale) * 255
    assert np.allclose(middle, wanted, atol=1.0)
    slope = (crop[100, 150, 0] - crop[100, 60, 0]) / 90
    assert slope == pytest.approx(side / SIDE / (240 * scale) * 255, rel=0.05)


def test_saved_and_loaded_it_tells_the_same(reader, tmp_path):
    reader.save(tmp_path)
    crops = np.random.default_rng(0).integers(0, 256, (2, SIDE, SIDE, 3), np.uint8)
    first, again = reader.read(crops), CoarseReader.load(tmp_path).read(crops)
    assert torch.allclose(first.vector(), again.vector(), atol=2e-2)
    with pytest.raises(BadInput, match="Train face_geometry again"):
        CoarseReader.load(tmp_path / "elsewhere")


def test_shape_and_expression_are_told_with_their_errors(reader):
    """Fault: the albedo's 50 codes are taken for the expression's, or the errors of others."""
    rgb = cv2.GaussianBlur(
        np.random.default_rng(2).integers(0, 256, (200, 200, 3), np.uint8), (0, 0), 3
    )
    points = landmarks()
    told = reader.told_of(rgb, points)
    # Landmarks of a network count from the middle of the first pixel, crops from its corner.
    codes = reader.read(cut_face(rgb, ibug68(points)[:, :2] + 0.5)[None])
    assert np.allclose(told.mean[:N_SHAPE], codes.shape[0], atol=1e-4) and told.mean.shape == (150,)
    assert np.allclose(told.mean[N_SHAPE:], codes.expression[0], atol=1e-4)
    error = Codes.split(reader.encoder.error[None])
    assert np.allclose(told.spread[:N_SHAPE], error.shape[0])
    # Landmarks count less against the expression, as if the encoder were surer of it.
    surer = told.spread[N_SHAPE:] / error.expression[0].numpy()
    assert np.allclose(surer, EXPRESSION_SHARE**0.5, rtol=1e-5)
