"""The shape basis: principal components of sampled heads, scaled to unit variance."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ShapeSpace:
    """A linear model of heads; a code of zeros is the mean, each coefficient has unit variance.

    Attributes:
        mean: ``(V, 3)`` float64.
        basis: ``(K, V, 3)`` float64, the offset of one standard deviation.
        encoder: ``(K, 3 V)`` float64; ``encoder @ (head − mean)`` is the code.
    """

    mean: np.ndarray
    basis: np.ndarray
    encoder: np.ndarray

    def encode(self, heads: np.ndarray) -> np.ndarray:
        """Codes ``(N, K)`` of heads ``(N, V, 3)``: least squares in the weighted metric."""
        return (heads - self.mean).reshape(len(heads), -1) @ self.encoder.T

    def decode(self, codes: np.ndarray) -> np.ndarray:
        """Heads ``(N, V, 3)`` of codes ``(N, K)``."""
        return self.mean + np.tensordot(codes, self.basis, 1)


def fit_shape_space(heads: np.ndarray, importance: np.ndarray, n_components: int) -> ShapeSpace:
    """Weighted PCA by the Gram matrix of the samples (Turk & Pentland 1991: N ≪ 3 V).

    Args:
        heads: ``(N, V, 3)`` float32 sampled heads.
        importance: ``(V,)`` weight of a vertex's squared error.
        n_components: K.
    """
    n = len(heads)
    mean = heads.mean(0, dtype=np.float64)
    root = np.sqrt(np.repeat(importance, 3))
    centred = ((heads - mean).reshape(n, -1) * root).astype(np.float32)
    gram = (centred @ centred.T).astype(np.float64) / (n - 1)
    values, vectors = np.linalg.eigh(gram)
    values, vectors = values[::-1][:n_components], vectors[:, ::-1][:, :n_components]
    deviations = np.sqrt(values)
    # Unit directions in the weighted space; the sign is fixed so that a rebuild agrees.
    directions = (vectors.T @ centred) / (deviations * np.sqrt(n - 1))[:, None]
    largest = np.take_along_axis(directions, np.abs(directions).argmax(1)[:, None], 1)
    directions = directions * np.sign(largest)
    basis = (directions * deviations[:, None]) / np.maximum(root, 1e-9)
    encoder = directions / deviations[:, None] * root
    return ShapeSpace(mean, basis.reshape(n_components, *mean.shape), encoder)
