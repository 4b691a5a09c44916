"""What the classifier sees of a told expression, on photos that the studio renders."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from storyface_assets.lib.classifiers.ensemble import EmotionClassifier
from storyface_assets.lib.dataset.eye_frame import EYE_DISTANCE, EYE_HEIGHT
from storyface_assets.lib.deca.codes import Codes
from storyface_assets.lib.deca.encode import as_photos
from storyface_assets.lib.deca.shot_set import Shots
from storyface_assets.lib.deca.shown_emotion import ShownEmotion
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.studio.head_shots import head_shots
from storyface_assets.lib.studio.stage import Models

MODELS = Path(__file__).parents[3] / "data" / "open_models"


@pytest.fixture(scope="module")
def shots():
    made = head_shots(Models.load(MODELS / "open_head"), 5, "celeba", 0, 3)
    return Shots(
        np.stack([_decoded(shot.jpeg) for shot in made]),
        np.stack([shot.codes for shot in made]),
        np.stack([shot.landmarks for shot in made]),
        np.array([shot.label for shot in made]),
        np.zeros(3, int),
    )


def _decoded(data):
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1].copy()


@pytest.fixture(scope="module")
def shown():
    head = OpenHead.load(MODELS / "open_head" / "head.npz")
    return ShownEmotion(EmotionClassifier.load(MODELS / "image_emotion"), head)


def test_it_is_nothing_for_the_true_expression_and_falls_along_its_gradient(shown, shots):
    """Fault: an encoder is rewarded for another expression than the photo's."""
    photos, true = (
        as_photos(shots.photos, torch.device("cpu")),
        Codes.split(torch.from_numpy(shots.codes)),
    )
    assert float(shown.loss(photos, true, true.expression)) < 1e-6
    told = torch.zeros_like(true.expression).requires_grad_(True)
    before = shown.loss(photos, true, told)
    before.backward()
    assert float(before.detach()) > 1e-3
    nearer = told.detach() - 0.02 * told.grad / told.grad.abs().max()
    assert float(shown.loss(photos, true, nearer)) < float(before.detach())
    mean = shown.mean_loss(shots, told.detach())
    assert mean == pytest.approx(float(before.detach()), rel=1e-4)


def test_the_classifier_sees_the_cut_that_it_has_learnt(shown, shots):
    """Fault: a face is cut out nearer, or higher, than the training's."""
    frame = shown._frame(Codes.split(torch.from_numpy(shots.codes))).numpy()
    side = frame.shape[1]
    for one, landmarks in zip(frame, shots.landmarks, strict=True):
        low, high = one[0, 0], one[-1, -1]
        at = (landmarks - low) / (high - low) * (side - 1) + 0.5
        right, left = at[[36, 39]].mean(0), at[[42, 45]].mean(0)
        # By the orthographic camera, which is not quite the lens.
        assert (right + left)[1] / 2 / side == pytest.approx(EYE_HEIGHT, abs=0.02)
        assert (left - right)[0] / side < 1.05 * EYE_DISTANCE
