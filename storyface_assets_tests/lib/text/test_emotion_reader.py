"""The shipped emotion model: accuracy on stories it never saw, and the reader's promises."""

import json
import shutil
import time
from pathlib import Path

import numpy as np
import pytest

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.measures import accuracy
from storyface_assets.lib.text.emotion_figures import five_face_accuracy
from storyface_assets.lib.text.emotion_reader import EmotionReader, EmotionReading, softmax
from storyface_assets.lib.text.labelled_stories import read_labelled_sentences
from storyface_assets.lib.text.sentences import Sentence, split_story
from storyface_assets.vocabulary import TEXT_EMOTIONS

DATA = Path(__file__).parents[3] / "data"
MODEL = DATA / "open_models" / "text_emotion"
#: A little below what was measured (.649 and .695 on 2026-11-29).
ACCURACY_FLOOR = 0.63
FIVE_FACE_FLOOR = 0.675
SEEDS_STORY = """이스트소프트 최종 발표날이 왔어요.
훌륭한 심사위원님들 앞이라 너무 긴장되네요.
발표를 하다가 치명적인 실수를 해서 슬펐어요.
실수한 나 자신에게 너무 화가 났어요.
비록 실수가 있었지만 성장할 수 있는 좋은 기회였습니다.
부트캠프를 하며 많이 배우고 성장한 것 같아서 행복합니다."""


@pytest.fixture(scope="module")
def reader() -> EmotionReader:
    return EmotionReader.load(MODEL)


def sentences_of(texts: list[str]) -> list[Sentence]:
    return [Sentence(i, text, 0, 0, False) for i, text in enumerate(texts)]


def read(reader: EmotionReader, *texts: str) -> EmotionReading:
    return reader.read(sentences_of(list(texts)))


def guesses(reader: EmotionReader, texts: list[str], stories: list[str]) -> np.ndarray:
    """Class of each sentence, every story read by itself."""
    names = np.array(stories)
    found = np.empty(len(texts), int)
    for story in dict.fromkeys(stories):
        rows = np.flatnonzero(names == story)
        labels = read(reader, *(texts[i] for i in rows)).labels
        found[rows] = [TEXT_EMOTIONS.index(label) for label in labels]
    return found


def test_held_out_stories_are_read_as_well_as_the_card_says(reader: EmotionReader) -> None:
    """Fault: weights, features or data changed and the reading got worse."""
    test = read_labelled_sentences(DATA / "text" / "corpus_test.tsv")
    guess = guesses(reader, test.texts, test.stories)
    measured = json.loads((MODEL / "metrics.json").read_text("utf-8"))["test"]
    assert measured["sentences"] == len(test.texts)
    assert accuracy(test.emotions, guess) == pytest.approx(measured["accuracy"], abs=0.02)
    assert accuracy(test.emotions, guess) >= ACCURACY_FLOOR
    assert five_face_accuracy(test.emotions, guess) >= FIVE_FACE_FLOOR


@pytest.mark.parametrize(
    ("place", "emotion"),
    [
        (0, "중립"),
        pytest.param(1, "불안", marks=pytest.mark.xfail(strict=True, reason="read as 중립, .63")),
        (2, "슬픔"),
        (3, "분노"),
        pytest.param(
            4, "중립", marks=pytest.mark.xfail(strict=True, reason="read as 슬픔, .36 to .31")
        ),
        (5, "행복"),
    ],
)
def test_the_seeds_story_is_read_as_the_seeds_say(
    reader: EmotionReader, place: int, emotion: str
) -> None:
    """Fault: the example that everyone knows comes out wrong. Nobody trained on it."""
    assert reader.read(split_story(SEEDS_STORY)).labels[place] == emotion


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


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("엄마를 잃은 아이는 너무 슬퍼서 엉엉 울었어요.", "슬픔"),
        ('"당장 나가!" 임금님은 화가 나서 소리를 질렀어요.', "분노"),
        ("아이는 무서워서 이불 속에서 벌벌 떨었어요.", "불안"),
        ("모두 손을 잡고 춤을 추며 행복하게 웃었어요.", "행복"),
        ("깜짝 놀란 토끼는 입을 다물지 못했어요.", "당황"),
        ("옛날 어느 마을에 나무꾼이 살았어요.", "중립"),
    ],
)
def test_plain_feelings_are_read(reader: EmotionReader, text: str, emotion: str) -> None:
    """Fault: classes swapped between training and reading."""
    assert read(reader, text).labels == [emotion]


def test_neighbours_help(reader: EmotionReader) -> None:
    """Fault: a sentence is read as if it stood alone, or neighbours come from the wrong side."""
    test = read_labelled_sentences(DATA / "text" / "corpus_test.tsv")
    in_story = guesses(reader, test.texts, test.stories)
    alone = guesses(reader, test.texts, [str(i) for i in range(len(test.texts))])
    backwards = guesses(reader, test.texts[::-1], test.stories[::-1])[::-1]
    assert accuracy(test.emotions, in_story) > accuracy(test.emotions, alone) + 0.02
    assert accuracy(test.emotions, in_story) > accuracy(test.emotions, backwards)


def test_far_sentences_do_not_change_the_reading(reader: EmotionReader) -> None:
    """Fault: one edited sentence changes readings all over the book."""
    texts = [f"{i}번째 날에 토끼는 숲을 걸었어요." for i in range(9)]
    edited = ["무서운 늑대가 나타났어요!", *texts[1:]]
    before, after = read(reader, *texts), read(reader, *edited)
    assert not np.allclose(before.probabilities[1], after.probabilities[1])
    assert np.allclose(before.probabilities[3:], after.probabilities[3:], atol=1e-5)


def test_stronger_words_are_more_intense(reader: EmotionReader) -> None:
    """Fault: intensity is a constant."""
    calm = read(reader, "마을에 우물이 하나 있었어요.").intensity[0]
    strong = read(reader, '"살려 주세요!" 아이는 비명을 지르며 벌벌 떨었어요.').intensity[0]
    assert strong > calm + 0.2


@pytest.mark.parametrize(
    "text", ["아", "ㅋㅋㅋ", "…!", "😀", "Hello there.", "天地玄黃 우리", "가" * 3000, " "]
)
def test_odd_sentences_get_an_answer(reader: EmotionReader, text: str) -> None:
    """Fault: a crash or NaN on text that no story has."""
    reading = read(reader, text)
    assert np.isfinite(reading.probabilities).all() and reading.labels[0] in TEXT_EMOTIONS


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


def test_reading_is_quick(reader: EmotionReader) -> None:
    """Fault: a model loaded again for every sentence (goal: 60 ms a sentence)."""
    sentences = sentences_of(["토끼는 숲길을 따라 천천히 걸어갔어요."] * 100)
    reader.read(sentences[:2])
    began = time.process_time()
    reader.read(sentences)
    assert time.process_time() - began < 100 * 0.06


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
