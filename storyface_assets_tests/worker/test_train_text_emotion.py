"""The training of the emotion reader, whole, on a handful of stories."""

from pathlib import Path

import numpy as np
import pytest

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.emotion_reader import EmotionReader
from storyface_assets.worker.text_emotion.evaluate import (
    five_face_accuracy,
    folds_by_story,
    score,
)
from storyface_assets.worker.text_emotion.fit import dual_rows, fit_softmax_regression
from storyface_assets.worker.train_text_emotion import train
from storyface_assets_tests.lib.text.corpora.small_corpora import small_corpora

SHIPPED_DATA = Path(__file__).parents[2] / "data" / "text"


def few_stories(folder: Path, train_rows: int = 90, test_rows: int = 40) -> Path:
    """A data folder with the first rows of the shipped tables."""
    (folder / "text").mkdir(parents=True)
    for name, rows in (("story_sentences.tsv", train_rows), ("story_test.tsv", test_rows)):
        lines = (SHIPPED_DATA / name).read_text("utf-8").splitlines()[: rows + 1]
        (folder / "text" / name).write_text("\n".join(lines) + "\n", "utf-8")
    return folder


@pytest.mark.slow
def test_training_writes_a_model_that_reads_and_repeats_itself(tmp_path: Path) -> None:
    """Fault: the shipped weights cannot be made again by the command of their card."""
    data = few_stories(tmp_path / "data")
    first = train(tmp_path / "a", data)
    train(tmp_path / "b", data, small_corpora(tmp_path / "corpora"))
    one, two = (EmotionReader.load(tmp_path / name).weights for name in "ab")
    assert one.space.vocabulary == two.space.vocabulary
    assert np.allclose(one.emotion_weight, two.emotion_weight, atol=1e-4)
    assert one.temperature == two.temperature and one.threshold == two.threshold
    assert first["test"]["sentences"] == 40
    card = (tmp_path / "b" / "README.md").read_text("utf-8")
    assert "The general corpora (KOTE, KPoEM, GoEmotions-Korean;" in card  # those that were given
    assert "general corpora alone" in card and f"{first['test']['accuracy']:.3f}" in card


def test_a_test_sentence_in_the_training_stories_is_refused(tmp_path: Path) -> None:
    """Fault: leakage goes unnoticed when somebody adds stories."""
    data = few_stories(tmp_path / "data")
    test = data / "text" / "story_test.tsv"
    sentence = (data / "text" / "story_sentences.tsv").read_text("utf-8").splitlines()[4]
    copied = "leak\t0\t" + sentence.split("\t", 2)[2].replace("요.", "요!")
    test.write_text(test.read_text("utf-8") + copied + "\n", "utf-8")
    with pytest.raises(BadInput, match="repeats"):
        train(tmp_path / "out", data)
    assert not (tmp_path / "out").exists()


def test_a_folder_without_corpora_is_refused(tmp_path: Path) -> None:
    """Fault: a wrong path is taken for "no corpora", and the card says that they were tried."""
    data = few_stories(tmp_path / "data")
    with pytest.raises(BadInput, match="has no corpus"):
        train(tmp_path / "out", data, tmp_path / "nowhere")


def test_a_story_is_never_cut_by_a_fold() -> None:
    """Fault: sentences of one story on both sides flatter cross-validation."""
    stories = [f"s{i // 7}" for i in range(140)]
    folds = folds_by_story(stories, 5, seed=0)
    assert len({(s, f) for s, f in zip(stories, folds, strict=True)}) == 20
    assert sorted(np.bincount(folds)) == [28] * 5


def test_figures() -> None:
    """Fault: a figure that is not what its name says."""
    truth = np.array([0, 0, 1, 2, 3, 5])
    guess = np.array([0, 1, 1, 2, 5, 5])
    assert five_face_accuracy(truth, guess) == pytest.approx(5 / 6)
    row = score(truth, guess, ["a", "a", "a", "b", "b", "b"], draws=50).as_dict()
    assert row["accuracy_low"] <= row["accuracy"] == 0.667 <= row["accuracy_high"]


def test_the_dual_fit_is_the_primal_fit() -> None:
    """Fault: the shortcut by inner products gives other weights."""
    rng = np.random.default_rng(0)
    wide, classes = rng.normal(size=(30, 80)), rng.integers(0, 3, 30)
    direct, bias = fit_softmax_regression(wide, classes, 3, 1e-2)
    rows, back = dual_rows(wide @ wide.T)
    weight, dual_bias = fit_softmax_regression(rows, classes, 3, 1e-2)
    assert np.allclose(wide.T @ (back @ weight), direct, atol=1e-4)
    assert np.allclose(dual_bias, bias, atol=1e-4)
