"""The linear candidates of the table, fitted with one penalty each; what they say is kept."""

from collections.abc import Callable, Iterator
from functools import cached_property, partial
from pathlib import Path
from typing import Final

import numpy as np
from scipy import sparse

from storyface_assets.lib.text.embedding import embed
from storyface_assets.lib.text.labelled_stories import LabelledSentences
from storyface_assets.vocabulary import TEXT_EMOTIONS
from storyface_assets.worker.text_emotion.candidates import (
    CANDIDATES,
    WITH_CORPORA,
    Candidate,
    Prepared,
)
from storyface_assets.worker.text_emotion.fit import Linear, fit_softmax_regression
from storyface_assets.worker.text_emotion.general import General, read_general
from storyface_assets.worker.text_emotion.kept import KeptArrays
from storyface_assets.worker.text_emotion.linear_features import Features
from storyface_assets.worker.text_emotion.measured_sets import joined
from storyface_assets.worker.text_emotion.networks_part import embeddings
from storyface_assets.worker.text_emotion.recipes import RECIPES
from storyface_assets.worker.training_worker import Job

CORPORA_ALONE: Final = "general corpora alone"
_GENERAL_PENALTY: Final = 1e-5


class LinearCandidates:
    """Models over fixed features, each fitted when it is asked for.

    Args:
        job: where the embeddings and what is said are kept.
        train: sentences that are learnt from.
        told: sentences that are read, of every set.
        corpora: general ones, which two of the candidates learn from.

    Raises:
        BadInput: the corpora cannot be used.
    """

    def __init__(
        self, job: Job, train: LabelledSentences, told: list[LabelledSentences], corpora: Path
    ) -> None:
        self._job, self._train, self._told = job, train, joined(told)
        self._general: General = read_general(corpora)
        self._truth = train.truth(RECIPES["open"].doubt)

    def said(self) -> Iterator[tuple[str, np.ndarray]]:
        """Name of each candidate and its classes of all sentences, one set after the other."""
        sources = [
            self._train.stories,
            self._train.texts,
            self._truth.tolist(),
            self._told.stories,
            self._told.texts,
            self._general.texts,
            self._general.classes.tolist(),
        ]
        kept = KeptArrays(self._job.work, sources)
        made: dict[str, tuple[str, Callable[[], np.ndarray]]] = {
            CORPORA_ALONE: (repr(_GENERAL_PENALTY), self._corpora_alone)
        }
        for candidate in (*CANDIDATES, WITH_CORPORA):
            made[candidate.name] = repr(candidate), partial(self._classes, candidate)
        for name, (recipe, make) in made.items():
            yield name, kept.array([name, recipe], make)

    def _corpora_alone(self) -> np.ndarray:
        weight, bias = self._of_corpora
        found: np.ndarray = (self._read @ weight + bias).argmax(1)
        return found

    def _classes(self, candidate: Candidate) -> np.ndarray:
        features = self._prepared.features(self._words, candidate)
        seen = len(self._train.texts)
        rows = np.arange(seen + len(self._told.texts))
        learnt = features.rows(rows[:seen])
        weight, bias = fit_softmax_regression(learnt, self._truth, candidate.penalty)
        found: np.ndarray = (features.rows(rows[seen:]).times(weight) + bias).argmax(1)
        return found

    @cached_property
    def _read(self) -> np.ndarray:
        """Embeddings of what is read."""
        return embed(self._told.texts)

    @cached_property
    def _of_corpora(self) -> Linear:
        features = Features.of_dense(embed(self._general.texts))
        classes = np.eye(len(TEXT_EMOTIONS))[self._general.classes]
        return fit_softmax_regression(features, classes, _GENERAL_PENALTY)

    @cached_property
    def _prepared(self) -> Prepared:
        known = np.concatenate([embeddings(self._job, self._train.texts), self._read])
        return Prepared(joined([self._train, self._told]), known, self._of_corpora)

    @cached_property
    def _words(self) -> sparse.csr_matrix:
        return self._prepared.words(np.arange(len(self._train.texts)))
