"""What is read on heads of known and of wrong expressions."""

import numpy as np
import pytest
import torch
from torch import nn

from storyface_assets.lib.classifiers.ensemble import EmotionClassifier
from storyface_assets.lib.deca.codes import EXPRESSION
from storyface_assets.lib.deca.detail_reader import (
    DetailReader,
    first_decoder,
    lite0_detail_encoder,
)
from storyface_assets.lib.deca.shot_set import cast_of
from storyface_assets.lib.geometry_measures.emotion_on_heads import (
    PHOTO,
    TRUTH,
    WRINKLED_TRUTH,
    _shown,
    emotion_on_heads,
)
from storyface_assets.lib.geometry_measures.head_report import Heads
from storyface_assets.lib.geometry_measures.ways import HeadsByWay
from storyface_assets.lib.landmarks import FaceLandmarker
from storyface_assets.lib.relief import DetailSpace
from storyface_assets.lib.studio.head_shots import relief_of
from storyface_assets.lib.studio.stage import Models
from storyface_assets_tests.lib.geometry_measures.one_person import (
    DATA,
    HEAD_DIR,
    SEED,
    one_person,
)


def test_true_codes_show_the_emotion_and_none_shows_none():
    """Fault: heads are given another photo's expression, or judged by another photo's label."""
    shots, models = one_person(12), Models.load(HEAD_DIR)
    true = torch.from_numpy(shots.codes)
    still = Heads(true[:, :100], torch.zeros(len(shots), 50), torch.from_numpy(shots.landmarks))
    found = HeadsByWay(np.arange(len(shots)), {"still": still, "auto": still})
    torch.manual_seed(0)
    decoder = first_decoder()
    *_, last = (m for m in decoder.modules() if isinstance(m, nn.Conv2d))
    nn.init.normal_(last.weight, std=0.2)  # furrows all over the face
    detail = DetailReader(lite0_detail_encoder(), decoder)
    report = emotion_on_heads(
        shots,
        SEED,
        found,
        models,
        EmotionClassifier.load(DATA / "open_models" / "image_emotion"),
        FaceLandmarker(DATA / "cache"),
        photos=12,
        detail=detail,
    )
    rows = {PHOTO, TRUTH, WRINKLED_TRUTH, "still", "auto", "auto, wrinkled"}
    assert set(report) == rows and report[PHOTO]["photos"] == 12
    assert report[WRINKLED_TRUTH]["accuracy"] > report["still"]["accuracy"] + 0.2
    assert report["auto"] == report["still"]
    shown = _shown(shots, SEED, found, models, detail)
    smooth, furrowed = shown["auto"](3), shown["auto, wrinkled"](3)
    assert smooth[1] is None and np.array_equal(smooth[0], furrowed[0])
    mask = DetailSpace.of(models.head).mask
    assert np.abs(furrowed[1]).max() > 1e-5 and not furrowed[1][mask == 0].any()
    code, wrinkles = shown[WRINKLED_TRUTH](3)
    assert np.array_equal(code, shots.codes[3, EXPRESSION])
    true = relief_of(DetailSpace.of(models.head), SEED, *cast_of(int(shots.persons[3])))
    assert np.array_equal(wrinkles, true.displacement(code[None])[0])
    assert report[TRUTH]["accuracy"] > report["still"]["accuracy"] + 0.2
    neutral = float(np.mean(shots.labels == 0))
    assert report["still"]["accuracy"] == pytest.approx(neutral, abs=0.13)
