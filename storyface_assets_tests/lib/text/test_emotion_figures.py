"""Figures of a text model are what their names say."""

from pathlib import Path

import numpy as np
import pytest

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.emotion_figures import (
    five_face_accuracy,
    read_stories,
    score,
    text_emotion_figures,
)
from storyface_assets.lib.text.emotion_readers import load_emotion_reader
from storyface_assets.lib.text.sentences import Sentence
from storyface_assets.lib.text.story_corpus import read_story_corpus
from storyface_assets.vocabulary import TEXT_EMOTIONS
from storyface_assets_tests.lib.text.small_corpus import small_corpus

MODEL = Path(__file__).parents[3] / "data" / "open_models" / "text_emotion"


def test_figures() -> None:
    """Fault: a figure that is not what its name says."""
    truth = np.array([0, 0, 1, 2, 3, 5])
    guess = np.array([0, 1, 1, 2, 5, 5])
    assert five_face_accuracy(truth, guess) == pytest.approx(5 / 6)
    row = score(truth, guess, ["a", "a", "a", "b", "b", "b"], draws=50).as_dict()
    assert row["accuracy_low"] <= row["accuracy"] == 0.667 <= row["accuracy_high"]


def test_the_test_stories_are_read_each_by_itself(tmp_path: Path) -> None:
    """Fault: sentences of another story are taken for neighbours, or training is measured."""
    folder = small_corpus(tmp_path, train=2, test=3)
    test, reader = read_story_corpus(folder).test, load_emotion_reader(MODEL)
    read = read_stories(reader, test)
    first = [i for i, story in enumerate(test.stories) if story == "t1"]
    sentences = [Sentence(k, test.texts[i], 0, 0, False) for k, i in enumerate(first)]
    alone = reader.read(sentences)
    assert [TEXT_EMOTIONS[read.classes[i]] for i in first] == alone.labels
    assert np.allclose(read.intensities[first], alone.intensity, atol=1e-5)
    figures = text_emotion_figures(MODEL, folder, {})
    assert figures["accuracy"] == np.mean(read.classes == test.emotions)
    assert figures["accuracy_low"] <= figures["accuracy"] <= figures["accuracy_high"]
    assert all(isinstance(value, float) for value in figures.values())


def test_a_model_that_cannot_load_is_refused(tmp_path: Path) -> None:
    """Fault: an evaluation crashes instead of calling the candidate broken."""
    folder = small_corpus(tmp_path / "data", train=2, test=1)
    with pytest.raises(BadInput):
        text_emotion_figures(tmp_path / "none", folder)
