"""The linear candidates of the table."""

from pathlib import Path

import numpy as np
import pytest

from storyface_assets.worker.text_emotion import linear_candidates
from storyface_assets.worker.text_emotion.candidates import CANDIDATES, WITH_CORPORA
from storyface_assets.worker.text_emotion.linear_candidates import CORPORA_ALONE, LinearCandidates
from storyface_assets.worker.text_emotion.usable import usable_corpus
from storyface_assets.worker.training_worker import Job
from storyface_assets_tests.lib.text.corpora.small_corpora import small_corpora
from storyface_assets_tests.lib.text.small_corpus import small_corpus


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[LinearCandidates, list[int]]:
    """Candidates on small corpora, and the sizes of what was fitted."""
    fitted: list[int] = []
    fit = linear_candidates.fit_softmax_regression

    def counted(features, truth, penalty):
        fitted.append(len(truth))
        return fit(features, truth, penalty)

    monkeypatch.setattr(linear_candidates, "fit_softmax_regression", counted)
    corpus = usable_corpus(small_corpus(tmp_path / "stories", train=6, test=2), 2)
    job = Job(tmp_path / "stories", tmp_path / "work", "tiny")
    sets = [corpus.test, corpus.test]
    return LinearCandidates(job, corpus.train, sets, small_corpora(tmp_path)), fitted


def test_each_says_a_class_of_every_sentence_of_every_set(parts) -> None:
    """Fault: sentences of the training, or of one set only, are what is said."""
    said = dict(parts[0].said())
    assert list(said) == [CORPORA_ALONE, *(one.name for one in (*CANDIDATES, WITH_CORPORA))]
    for classes in said.values():
        first, second = np.split(classes, 2)  # the same stories twice
        assert len(first) and first.tolist() == second.tolist()


def test_what_was_said_is_not_fitted_again(parts) -> None:
    """Fault: a comparison that was stopped begins anew, or takes one candidate for another."""
    candidates, fitted = parts
    first = {name: classes.tolist() for name, classes in candidates.said()}
    assert len(fitted) == len(first)
    again = {name: classes.tolist() for name, classes in candidates.said()}
    assert again == first and len(fitted) == len(first)
    [kept, *_] = sorted((candidates._job.work).glob("*/*.npy"))
    kept.unlink()
    assert {name: classes.tolist() for name, classes in candidates.said()} == first
