"""The linear candidates of the table: what each one sees."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from storyface_assets.lib.text.embedding import EMBEDDING_SIZE
from storyface_assets.lib.text.emotion_features import FeatureSpace
from storyface_assets.lib.text.labelled_stories import LabelledSentences
from storyface_assets.lib.text.morphemes import terms
from storyface_assets.worker.text_emotion.fit import Linear
from storyface_assets.worker.text_emotion.linear_features import Features, with_neighbours


@dataclass(frozen=True)
class Candidate:
    """Parts of the features that a candidate sees, and the penalty on its weights."""

    name: str
    embedding: bool = True
    neighbours: bool = False
    words: bool = False
    corpora: bool = False
    penalty: float = 5e-5


CANDIDATES = (
    Candidate("embedding"),
    Candidate("words and letters", embedding=False, words=True),
    Candidate("embedding + words and letters", words=True),
    Candidate("embedding + neighbours", neighbours=True),
    # Of five penalties this one read held-out stories best.
    Candidate(
        "embedding + neighbours + words and letters", neighbours=True, words=True, penalty=1e-5
    ),
)
WITH_CORPORA = Candidate(
    "the same + scores of a model of the general corpora",
    neighbours=True,
    words=True,
    corpora=True,
)


class Prepared:
    """Sentences with the features that do not depend on which of them are learnt from.

    Args:
        data: the sentences.
        embeddings: theirs.
        corpora_model: of the general corpora, whose scores are features too.
    """

    def __init__(
        self,
        data: LabelledSentences,
        embeddings: np.ndarray,
        corpora_model: Linear | None = None,
    ) -> None:
        self.data = data
        self.terms = terms(data.texts)
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
