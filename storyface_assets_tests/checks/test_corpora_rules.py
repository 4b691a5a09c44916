"""The rules of the general sentences, each broken once."""

import pandas as pd
import pytest

from storyface_assets.checks import corpora
from storyface_assets.lib.text.corpora import read_corpora
from storyface_assets_tests.lib.text.corpora.small_corpora import small_corpora


@pytest.fixture
def table(tmp_path) -> pd.DataFrame:
    return read_corpora(small_corpora(tmp_path)).table


def kept_rows(table: pd.DataFrame) -> pd.Index:
    return table.index[table["kept"]]


def test_what_is_read_passes(table):
    for rule in (
        corpora.sentences_do_not_cross,
        corpora.sentences_have_a_class,
        corpora.corpora_can_be_read,
    ):
        assert rule(table, None).passed


def test_a_group_in_two_splits_is_red(table):
    first, second = kept_rows(table)[:2]
    table.loc[[first, second], "group"] = "kote:one"
    table.loc[[first, second], "split"] = ["train", "validation"]
    verdict = corpora.sentences_do_not_cross(table, None)
    assert not verdict.passed and "1 groups in two splits" in verdict.description


def test_a_test_sentence_in_train_is_red(table):
    first, second = kept_rows(table)[:2]
    table.loc[[first, second], "text"] = ["토끼가 숲속을 뛰어갔어요.", "토끼가 숲속을 뛰어갔어요!"]
    table.loc[[first, second], "split"] = ["train", "test"]
    verdict = corpora.sentences_do_not_cross(table, None)
    assert not verdict.passed and verdict.figures["near"] == 1


@pytest.mark.parametrize(("column", "value"), [("emotion", "기쁨"), ("text", "")])
def test_a_sentence_without_class_or_text_is_red(table, column, value):
    table.loc[kept_rows(table)[0], column] = value
    assert not corpora.sentences_have_a_class(table, None).passed


def test_many_bad_rows_are_told(table):
    rows = table.index[table["corpus"] == "goemotions_korean"]
    table.loc[rows[0], ["kept", "reason"]] = [False, "no label"]
    verdict = corpora.corpora_can_be_read(table, None)
    assert not verdict.passed and "50.0% of goemotions_korean" in verdict.description
