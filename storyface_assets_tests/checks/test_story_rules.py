"""Rules over tables, each broken once."""

import numpy as np
import pandas as pd
import pytest

from storyface_assets.checks import ALL_CHECKS, stories
from storyface_assets.vocabulary import EXPRESSION_OF_EMOTION, TEXT_EMOTIONS


@pytest.fixture
def sentences():
    return pd.DataFrame(
        {
            "index": [0, 1, 2],
            "text": ["하나.", "둘.", "셋."],
            "paragraph": [0, 0, 1],
            "page": [0, 0, 0],
        }
    )


@pytest.fixture
def emotions(sentences):
    table = sentences.assign(emotion=["중립", "행복", "슬픔"])
    for name in TEXT_EMOTIONS:
        table[name] = np.where(table["emotion"] == name, 0.75, 0.05)
    table["expression"] = table["emotion"].map(dict(EXPRESSION_OF_EMOTION))
    return table


def test_good_tables_pass_every_rule(sentences, emotions):
    assert stories.sentences_are_there(sentences).passed
    assert stories.sentences_are_in_order(sentences).passed
    assert stories.probabilities_sum_to_one(emotions).passed
    assert stories.emotions_are_known(emotions).passed
    assert stories.emotions_match_sentences(emotions, sentences).passed
    assert stories.model_is_confident(emotions).passed


def test_no_sentences(sentences):
    assert not stories.sentences_are_there(sentences.head(0)).passed


def test_an_empty_sentence(sentences):
    sentences.loc[1, "text"] = "  "
    assert not stories.sentences_are_there(sentences).passed


@pytest.mark.parametrize(("column", "value"), [("index", 5), ("paragraph", 9), ("page", 9)])
def test_order(sentences, column, value):
    sentences.loc[1, column] = value
    assert not stories.sentences_are_in_order(sentences).passed


@pytest.mark.parametrize("value", [0.5, -0.05, np.nan])
def test_probabilities(emotions, value):
    emotions.loc[0, "행복"] = value
    assert not stories.probabilities_sum_to_one(emotions).passed


@pytest.mark.parametrize(("column", "value"), [("emotion", "기쁨"), ("expression", "joy")])
def test_unknown_words(emotions, column, value):
    emotions.loc[0, column] = value
    assert not stories.emotions_are_known(emotions).passed


def test_emotions_of_another_text(emotions, sentences):
    assert not stories.emotions_match_sentences(emotions.head(2), sentences).passed


def test_a_guessing_model(emotions):
    emotions[list(TEXT_EMOTIONS)] = 1 / 6
    assert not stories.model_is_confident(emotions).passed


def test_rules_are_described_and_named_once():
    keys = [key for check in ALL_CHECKS for key in check.check_keys]
    assert len(keys) == len(set(keys))
    for check in ALL_CHECKS:
        for spec in check.check_specs:
            assert spec.description and len(spec.description) > 20
