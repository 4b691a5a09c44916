"""The linear reader's promises."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.emotion_reader import EmotionReader, EmotionReading, softmax
from storyface_assets.lib.text.labelled_stories import read_labelled_sentences
from storyface_assets.lib.text.sentences import Sentence
from storyface_assets.vocabulary import TEXT_EMOTIONS

DATA = Path(__file__).parents[3] / "data"
#: The linear one of the two that the shipped model asks.
MODEL = DATA / "open_models" / "text_emotion" / "linear"


@pytest.fixture(scope="module")
def reader() -> EmotionReader:
    return EmotionReader.load(MODEL)


def sentences_of(texts: list[str]) -> list[Sentence]:
    return [Sentence(i, text, 0, 0, False) for i, text in enumerate(texts)]


def read(reader: EmotionReader, *texts: str) -> EmotionReading:
    return reader.read(sentences_of(list(texts)))


def test_probabilities_sum_to_one_and_labels_follow_them(reader: EmotionReader) -> None:
    """Fault: columns out of order, or labels that do not follow the probabilities."""
    texts = read_labelled_sentences(DATA / "text" / "corpus_test.tsv").texts[:40]
    reading = read(reader, *texts)
    assert reading.probabilities.shape == (40, 6) and reading.probabilities.dtype == np.float32
    assert np.allclose(reading.probabilities.sum(axis=1), 1, atol=1e-5)
    assert ((reading.intensity >= 0) & (reading.intensity <= 1)).all()
    for row, label in zip(reading.probabilities, reading.labels, strict=True):
        sure = row.max() >= reader.weights.threshold
        assert label == (TEXT_EMOTIONS[int(row.argmax())] if sure else "중립")


def test_far_sentences_do_not_change_the_reading(reader: EmotionReader) -> None:
    """Fault: one edited sentence changes readings all over the book."""
    texts = [f"{i}번째 날에 토끼는 숲을 걸었어요." for i in range(9)]
    edited = ["무서운 늑대가 나타났어요!", *texts[1:]]
    before, after = read(reader, *texts), read(reader, *edited)
    assert not np.allclose(before.probabilities[1], after.probabilities[1])
    assert np.allclose(before.probabilities[3:], after.probabilities[3:], atol=1e-5)


def test_no_sentences_no_reading(reader: EmotionReader) -> None:
    """Fault: an empty story crashes in a reduction."""
    reading = reader.read([])
    assert reading.probabilities.shape == (0, 6) and reading.labels == []


def test_below_the_threshold_the_face_stays_calm(reader: EmotionReader) -> None:
    """Fault: a guess of .22 against .21 gives a strong face."""
    from dataclasses import replace

    shy = EmotionReader(replace(reader.weights, threshold=1.1))
    reading = read(shy, "모두 손을 잡고 춤을 추며 행복하게 웃었어요.")
    assert reading.labels == ["중립"] and reading.probabilities[0].argmax() == 4


def test_softmax_of_large_scores() -> None:
    """Fault: overflow turns a sure answer into NaN."""
    assert np.allclose(softmax(np.array([[1e4, 0.0, -1e4]])), [[1, 0, 0]])


@pytest.mark.parametrize("broken", ["config.json", "vocabulary.txt", "model.safetensors"])
def test_a_broken_model_folder_says_so(tmp_path: Path, broken: str) -> None:
    """Fault: a stack trace from a tensor library instead of a mend."""
    folder = tmp_path / "model"
    shutil.copytree(MODEL, folder)
    (folder / broken).write_bytes(b"\x00\x01")
    with pytest.raises(BadInput, match="train_text_emotion"):
        EmotionReader.load(folder)
    (folder / broken).unlink()
    with pytest.raises(BadInput, match="train_text_emotion"):
        EmotionReader.load(folder)


def test_a_model_of_other_emotions_is_refused(tmp_path: Path) -> None:
    """Fault: probabilities in another order are taken for ours."""
    folder = tmp_path / "model"
    shutil.copytree(MODEL, folder)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    config["emotions"].reverse()
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    with pytest.raises(BadInput, match="another model"):
        EmotionReader.load(folder)
