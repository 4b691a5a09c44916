"""The training of the open coarse encoder, whole, on ten people."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
import torch

from storyface_assets.lib.classifiers.augment import lit
from storyface_assets.lib.deca import shot_set
from storyface_assets.lib.deca.coarse_task import PROFILES, as_photos, encoded
from storyface_assets.lib.deca.codes import CODE_SIZES, N_CODES, Codes
from storyface_assets.lib.deca.lite0_encoder import lite0_coarse_encoder
from storyface_assets.lib.deca.shot_set import ShotOptions, load_shots, part_of, render_shots
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.geometry_measures.head_report import head_report
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.state_dicts import load_weights
from storyface_assets.worker.train_face_geometry import WEIGHTS_NAME, train_face_geometry
from storyface_assets.worker.training_worker import Job

HEAD_DIR = Path(__file__).parents[2] / "data" / "open_models" / "open_head"
OPTIONS = ShotOptions(PROFILES["tiny"].people, PROFILES["tiny"].photos)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    out, work = tmp_path_factory.mktemp("model"), tmp_path_factory.mktemp("work")
    metrics = train_face_geometry(Job(HEAD_DIR, work, "tiny"), out)
    return out, work, metrics


def test_a_tiny_training_writes_weights_figures_and_card(trained):
    """Fault: figures of other weights than those that are kept, or of people trained on."""
    out, work, metrics = trained
    assert json.loads((out / "metrics.json").read_text("utf-8")) == metrics
    assert metrics["data"] == metrics["data"] | {"train": 16, "validation": 2, "test": 2}
    encoder = lite0_coarse_encoder()
    load_weights(encoder, out / WEIGHTS_NAME, "mend")
    test = load_shots(OPTIONS, work / "shots", "test")
    told, true = encoded(encoder, test, torch.device("cpu")), torch.from_numpy(test.codes)
    head = OpenHead.load(HEAD_DIR / "head.npz")
    again = head_report(Codes.split(told), Codes.split(true), test.persons, head, 2)
    assert again["landmark_error"] == pytest.approx(metrics["test"]["landmark_error"], abs=2e-3)
    card = (out / "README.md").read_text("utf-8")
    assert f"{metrics['test']['scan_median']:.3f}" in card and "--profile tiny" in card


def test_true_codes_measure_as_no_error(trained):
    """Fault: a head is measured against another photo's."""
    _, work, metrics = trained
    test = load_shots(OPTIONS, work / "shots", "test")
    true = Codes.split(torch.from_numpy(test.codes))
    report = head_report(true, true, test.persons, OpenHead.load(HEAD_DIR / "head.npz"), 1)
    assert report["scan_median"] < 0.01 and report["landmark_error"] < 1e-4
    assert metrics["mean"]["scan_median"] > 0.2


def test_people_are_in_one_part_each_and_rendered_once(trained):
    """Fault: a person trains and tests, or a second run renders everything anew."""
    _, work, _ = trained
    parts = [load_shots(OPTIONS, work / "shots", p) for p in ("train", "validation", "test")]
    people = [set(part.persons.tolist()) for part in parts]
    assert set.union(*people) == set(range(10)) and sum(map(len, people)) == 10
    assert all(part_of(p) == "test" for p in people[2])
    files = {f: os.stat(f).st_mtime_ns for f in (work / "shots").iterdir()}
    render_shots(OPTIONS, HEAD_DIR, work / "shots", 1)
    assert files == {f: os.stat(f).st_mtime_ns for f in (work / "shots").iterdir()}


def test_a_damaged_file_and_too_few_people_are_refused(trained, tmp_path, monkeypatch):
    _, work, _ = trained
    monkeypatch.setattr(shot_set, "_file", lambda folder, options, person: tmp_path / "x.npz")
    (tmp_path / "x.npz").write_bytes(b"PK\x03\x04")
    with pytest.raises(BadInput, match="rendered again"):
        load_shots(OPTIONS, tmp_path, "test")
    with pytest.raises(BadInput, match="ten or more"):
        load_shots(ShotOptions(5), work, "validation")


def test_untrained_the_encoder_tells_the_training_s_mean():
    """Fault: camera and light begin far from any photo."""
    encoder = lite0_coarse_encoder().eval()
    codes = torch.randn(50, N_CODES, generator=torch.Generator().manual_seed(0)) * 3 + 1
    encoder.scale_to(codes)
    pictures = np.random.default_rng(0).integers(0, 256, (2, 224, 224, 3), np.uint8)
    photos = as_photos(pictures, torch.device("cpu"))
    with torch.inference_mode():
        told = encoder(photos)
    assert told.shape == (2, sum(CODE_SIZES.values()))
    assert torch.allclose(told, codes.mean(0).expand(2, -1), atol=1e-5)
    other = lit(2 * photos - 1, 0.3)
    assert -1 <= other.min() and other.max() <= 1 and not torch.equal(other, 2 * photos - 1)
