"""What the networks see of stories."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy import sparse
from torch import Tensor

from storyface_assets.lib.text.embedding import embed
from storyface_assets.lib.text.emotion_features import FeatureSpace
from storyface_assets.lib.text.morphemes import terms


@dataclass(frozen=True)
class Stories:
    """Some stories side by side.

    Attributes:
        words: ``(m,)`` int64 numbers of the words of all sentences, one after the other.
        counts: ``(m,)`` float32, how much each counts.
        begins: ``(n,)`` int64, where each sentence's words begin.
        meanings: ``(n, 512)`` float32.
        lengths: sentences of each story; n together.
    """

    words: Tensor
    counts: Tensor
    begins: Tensor
    meanings: Tensor
    lengths: Sequence[int]


@dataclass(frozen=True, eq=False)
class StoryInputs:
    """Sentences as the networks see them.

    Attributes:
        words: ``(n, space.width)`` sparse float32; see ``FeatureSpace.words``.
        meanings: ``(n, 512)`` float32 embeddings.
    """

    words: sparse.csr_matrix
    meanings: np.ndarray

    @classmethod
    def of(cls, space: FeatureSpace, texts: Sequence[str]) -> "StoryInputs":
        """Of sentences."""
        return cls(space.words(texts, terms(texts)), embed(texts))

    def stories(self, runs: Sequence[tuple[int, int]]) -> Stories:
        """Some of them side by side.

        Args:
            runs: first sentence of each story and the one after its last; none is empty.
        """
        rows = np.concatenate([np.arange(first, end) for first, end in runs])
        words = self.words[rows]
        return Stories(
            torch.from_numpy(words.indices.astype(np.int64)),
            torch.from_numpy(words.data.astype(np.float32)),
            torch.from_numpy(words.indptr[:-1].astype(np.int64)),
            torch.from_numpy(self.meanings[rows].astype(np.float32)),
            [end - first for first, end in runs],
        )
