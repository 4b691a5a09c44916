"""The labelled stories: well-formed, balanced, and nothing of the test in the training."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.labelled_stories import LabelledSentences, read_labelled_sentences
from storyface_assets.lib.text.near_duplicates import near_duplicates
from storyface_assets.vocabulary import TEXT_EMOTIONS
from storyface_assets_tests.lib.text.test_shipped_emotion_model import SEEDS_STORY

DATA = Path(__file__).parents[3] / "data" / "text"


@pytest.mark.parametrize(
    ("name", "sentences", "stories"),
    [
        ("corpus.tsv", 5000, 400),
        ("corpus_test.tsv", 700, 50),
    ],
)
def test_size_and_balance(name: str, sentences: int, stories: int) -> None:
    """Fault: a class that hardly occurs, or labels and intensities that disagree."""
    data = read_labelled_sentences(DATA / name)
    assert len(data.texts) >= sentences and len(set(data.stories)) >= stories
    shares = np.bincount(data.emotions, minlength=len(TEXT_EMOTIONS)) / len(data.texts)
    assert 0.2 < shares[0] < 0.4 and (shares[1:] > 0.08).all()
    neutral = data.emotions == 0
    assert data.intensities[neutral].max() <= 0.3 < data.intensities[~neutral].mean()


def test_no_sentence_occurs_twice() -> None:
    """Fault: a copied line counts twice."""
    for name in ("corpus.tsv", "corpus_test.tsv"):
        texts = read_labelled_sentences(DATA / name).texts
        # A short sound ("쾅!") may stand in two stories.
        texts = [text for text in texts if len(text) > 15]
        assert [text for text, count in Counter(texts).items() if count > 1] == []


def test_two_labellers_agree_and_one_of_them_is_right() -> None:
    """Fault: labels of another row, or a decision that neither labeller stands behind."""
    data = read_labelled_sentences(DATA / "corpus.tsv")
    first, second = data.labellers.T
    assert cohen_kappa_score(first, second) > 0.8
    agree = first == second
    assert (data.emotions[agree] == first[agree]).all() and not agree.all()
    assert ((data.emotions == first) | (data.emotions == second)).mean() > 0.99


def test_no_test_sentence_is_nearly_a_training_sentence() -> None:
    """Fault: leakage makes the card's figures look better than they are."""
    train = read_labelled_sentences(DATA / "corpus.tsv").texts
    test = read_labelled_sentences(DATA / "corpus_test.tsv").texts
    assert near_duplicates(test, train) == []
    assert near_duplicates(SEEDS_STORY.split("\n"), train + test) == []


@pytest.mark.parametrize(
    "row",
    [
        "a\t0\t토끼.\t기쁨\t0.5",
        "a\t0\t토끼.\t행복\t1.5",
        "a\t0\t토끼.\t행복\t강함",
        "a\t0\t \t행복\t0.5",
        "a\t3\t토끼.\t행복\t0.5",
        "a\t0\t토끼.",
    ],
)
def test_a_broken_row_is_named(tmp_path: Path, row: str) -> None:
    """Fault: a slip in ten thousand rows trains a model on nonsense."""
    file = tmp_path / "rows.tsv"
    file.write_text(f"story_id\torder\tsentence\temotion\tintensity\n{row}\n", "utf-8")
    with pytest.raises(BadInput, match="line 2"):
        read_labelled_sentences(file)


@given(
    st.lists(st.tuples(*[st.integers(0, len(TEXT_EMOTIONS) - 1)] * 3), min_size=1),
    st.floats(0, 1),
)
def test_shares_of_the_truth(answers: list[tuple[int, int, int]], doubt: float) -> None:
    """Fault: shares that are no probabilities, or doubt where everybody agrees."""
    kinds = np.array(answers)
    count = len(kinds)
    data = LabelledSentences(
        ["a"] * count, ["b"] * count, kinds[:, 0], np.ones(count), kinds[:, 1:]
    )
    truth = data.truth(doubt)
    assert truth.shape == (count, len(TEXT_EMOTIONS)) and (truth >= 0).all()
    assert np.allclose(truth.sum(axis=1), 1)
    assert (truth[range(count), kinds[:, 0]] >= 1 - doubt - 1e-9).all()
    agreed = (kinds == kinds[:, :1]).all(axis=1)
    assert np.allclose(truth[agreed].max(axis=1), 1)


def test_what_no_labellers_are_known_of_is_certain() -> None:
    """Fault: a table without the labellers' columns cannot be learnt from."""
    data = LabelledSentences(["a", "a"], ["b", "c"], np.array([1, 4]), np.ones(2))
    assert data.truth(0.5).argmax(axis=1).tolist() == [1, 4]
    assert data.truth(0.5).max(axis=1).tolist() == [1, 1]
