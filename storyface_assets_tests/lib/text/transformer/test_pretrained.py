"""Encoders from folders and the hub, and what is wrong with them."""

import json
import os
import shutil
import subprocess
import sys

import pytest
import torch

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.transformer.pretrained import (
    KOELECTRA,
    find_encoder,
    load_pretrained,
)
from storyface_assets_tests.lib.text.transformer.tiny_encoder import write_bert


@pytest.fixture
def copied(encoder_folder, tmp_path):
    return shutil.copytree(encoder_folder, tmp_path / "encoder")


def change_config(folder, **settings):
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **settings}), "utf-8")


def test_the_weights_of_the_file_are_in_the_encoder(encoder_folder):
    """Fault: names do not fit and random weights are fine-tuned, which only a log tells."""
    found = load_pretrained(str(encoder_folder), 75)
    state = torch.load(encoder_folder / "pytorch_model.bin", weights_only=True)
    own = found.encoder.state_dict()
    assert len(own) > 30
    assert all(torch.equal(value, state[f"electra.{name}"]) for name, value in own.items())


def test_another_encoder_loads_too(tmp_path):
    """Fault: only ELECTRA's layout is understood."""
    assert load_pretrained(str(write_bert(tmp_path / "bert")), 75).encoder.config.hidden_size == 32


def test_half_precision_weights_are_trained_in_full(copied):
    """Fault: AdamW's steps of 5e-6 vanish in half precision."""
    state = torch.load(copied / "pytorch_model.bin", weights_only=True)
    torch.save({k: v.half() for k, v in state.items()}, copied / "pytorch_model.bin")
    change_config(copied, torch_dtype="float16")
    assert {p.dtype for p in load_pretrained(str(copied), 75).encoder.parameters()} == {
        torch.float32
    }


@pytest.mark.parametrize("name", ["pytorch_model.bin", "config.json", "vocab.txt"])
def test_missing_and_damaged_files_are_said(copied, name):
    """Fault: a stack trace of a pickle, or of the hub's client asking the network for them."""
    (copied / name).write_bytes(b"\x00\x01")
    with pytest.raises(BadInput, match="whole folder"):
        load_pretrained(str(copied), 75)
    (copied / name).unlink()
    with pytest.raises(BadInput, match="whole folder"):
        load_pretrained(str(copied), 75)


def test_weights_that_lack_a_layer_are_refused(copied):
    """Fault: transformers gives the missing layer random weights."""
    change_config(copied, num_hidden_layers=3)
    with pytest.raises(BadInput, match=r"encoder\.layer\.2"):
        load_pretrained(str(copied), 75)


def test_a_vocabulary_that_is_too_large_is_refused(copied):
    """Fault: an index error in the middle of the training."""
    with (copied / "vocab.txt").open("a", encoding="utf-8") as file:
        file.write("새\n##새\n")
    with pytest.raises(BadInput, match=r"vocabulary: has 7\d pieces"):
        load_pretrained(str(copied), 75)


def test_inputs_longer_than_the_encoder_takes_are_refused(encoder_folder):
    """Fault: likewise, with the first long sentence."""
    with pytest.raises(BadInput, match="max_position_embeddings"):
        load_pretrained(str(encoder_folder), 500)


def test_a_folder_is_taken_before_the_hub(encoder_folder, tmp_path):
    """Fault: 450 MB are fetched though the weights lie in data/raw."""
    assert find_encoder(encoder_folder) == str(encoder_folder)
    imagenet = tmp_path / "raw" / "imagenet"
    assert find_encoder(imagenet) == KOELECTRA
    dropped = tmp_path / "raw" / "weights" / "koelectra-base-v3-discriminator"
    shutil.copytree(encoder_folder, dropped)
    assert find_encoder(imagenet) == str(dropped)
    with pytest.raises(BadInput, match="is not there"):
        load_pretrained(str(tmp_path / "nowhere"), 75)


@pytest.mark.slow
def test_offline_the_hub_is_not_asked(tmp_path):
    """Fault: minutes of retries, or a stack trace, though HF_HUB_OFFLINE says there is no net."""
    code = (
        "from storyface_assets.lib.text.transformer.pretrained import *\n"
        "from storyface_assets.lib.errors import BadInput\n"
        "try: load_pretrained(KOELECTRA, 75)\n"
        "except BadInput as error: print(error)"
    )
    offline = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=offline, capture_output=True, text=True, check=True
    )
    assert "hf download monologg/koelectra-base-v3-discriminator" in done.stdout


def test_the_layers_above_are_cut_off(encoder_folder):
    """Fault: all layers are computed, or a model of fewer layers is saved as one of all."""
    encoder = load_pretrained(str(encoder_folder), 75, layers=1).encoder
    assert len(encoder.encoder.layer) == encoder.config.num_hidden_layers == 1
    with pytest.raises(BadInput, match="asks for 99"):
        load_pretrained(str(encoder_folder), 75, layers=99)
