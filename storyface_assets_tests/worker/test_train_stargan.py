"""The trainings of StarGAN and its judge, whole, on a handful of painted faces."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from storyface_assets.lib.classifiers.attributes import (
    AttributeReader,
    attribute_set,
    face_attributes_figures,
)
from storyface_assets.lib.classifiers.ensemble import EmotionClassifier, Member, build_network
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.stargan import recipe as recipes
from storyface_assets.lib.stargan.editor import FaceEditor
from storyface_assets.lib.stargan.measures import Judges, stargan_figures, stargan_report
from storyface_assets.lib.stargan.painter import PARTS
from storyface_assets.lib.training.log import read_logs
from storyface_assets.worker import train_stargan as worker
from storyface_assets.worker.train_face_attributes import train_face_attributes
from storyface_assets.worker.train_stargan import train_stargan
from storyface_assets.worker.training_worker import Job
from storyface_assets_tests.worker.painted_set import painted_set


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return painted_set(tmp_path_factory.mktemp("set"))


@pytest.fixture(scope="module")
def judges(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("judges")
    torch.manual_seed(0)
    network = build_network("lite0")
    EmotionClassifier([Member("lite0", 32)], [network]).save(folder / "image_emotion")
    job = Job(data, folder / "work", "tiny")
    train_face_attributes(job, folder / "face_attributes")
    return {name: folder / name for name in ("image_emotion", "face_attributes")}


@pytest.fixture
def short(monkeypatch):
    few = replace(recipes.PROFILES["tiny"], steps=6, critic_from=3, pair_critic_from=2, size=32)
    monkeypatch.setitem(worker.PROFILES, "tiny", few)


def test_the_judge_is_trained_measured_and_kept(data, judges):
    folder = judges["face_attributes"]
    metrics = json.loads((folder / "metrics.json").read_text("utf-8"))
    assert face_attributes_figures(folder, data)["accuracy"] == metrics["test"]["accuracy"]
    assert metrics["test"]["balanced_accuracy"] > 0.6  # painted hair is easily read
    assert f"{metrics['test']['balanced_accuracy']:.3f}" in (folder / "README.md").read_text()


def test_the_judge_learns_from_pairs_too(data):
    assert len(attribute_set(data, "train")) == 2 * 12 + 2 * 12
    assert len(attribute_set(data, "test")) == 2 * 12


@pytest.mark.usefixtures("short")
def test_stargan_is_trained_measured_and_kept(data, judges, tmp_path):
    out = tmp_path / "stargan"
    metrics = train_stargan(Job(data, tmp_path / "work", "tiny", judges=judges), out)
    test = metrics["test"]
    # Every test face is asked for every expression, and for every attribute that it has not.
    assert test["expression_asked"] == 4 * (2 + 2 * 4) and test["attribute_asked"] == 24 * (2 + 2)
    assert test["success"] == pytest.approx(
        (test["expression_success"] + test["attribute_success"]) / 2, abs=1e-3
    )
    assert stargan_figures(out, data, judges)["success"] == test["success"]
    [(name, rows)] = read_logs(out).items()
    assert name == "stargan" and rows[-1]["step"] == 6 and "Custom critic" in rows[-1]
    assert {f"{part} critic" for part in PARTS} <= rows[-1].keys()
    card = (out / "README.md").read_text("utf-8")
    assert f"{test['expression_success']:.3f}" in card and metrics["data"]["version"][:16] in card


@pytest.mark.usefixtures("short")
def test_a_training_without_judges_fails_before_it_begins(data, tmp_path):
    # Found out at its end, hours would be lost.
    with pytest.raises(BadInput, match="image_emotion"):
        train_stargan(Job(data, tmp_path / "work", "tiny"), tmp_path / "out")
    assert not (tmp_path / "work").exists()


def test_a_generator_that_paints_what_is_asked_is_seen_by_the_judges(data, judges):
    """The measure itself: perfect edits count as such, no edits do not."""

    class Perfect(FaceEditor):
        def changed(self, faces, vectors):
            return faces

    class Oracle(AttributeReader):
        def probabilities(self, given):
            return np.tile([0.9, 0.1, 0.1, 0.9, 0.9], (len(given), 1))

    reader = AttributeReader.load(judges["face_attributes"])
    emotion = EmotionClassifier.load(judges["image_emotion"])
    editor = Perfect(recipes.build_generator("branches", 8), "branches", 8, 32)
    oracle = Judges(emotion, Oracle(reader.network, 32))
    by = stargan_report(editor, data, oracle)["attribute_by"]
    # An oracle that always sees black hair, a man, and youth: half of the last two were asked for.
    assert by["Black_Hair"] == 1 and by["Blond_Hair"] == by["Brown_Hair"] == 0
    assert by["Male"] == by["Young"] == 0.5
    assert stargan_report(editor, data, oracle)["outside_change"] == 0
