"""Pictures and tables for the UI."""

import base64
import re

import cv2
import numpy as np
import pandas as pd
import pytest

from storyface_assets.previews.colours import EMOTION_COLOURS, as_hex
from storyface_assets.previews.emotions import emotion_bar, sentence_table
from storyface_assets.previews.pictures import MAX_BYTES, fit_width, picture_row, read_picture
from storyface_assets.vocabulary import TEXT_EMOTIONS


def noise(height, width):
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_pictures_side_by_side_stay_small(count):
    # Noise is the worst case; a larger value makes the asset page slow.
    text = picture_row([(f"p{i}", noise(720, 1280)) for i in range(count)]).md_str
    assert len(text) <= MAX_BYTES
    encoded = re.findall(r"base64,([^)]+)\)", text)
    assert len(encoded) == count
    for data in encoded:
        picture = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None and picture.shape[1] > 40


def test_a_caption_cannot_break_the_table():
    text = picture_row([("a|b ](x)", noise(8, 8))]).md_str
    assert text.splitlines()[0] == "| a/b )(x) |"
    assert "![a/b )(x)](data:image/jpeg" in text


def test_bar_shows_each_sentences_emotions_in_their_colours():
    rows = np.full((2, 6), 0.0)
    rows[0, TEXT_EMOTIONS.index("행복")] = 1.0
    rows[1, TEXT_EMOTIONS.index("슬픔")] = 1.0
    bar = emotion_bar(pd.DataFrame(rows, columns=list(TEXT_EMOTIONS)))
    height, width = 72, bar.shape[1]
    assert tuple(bar[height // 2, width // 4]) == EMOTION_COLOURS["행복"]
    assert tuple(bar[height // 2, 3 * width // 4]) == EMOTION_COLOURS["슬픔"]
    legend = [tuple(bar[-4, (2 * i + 1) * width // 12]) for i in range(6)]
    assert legend == [EMOTION_COLOURS[name] for name in TEXT_EMOTIONS]


def test_bar_heights_are_the_probabilities():
    rows = np.array([[0.75, 0.25, 0, 0, 0, 0]])
    bar = emotion_bar(pd.DataFrame(rows, columns=list(TEXT_EMOTIONS)))[:72]
    share = (bar[:, 0] == EMOTION_COLOURS["중립"]).all(1).mean()
    assert share == pytest.approx(0.75, abs=0.02)


def test_table_counts_sentences_from_one_as_book_toml_does():
    table = pd.DataFrame(
        {"text": ["하나|둘", "셋\n넷"], "override": [True, False], "p": [0.5, 1.0]}
    )
    columns = {"text": "sentence", "p": "p", "override": "by hand"}
    lines = sentence_table(table, columns).md_str.splitlines()
    assert lines[2] == "| 1 | 하나/둘 | 0.50 | ✓ |"
    assert lines[3] == "| 2 | 셋 넷 | 1.00 |  |"


def test_long_tables_are_cut_with_a_word_about_it():
    text = sentence_table(pd.DataFrame({"text": ["가"] * 50}), {"text": "t"}).md_str
    assert text.endswith("… 10 more")


def test_fit_width_keeps_proportions_and_never_enlarges():
    assert fit_width(noise(100, 200), 50).shape == (25, 50, 3)
    assert fit_width(noise(10, 20), 50).shape == (10, 20, 3)


def test_a_missing_picture_is_an_error(tmp_path):
    with pytest.raises(OSError, match="nothing"):
        read_picture(tmp_path / "nothing.png")


def test_hex():
    assert as_hex((255, 0, 16)) == "#ff0010"
