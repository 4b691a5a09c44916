"""Rotation vectors and matrices in numpy."""

import numpy as np
from scipy.spatial.transform import Rotation


def matrix(axis_angle: np.ndarray) -> np.ndarray:
    """Rotation vector ``(3,)`` radians → matrix ``(3, 3)``."""
    return np.asarray(Rotation.from_rotvec(axis_angle).as_matrix())


def axis_angle(matrix: np.ndarray) -> np.ndarray:
    """Matrix ``(3, 3)`` → rotation vector ``(3,)`` radians."""
    return np.asarray(Rotation.from_matrix(matrix).as_rotvec())


def cross_matrices(v: np.ndarray) -> np.ndarray:
    """``(N, 3)`` → ``(N, 3, 3)`` with ``out @ w == v × w``."""
    x, y, z = v.T
    zero = np.zeros_like(x)
    return np.stack([zero, -z, y, z, zero, -x, -y, x, zero], -1).reshape(-1, 3, 3)
