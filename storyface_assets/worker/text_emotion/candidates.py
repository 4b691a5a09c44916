"""The candidates of the table: what each one sees, and its held-out scores by cross-validation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from storyface_assets.lib.text.embedding import EMBEDDING_SIZE, embed
from storyface_assets.lib.text.emotion_features import Features, FeatureSpace, with_neighbours
from storyface_assets.lib.text.labelled_stories import LabelledSentences
from storyface_assets.lib.text.morphemes import terms
from storyface_assets.vocabulary import TEXT_EMOTIONS
from storyface_assets.worker.text_emotion.fit import dual_rows, fit_softmax_regression

#: Tried for the shipped candidate; the others get the middle one.
PENALTIES = (5e-5, 1e-4, 2e-4)
MIDDLE_PENALTY = PENALTIES[1]


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
WITH_CORPORA = Candidate(
    "the same + scores of a model of the general corpora",
    neighbours=True,
    words=True,
    corpora=True,
)


class Prepared:
    """Sentences with the features that do not depend on the fold."""

    def __init__(
        self,
        data: LabelledSentences,
        corpora_model: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> None:
        self.data = data
        self.terms = terms(data.texts)
        embeddings = embed(data.texts)
        self.dense = with_neighbours(embeddings, data.stories)
        self.corpora_scores: np.ndarray | None = None
        if corpora_model is not None:
            weight, bias = corpora_model
            self.corpora_scores = embeddings @ weight + bias

    def features(self, space: FeatureSpace, candidate: Candidate) -> Features:
        """What ``candidate`` sees, with words from ``space``."""
        words = space.words(self.data.texts, self.terms)
        if not candidate.words:
            words = sparse.csr_matrix((len(self.data.texts), 0), dtype=np.float32)
        dense = self.dense if candidate.neighbours else self.dense[:, :EMBEDDING_SIZE]
        if not candidate.embedding:
            dense = dense[:, :0]
        if candidate.corpora and self.corpora_scores is not None:
            dense = np.hstack([dense, self.corpora_scores / 4])
        return Features(dense, words)

    def space(self, rows: np.ndarray) -> FeatureSpace:
        """The words of the sentences ``rows`` (indices)."""
        return FeatureSpace.of([self.data.texts[i] for i in rows], [self.terms[i] for i in rows])


def held_out_scores(
    prepared: Prepared, candidate: Candidate, folds: np.ndarray, penalties: Sequence[float]
) -> Mapping[float, np.ndarray]:
    """``(n, 6)`` scores of each sentence by models that saw no sentence of its story."""
    classes = prepared.data.emotions
    scores = {penalty: np.zeros((len(classes), len(TEXT_EMOTIONS))) for penalty in penalties}
    for fold in np.unique(folds):
        seen, held = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        features = prepared.features(prepared.space(seen), candidate)
        products = features.inner_products(features.rows(seen))
        rows, back = dual_rows(products[seen])
        for penalty in penalties:
            weight, bias = fit_softmax_regression(rows, classes[seen], len(TEXT_EMOTIONS), penalty)
            scores[penalty][held] = products[held] @ (back @ weight) + bias
    return scores
