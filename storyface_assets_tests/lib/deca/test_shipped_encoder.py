"""The encoder of heads that books use, on a person that its training never saw."""

import json

import pytest
import torch

from storyface_assets.lib.classifiers.ensemble import EmotionClassifier
from storyface_assets.lib.deca.coarse_figures import true_heads
from storyface_assets.lib.deca.coarse_reader import CoarseReader
from storyface_assets.lib.deca.codes import Codes
from storyface_assets.lib.deca.face_points import FacePoints
from storyface_assets.lib.deca.shown_emotion import ShownEmotion
from storyface_assets.lib.geometry_measures.head_report import Heads, head_report
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets_tests.lib.geometry_measures.one_person import DATA, HEAD_DIR, one_person

MODEL = DATA / "open_models" / "face_geometry"


@pytest.fixture(scope="module")
def reports():
    """Of the encoder, and of its training's mean codes."""
    shots, reader = one_person(10), CoarseReader.load(MODEL)
    head = OpenHead.load(HEAD_DIR / "head.npz")
    points, true = FacePoints.of(head), true_heads(shots)
    told = {
        "encoder": reader.read(shots.photos),
        "mean": Codes.split(reader.encoder.mean.expand(len(shots), -1)),
    }
    return {
        name: head_report(Heads.of(codes, points), true, shots.persons, head, 1)
        for name, codes in told.items()
    }


def test_it_tells_more_of_a_new_person_than_the_mean_does(reports):
    """Fault: the weights, the crop or the head model changed, and codes are no longer of it."""
    encoder, mean = reports["encoder"], reports["mean"]
    for name, share in {"shape_error": 0.8, "expression_error": 0.6, "landmark_error": 0.5}.items():
        assert encoder[name] < share * mean[name], name


def test_its_errors_are_those_of_the_card(reports):
    measured = json.loads((MODEL / "metrics.json").read_text("utf-8"))["test"]
    assert reports["encoder"]["landmark_error"] == pytest.approx(
        measured["landmark_error"], abs=0.02
    )
    error = Codes.split(CoarseReader.load(MODEL).encoder.error[None])
    # A fit divides by these.
    used = torch.cat([error.shape, error.expression], 1)
    assert torch.isfinite(used).all() and (used > 0).all()


def test_the_classifier_sees_the_photo_s_emotion_in_what_it_tells():
    """Fault: weights without EMOCA's lesson, or of another classifier's."""
    shots, head = one_person(10), OpenHead.load(HEAD_DIR / "head.npz")
    shown = ShownEmotion(EmotionClassifier.load(DATA / "open_models" / "image_emotion"), head)
    told = CoarseReader.load(MODEL).read(shots.photos).expression
    # Before the lesson it was a tenth.
    assert shown.mean_loss(shots, told) < 0.05 * shown.mean_loss(shots, torch.zeros_like(told))
