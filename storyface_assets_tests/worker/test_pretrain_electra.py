"""Pre-training an ELECTRA and fine-tuning it, whole."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.transformer.pretrained import load_pretrained
from storyface_assets.worker import pretrain_electra as worker
from storyface_assets.worker.pretrain_electra import pretrain_electra
from storyface_assets.worker.train_text_emotion_research import train_research
from storyface_assets.worker.training_worker import Job
from storyface_assets_tests.lib.text.transformer.tiny_encoder import (
    WHO,
    telling_stories,
    write_corpus,
    write_encoder,
)


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    folder = tmp_path_factory.mktemp("electra")
    train = telling_stories(60, 12, 0, "a", WHO[:3])
    write_corpus(folder / "data", train, telling_stories(4, 12, 1, "t", WHO[3:]))
    write_encoder(folder / "vocabulary")
    kote = folder / "corpora" / "kote"
    kote.mkdir(parents=True)
    (kote / "train.tsv").write_text("1\t곰이 웃었어요\t17\n", "utf-8")
    (kote / "test.tsv").write_text("2\t임금님이 떨었어요\t17\n", "utf-8")
    return folder


def job_of(room, work, **more):
    given = {"vocabulary": room / "vocabulary", "corpora": room / "corpora", **more}
    return Job(room / "data", work, "tiny", folders=given)


@pytest.fixture(scope="module")
def encoder(room):
    command = [sys.executable, "-m", "storyface_assets.worker.pretrain_electra"]
    asked = ["--data", room / "data", "--vocabulary", room / "vocabulary"]
    more = ["--corpora", room / "corpora", "--out", room / "encoder", "--profile", "tiny"]
    subprocess.run([*map(str, [*command, *asked, *more])], check=True)
    return room / "encoder"


@pytest.mark.slow
def test_it_reads_neither_test_nor_validating_stories(encoder):
    """Fault: text of a test is learnt from, or of stories that choose later."""
    told = json.loads((encoder / "metrics.json").read_text("utf-8"))
    # An eighth of the 60 stories validates the text model; one row of KOTE is of its test.
    assert told["data"]["sentences"] == {"stories": (60 - 8) * 12, "kote": 1}
    assert "624" in (encoder / "README.md").read_text("utf-8")


@pytest.mark.slow
def test_the_encoder_is_one_of_the_hub_with_the_trained_weights(room, encoder, tmp_path):
    """Fault: the weights are untrained, or are fine-tuned without dropout as they were made."""
    begun = load_pretrained(str(encoder), 384)
    told = json.loads((encoder / "config.json").read_text("utf-8"))
    assert told["hidden_dropout_prob"] == told["attention_probs_dropout_prob"] == 0.1
    assert len(begun.tokens.pieces(["토끼가"])[0]) == 3
    trained = load_file(room / "encoder.work" / "discriminator.safetensors")
    for name, value in begun.encoder.state_dict().items():
        assert torch.equal(trained[f"electra.{name}"], value)
    job = Job(room / "data", tmp_path / "work", "tiny_e5", weights_dir=encoder)
    metrics = train_research(job, tmp_path / "model")
    assert metrics["encoder"] == "encoder" and metrics["test"]["sentences"] == 48


def test_another_vocabulary_of_the_same_size_does_not_go_on(room, tmp_path):
    """Fault: a half run's weights are saved beside a vocabulary that they never saw."""
    pretrain_electra(job_of(room, tmp_path / "work"), tmp_path / "one")
    again = pretrain_electra(job_of(room, tmp_path / "work"), tmp_path / "two")
    names = ("model.safetensors", "config.json", "vocab.txt")
    assert again["training"]["steps"] > 0
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    other = write_encoder(tmp_path / "other")
    lines = (other / "vocab.txt").read_text("utf-8").split("\n")
    lines[6], lines[7] = lines[7], lines[6]
    (other / "vocab.txt").write_text("\n".join(lines), "utf-8")
    with pytest.raises(BadInput, match="another plan"):
        pretrain_electra(job_of(room, tmp_path / "work", vocabulary=other), tmp_path / "three")
    assert not (tmp_path / "three").exists()


def test_a_vocabulary_that_takes_hangul_apart_is_refused(room, tmp_path):
    """Fault: an hour's training of pieces that are nearly all unknown."""
    other = write_encoder(tmp_path / "other")
    (other / "tokenizer_config.json").write_text('{"do_lower_case": true}', "utf-8")
    with pytest.raises(BadInput, match="do_lower_case"):
        pretrain_electra(job_of(room, tmp_path / "work", vocabulary=other), tmp_path / "out")


@pytest.mark.parametrize("wrong", ["data", "nowhere"])
def test_folders_that_hold_nothing_of_it_are_refused(room, tmp_path, wrong):
    """Fault: it goes on without what was asked for, or fails in a traceback."""
    with pytest.raises(BadInput, match=r"no vocab\.txt"):
        pretrain_electra(job_of(room, tmp_path, vocabulary=room / wrong), tmp_path / "out")
    with pytest.raises(BadInput, match="--corpora"):
        pretrain_electra(job_of(room, tmp_path, corpora=room / wrong), tmp_path / "out")


def test_what_it_cannot_do_is_refused(room, tmp_path):
    """Fault: the vocabulary is overwritten by the encoder; --compile does nothing, silently."""
    with pytest.raises(BadInput, match="--out"):
        pretrain_electra(job_of(room, tmp_path), room / "vocabulary")
    with pytest.raises(BadInput, match="--compile"):
        pretrain_electra(replace(job_of(room, tmp_path), compiled=True), tmp_path / "out")
    with pytest.raises(BadInput, match=f"--{worker.VOCABULARY}"):
        pretrain_electra(replace(job_of(room, tmp_path), folders={}), tmp_path / "out")
