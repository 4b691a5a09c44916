"""What is saved is what reads, and other folders are refused."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.emotion_readers import load_emotion_reader
from storyface_assets.lib.text.sentences import Sentence
from storyface_assets.lib.text.story_network.reader import NetworksReader
from storyface_assets.lib.text.transformer.reader import Reading, TransformerReader, classes_of
from storyface_assets.lib.text.transformer.rows import Window
from storyface_assets.vocabulary import TEXT_EMOTIONS
from storyface_assets_tests.lib.text.story_network.tiny_networks import tiny_networks
from storyface_assets_tests.lib.text.transformer.tiny_encoder import telling_stories

HOW = Reading(Window(1, 1, 64), temperature=1.1, threshold=0.3)


@pytest.fixture
def reader(network, tokens):
    """Untrained, but with answers that differ from sentence to sentence as trained ones do."""
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.ndim > 1:
                parameter *= 8  # as they come, all sentences are nearly the same to it
    made = TransformerReader(network, tokens, HOW)
    data, out = telling_stories(3, 20, 9, "s"), network.emotion.out
    scores = torch.from_numpy(made.scores(data.texts, data.stories)[0])
    with torch.no_grad():
        out.bias -= scores.mean(0)
        scale = scores.std(0)
        out.weight /= scale[:, None]
        out.bias /= scale
    return made


@pytest.fixture
def folder(reader, tmp_path):
    reader.save(tmp_path / "model")
    return tmp_path / "model"


def sentences_of(texts):
    return [Sentence(i, text, 0, 0, False) for i, text in enumerate(texts)]


def test_what_was_saved_reads_the_same(reader, folder):
    """Fault: half precision, the tokeniser or the settings change the answers on the way."""
    data = telling_stories(1, 20, 8, "s")
    before, after = (
        r.read(sentences_of(data.texts)) for r in (reader, load_emotion_reader(folder))
    )
    assert np.abs(before.probabilities - after.probabilities).max() < 0.02
    assert np.abs(before.intensity - after.intensity).max() < 0.01
    assert after.probabilities.dtype == after.intensity.dtype == np.float32
    assert np.allclose(after.probabilities.sum(1), 1, atol=1e-5)
    assert after.overruled.shape == (20,) and not after.overruled.any()
    assert len(set(after.labels)) > 1
    for row, label in zip(after.probabilities, after.labels, strict=True):
        assert label == (TEXT_EMOTIONS[int(row.argmax())] if row.max() >= 0.3 else "중립")


def test_saved_again_it_is_the_same_to_the_byte(folder, tmp_path):
    """Fault: something of the model is not in its files."""
    TransformerReader.load(folder).save(tmp_path / "again")
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["config.json", "model.safetensors", "tokenizer.json"]
    for name in names:
        assert (folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_below_the_threshold_the_face_stays_calm():
    """Fault: a guess of .22 against .21 gives a strong face."""
    rows = np.array([[0.1, 0.3, 0.15, 0.15, 0.15, 0.15], [0.1, 0.5, 0.1, 0.1, 0.1, 0.1]])
    assert classes_of(rows, 0.4).tolist() == [0, 1]


def test_far_sentences_do_not_change_the_reading(folder):
    """Fault: one edited sentence changes readings all over the book."""
    reader = TransformerReader.load(folder)
    texts = telling_stories(1, 9, 2, "s").texts
    edited = ["임금님이 화를 냈어요!" * 3, *texts[1:]]
    before, after = (reader.read(sentences_of(t)).probabilities for t in (texts, edited))
    assert not np.allclose(before[1], after[1], atol=1e-4)
    assert np.allclose(before[2:], after[2:], atol=1e-4)


@pytest.mark.parametrize("text", ["아", "…!", "😀", "Hello there.", "ㅋㅋ", "토" * 3000, " "])
def test_odd_sentences_get_an_answer(folder, text):
    """Fault: a crash or NaN on text that no story has."""
    reading = TransformerReader.load(folder).read(sentences_of([text]))
    assert np.isfinite(reading.probabilities).all() and reading.labels[0] in TEXT_EMOTIONS


def test_no_sentences_no_reading(folder):
    reading = TransformerReader.load(folder).read([])
    assert reading.probabilities.shape == (0, 6) and reading.labels == []


def test_int8_reads_nearly_the_same(reader, folder, tmp_path):
    """Fault: the setting is saved but not obeyed, or the weights in the file are rounded too."""
    TransformerReader(reader.network, reader.tokens, replace(HOW, int8=True)).save(tmp_path / "8")
    weights = "model.safetensors"
    assert (tmp_path / "8" / weights).read_bytes() == (folder / weights).read_bytes()
    texts = telling_stories(1, 20, 8, "s").texts
    exact, rounded = (
        TransformerReader.load(place).scores(texts, ["s"] * 20)[0]
        for place in (folder, tmp_path / "8")
    )
    # On average: an untrained network of 32 units feels every rounding.
    assert 0 < np.abs(exact - rounded).mean() < 0.1 * np.ptp(exact)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors"])
def test_missing_and_damaged_files_are_said(folder, name):
    """Fault: a stack trace from a tensor library instead of a mend."""
    (folder / name).write_bytes(b"\x00\x01")
    with pytest.raises(BadInput, match="train_text_emotion_research"):
        TransformerReader.load(folder)
    (folder / name).unlink()
    with pytest.raises(BadInput, match="train_text_emotion_research"):
        TransformerReader.load(folder)


def change_config(folder, change):
    config = json.loads((folder / "config.json").read_text("utf-8"))
    change(config)
    (folder / "config.json").write_text(json.dumps(config), "utf-8")


@pytest.mark.parametrize(
    "change",
    [
        lambda config: config["emotions"].reverse(),
        lambda config: config["emotions"].pop(),
        lambda config: config.update(temperature=0),
        lambda config: config.update(temperature=float("nan")),
        lambda config: config.update(window={"before": 1}) or config["window"].update(wide=3),
        lambda config: config["encoder"].update(num_hidden_layers=1),
        lambda config: config["encoder"].update(vocab_size=40),
        lambda config: config["encoder"].update(model_type="abacus"),
        lambda config: config["special"].update(sep="</s>"),
        lambda config: config.pop("threshold"),
    ],
)
def test_a_model_that_contradicts_itself_is_refused(folder, change):
    """Fault: labels in another order are taken for ours; parts of two models are mixed."""
    change_config(folder, change)
    with pytest.raises(BadInput):
        load_emotion_reader(folder)


def test_the_folder_says_which_reader_it_needs(folder, tmp_path):
    """Fault: the open model's folder goes to transformers, or a foreign one to either."""
    tiny_networks().save(tmp_path / "networks")
    assert isinstance(load_emotion_reader(folder), TransformerReader)
    assert isinstance(load_emotion_reader(tmp_path / "networks"), NetworksReader)
    with pytest.raises(BadInput, match="retrain text_emotion"):
        load_emotion_reader(tmp_path / "nowhere")
    change_config(folder, lambda config: config.update(kind="abacus"))
    with pytest.raises(BadInput, match="abacus"):
        load_emotion_reader(folder)


def test_a_bare_encoder_is_no_reader(encoder_folder):
    """Fault: the hub's folder is given for the trained model and answers at random."""
    with pytest.raises(BadInput):
        load_emotion_reader(encoder_folder)
    with pytest.raises(BadInput, match="no such model"):
        TransformerReader.load(encoder_folder)


def test_the_open_models_folder_is_not_read_as_a_transformer(tmp_path):
    tiny_networks().save(tmp_path / "open")
    with pytest.raises(BadInput, match="no such model"):
        TransformerReader.load(tmp_path / "open")
