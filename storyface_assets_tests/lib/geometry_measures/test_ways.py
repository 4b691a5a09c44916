"""Encoder, fit and both on the same photos."""

import numpy as np
import pytest
import torch

from storyface_assets.lib.deca.coarse_reader import CoarseReader
from storyface_assets.lib.deca.codes import Codes
from storyface_assets.lib.deca.lite0_encoder import lite0_coarse_encoder
from storyface_assets.lib.deca.shot_set import Shots
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.geometry_measures.ways import ENCODER, heads_by_way, ways_report
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.landmarks import FaceLandmarker
from storyface_assets_tests.lib.geometry_measures.one_person import DATA, HEAD_DIR, one_person


class Knowing(CoarseReader):
    """An encoder that is always right: it knows whose codes belong to a photo, in their order."""

    def __init__(self, shots: Shots) -> None:
        encoder = lite0_coarse_encoder()
        encoder.error.fill_(0.1)
        super().__init__(encoder)
        self._codes, self._at = torch.from_numpy(shots.codes), 0

    def read(self, crops: np.ndarray) -> Codes:
        if len(crops) == 1:
            self._at += 1
            return Codes.split(self._codes[self._at - 1 : self._at])
        return Codes.split(self._codes)


@pytest.fixture(scope="module")
def shots():
    return one_person(3)


def test_who_knows_the_codes_errs_nowhere_and_landmarks_alone_do(shots):
    """Fault: ways mixed up, or heads measured against another photo's."""
    head = OpenHead.load(HEAD_DIR / "head.npz")
    other = CoarseReader.load(DATA / "open_models" / "face_geometry")
    landmarker = FaceLandmarker(DATA / "cache")
    found = heads_by_way(shots, Knowing(shots), head, landmarker, {"other": other})
    report = ways_report(shots, found, head)
    assert set(report) == {ENCODER, "other", "auto", "deca", "fit"}
    assert report["other"]["shape_error"] > 0.1
    assert report[ENCODER]["shape_error"] < 1e-3 and report["deca"]["shape_error"] < 1e-3
    assert report["deca"]["scan_median"] < 0.05 < report["fit"]["scan_median"]
    assert report["auto"]["shape_error"] < 0.5 * report["fit"]["shape_error"]
    assert all(0.001 < one["landmark_error"] < 0.08 for one in report.values())
    assert {one["missed"] for one in report.values()} == {0}


def test_photos_without_a_face_are_counted_and_refused_alone(shots):
    head, landmarker = OpenHead.load(HEAD_DIR / "head.npz"), FaceLandmarker(DATA / "cache")
    blank = Shots(
        np.zeros_like(shots.photos), shots.codes, shots.landmarks, shots.labels, shots.persons
    )
    with pytest.raises(BadInput, match="show no face"):
        heads_by_way(blank, Knowing(shots), head, landmarker)
