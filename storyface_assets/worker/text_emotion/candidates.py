"""The candidates of the table: what each one sees, and its held-out scores by cross-validation."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from storyface_assets.lib.text.embedding import EMBEDDING_SIZE, embed
from storyface_assets.lib.text.emotion_features import Features, FeatureSpace, with_neighbours
from storyface_assets.lib.text.labelled_stories import LabelledSentences
from storyface_assets.lib.text.morphemes import terms
from storyface_assets.worker.text_emotion.fit import Linear, fit_softmax_regression


@dataclass(frozen=True)
class Candidate:
    """Parts of the features that a candidate sees."""

    name: str
    embedding: bool = True
    neighbours: bool = False
    words: bool = False
    corpora: bool = False


CANDIDATES = (
    Candidate("embedding"),
    Candidate("words and letters", embedding=False, words=True),
    Candidate("embedding + words and letters", words=True),
    Candidate("embedding + neighbours", neighbours=True),
    Candidate("embedding + neighbours + words and letters", neighbours=True, words=True),
)
SHIPPED = CANDIDATES[-1]
WITH_CORPORA = Candidate(
    "the same + scores of a model of the general corpora",
    neighbours=True,
    words=True,
    corpora=True,
)


class Prepared:
    """Sentences with the features that do not depend on the fold.

    Args:
        data: the sentences.
        doubt: share of the truth that two labellers decide; see ``LabelledSentences.truth``.
        corpora_model: of the general corpora, whose scores are features too.
    """

    def __init__(
        self, data: LabelledSentences, doubt: float, corpora_model: Linear | None = None
    ) -> None:
        self.data, self.truth = data, data.truth(doubt)
        self.terms = terms(data.texts)
        embeddings = embed(data.texts)
        self.dense = with_neighbours(embeddings, data.stories)
        self.corpora_scores: np.ndarray | None = None
        if corpora_model is not None:
            weight, bias = corpora_model
            self.corpora_scores = embeddings @ weight + bias

    def features(self, words: sparse.csr_matrix, candidate: Candidate) -> Features:
        """What ``candidate`` sees; ``words`` are of all sentences."""
        dense = self.dense if candidate.neighbours else self.dense[:, :EMBEDDING_SIZE]
        if not candidate.embedding:
            dense = dense[:, :0]
        if candidate.corpora and self.corpora_scores is not None:
            dense = np.hstack([dense, self.corpora_scores / 4])
        return Features(dense, words) if candidate.words else Features.of_dense(dense)

    def space(self, rows: np.ndarray) -> FeatureSpace:
        """The words of the sentences ``rows`` (indices)."""
        return FeatureSpace.of([self.data.texts[i] for i in rows], [self.terms[i] for i in rows])

    def words(self, rows: np.ndarray) -> sparse.csr_matrix:
        """Words of all sentences, of those that the sentences ``rows`` have."""
        return self.space(rows).words(self.data.texts, self.terms)


def fits(
    features: Features, truth: np.ndarray, penalties: Sequence[float]
) -> Iterator[tuple[float, Linear]]:
    """A fit for each penalty, from the largest on, each from the one before.

    Args:
        features: of n sentences.
        truth: ``(n, 6)`` shares of the classes; see ``LabelledSentences.truth``.
        penalties: that are tried.
    """
    found: Linear | None = None
    double = features.in_double()
    for penalty in sorted(penalties, reverse=True):
        found = fit_softmax_regression(double, truth, penalty, found)
        yield penalty, found


def held_out_scores(
    prepared: Prepared,
    candidate: Candidate,
    folds: np.ndarray,
    penalties: Sequence[float],
    drawn: Callable[[np.ndarray], np.ndarray] = lambda rows: rows,
) -> np.ndarray:
    """Scores of each sentence by models that saw no sentence of its story.

    Args:
        prepared: the sentences.
        candidate: what the models see.
        folds: ``(n,)`` fold of each sentence.
        penalties: that are tried.
        drawn: takes the numbers of the sentences outside a fold; which of them are learnt from.

    Returns:
        ``(penalties, n, 6)``.
    """
    truth = prepared.truth
    scores = np.zeros((len(penalties), *truth.shape))
    for fold in np.unique(folds):
        held = np.flatnonzero(folds == fold)
        seen = drawn(np.flatnonzero(folds != fold))
        features = prepared.features(prepared.words(seen), candidate)
        theirs = features.rows(held)
        for penalty, (weight, bias) in fits(features.rows(seen), truth[seen], penalties):
            scores[penalties.index(penalty), held] = theirs.times(weight) + bias
    return scores
