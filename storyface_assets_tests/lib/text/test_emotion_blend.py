"""Two readers that answer as one."""

import json
import shutil

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.emotion_blend import BlendedReader, Mixing
from storyface_assets.lib.text.emotion_readers import load_emotion_reader
from storyface_assets.lib.text.sentences import Sentence, split_story
from storyface_assets.lib.text.story_context import WIDTH, StoryContext
from storyface_assets.lib.text.transformer.network import EmotionNetwork
from storyface_assets.lib.text.transformer.pretrained import load_pretrained
from storyface_assets.lib.text.transformer.reader import Reading, TransformerReader
from storyface_assets.lib.text.transformer.rows import Window
from storyface_assets.vocabulary import TEXT_EMOTIONS
from storyface_assets_tests.lib.text.story_network.tiny_networks import tiny_networks
from storyface_assets_tests.lib.text.transformer.tiny_encoder import write_encoder

STORY = split_story("토끼가 숲에 갔어요. 늑대가 나와서 너무 무서웠어요. 다시 만나서 기뻤어요.")
WEIGHT = np.random.default_rng(0).normal(0, 0.3, (WIDTH, 6)) + np.tile(np.eye(6), (5, 1)) / 2
HOW = Mixing(0.4, 1.3, 0.2, StoryContext.of(WEIGHT, np.zeros(6), np.full(6, 1 / 6)))
PROBABILITIES = arrays.arrays(np.float32, (3, 6), elements=st.floats(0, 1, width=32)).map(
    lambda p: (p + 1e-3) / (p + 1e-3).sum(1, keepdims=True)
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A blend of tiny networks and a tiny encoder."""
    encoder = write_encoder(tmp_path_factory.mktemp("hub") / "tiny")
    torch.manual_seed(0)
    begun = load_pretrained(str(encoder), 75)
    other = TransformerReader(
        EmotionNetwork(begun.encoder), begun.tokens, Reading(Window(1, 1, 64))
    )
    made = tmp_path_factory.mktemp("model")
    BlendedReader(tiny_networks(), other, HOW).save(made)
    return made


@given(PROBABILITIES, PROBABILITIES, st.floats(0, 1))
def test_a_mixture_lies_between_both(one, two, share):
    """Fault: probabilities that do not sum to one, or a share that counts for the other."""
    mixed = Mixing(share).mixed(one, two)
    assert np.allclose(mixed.sum(1), 1)
    odds = [np.log(p[:, 1:]) - np.log(p[:, :1]) for p in (one.astype(float), two, mixed)]
    assert np.allclose(odds[2], (1 - share) * odds[0] + share * odds[1], atol=1e-3)


def test_it_reads_as_both_say(folder):
    reader = load_emotion_reader(folder)
    assert isinstance(reader, BlendedReader) and reader.how == HOW
    reading = reader.read(STORY)
    one, two = reader.networks.read(STORY), reader.encoder.read(STORY)
    story = ["s"] * len(STORY)
    expected = reader.how.probabilities(one.probabilities, two.probabilities, story)
    assert np.allclose(reading.probabilities, expected, atol=1e-6)
    assert np.allclose(reading.intensity, 0.6 * one.intensity + 0.4 * two.intensity, atol=1e-6)
    best = expected.argmax(1)
    sure = expected.max(1) >= 0.2
    assert reading.labels == [
        TEXT_EMOTIONS[k] if s else "중립" for k, s in zip(best, sure, strict=True)
    ]
    assert not reading.overruled.any() and reading.probabilities.dtype == np.float32


def test_without_the_story_it_mixes_sentence_by_sentence(folder):
    """Fault: figures "by sentence" that the story had a say in."""
    reader = load_emotion_reader(folder)
    one, two = reader.networks.read(STORY), reader.encoder.read(STORY)
    plain = reader.by_sentence().read(STORY)
    assert np.allclose(plain.probabilities, HOW.mixed(one.probabilities, two.probabilities))
    assert not np.allclose(plain.probabilities, reader.read(STORY).probabilities, atol=1e-3)


def test_a_model_without_a_story_context_is_a_mixture(folder, tmp_path):
    """Fault: models that were trained before can no longer be read."""
    shutil.copytree(folder, tmp_path / "model")
    path = tmp_path / "model" / "config.json"
    config = json.loads(path.read_text("utf-8"))
    del config["context"]
    path.write_text(json.dumps(config), "utf-8")
    plain, whole = (load_emotion_reader(one) for one in (tmp_path / "model", folder))
    expected = whole.by_sentence().read(STORY)
    assert np.array_equal(plain.read(STORY).probabilities, expected.probabilities)


@pytest.mark.parametrize("context", [{"weight": [[0.0] * 6], "bias": [0.0] * 6}, {"weight": 1}, 3])
def test_weights_of_the_story_that_are_damaged_are_refused(folder, tmp_path, context):
    """Fault: an index error in the middle of a film."""
    shutil.copytree(folder, tmp_path / "model")
    path = tmp_path / "model" / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"context": context}), "utf-8")
    with pytest.raises(BadInput, match=r"config\.json.*no such model"):
        load_emotion_reader(tmp_path / "model")


@pytest.mark.parametrize(
    "text", ["", " ", "아", "😀", "ㅋㅋ", "春香이가", "Hello.", "토" * 3000, "\x01"]
)
def test_odd_sentences_get_an_answer(folder, text):
    """Fault: a crash or NaN on text that no story has."""
    reading = load_emotion_reader(folder).read([Sentence(0, text, 0, 0, False)])
    assert np.isfinite(reading.probabilities).all() and reading.labels[0] in TEXT_EMOTIONS


def test_no_sentences_no_reading(folder):
    reading = load_emotion_reader(folder).read([])
    assert reading.probabilities.shape == (0, 6) and reading.labels == []


@pytest.mark.parametrize(
    ("name", "value"), [("share", 1.5), ("share", "much"), ("temperature", 0), ("threshold", -1)]
)
def test_settings_that_mean_nothing_are_refused(folder, tmp_path, name, value):
    """Fault: a damaged number reads every story with confidence."""
    shutil.copytree(folder, tmp_path / "model")
    path = tmp_path / "model" / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {name: value}), "utf-8")
    with pytest.raises(BadInput, match=r"config\.json.*no such model"):
        load_emotion_reader(tmp_path / "model")


@pytest.mark.parametrize("part", ["networks", "encoder"])
def test_a_missing_half_is_said(folder, tmp_path, part):
    shutil.copytree(folder, tmp_path / "model")
    shutil.rmtree(tmp_path / "model" / part)
    with pytest.raises(BadInput, match=part):
        load_emotion_reader(tmp_path / "model")
