"""The turn, scale and shift that bring points onto points."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Similarity:
    """``scale · R x + shift``.

    Attributes:
        scale: greater than 0.
        rotation: ``(3, 3)``.
        shift: ``(3,)``.
    """

    scale: float
    rotation: np.ndarray
    shift: np.ndarray

    def of(self, points: np.ndarray) -> np.ndarray:
        """Moved points ``(N, 3)``."""
        return self.scale * points @ self.rotation.T + self.shift


def similarity(
    points: np.ndarray, targets: np.ndarray, weights: np.ndarray | None = None, scales: bool = True
) -> Similarity:
    """The one of least weighted squares: Umeyama, PAMI 1991, equations 34 to 43.

    Args:
        points: ``(N, 3)``, three at least that are not in a line.
        targets: ``(N, 3)``.
        weights: ``(N,)``, 0 or more; ``None`` for all alike.
        scales: whether the size may change.
    """
    share = np.full(len(points), 1 / len(points)) if weights is None else weights / weights.sum()
    middle, there = share @ points, share @ targets
    a, b = points - middle, targets - there
    u, singular, vt = np.linalg.svd((b * share[:, None]).T @ a)
    # Never a reflection.
    sign = np.array([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])
    rotation = u * sign @ vt
    scale = float(singular @ sign / (share @ (a**2).sum(1))) if scales else 1.0
    return Similarity(scale, rotation, there - scale * rotation @ middle)
