"""Packing the texture atlas: the skin above, a strip of small islands below."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Box:
    """A rectangle of the atlas, (0, 0) at the lower left."""

    left: float
    bottom: float
    width: float
    height: float


SKIN = Box(0.004, 0.164, 0.992, 0.832)
# The eyes' discs lie left of these, see ``lib/heads/eyes.py``.
INNER_MOUTH = Box(0.318, 0.006, 0.2, 0.15)
UPPER_TEETH = Box(0.53, 0.084, 0.15, 0.072)
LOWER_TEETH = Box(0.53, 0.006, 0.15, 0.072)
TONGUE = Box(0.69, 0.006, 0.08, 0.15)
LEFT_SOCKET = Box(0.78, 0.084, 0.07, 0.072)
RIGHT_SOCKET = Box(0.78, 0.006, 0.07, 0.072)
LASHES = Box(0.86, 0.006, 0.134, 0.15)


def place(uv: np.ndarray, box: Box) -> np.ndarray:
    """Stretch coordinates ``(n, 2)`` to fill a box."""
    low, high = uv.min(0), uv.max(0)
    unit = (uv - low) / (high - low)
    return np.array([box.left, box.bottom]) + unit * [box.width, box.height]


class AtlasBuilder:
    """Collects islands into one list of texture coordinates."""

    def __init__(self, n_triangles: int) -> None:
        self._uv: list[np.ndarray] = []
        self._count = 0
        self.uv_faces = np.full((n_triangles, 3), -1, np.int64)

    def add(self, rows: np.ndarray, corners: np.ndarray, uv: np.ndarray) -> None:
        """Add an island.

        Args:
            rows: ``(m,)`` indices of its triangles in the whole head.
            corners: ``(m, 3)`` indices into ``uv``.
            uv: ``(k, 2)`` its coordinates in the atlas.
        """
        self.uv_faces[rows] = corners + self._count
        self._uv.append(uv)
        self._count += len(uv)

    def finish(self) -> tuple[np.ndarray, np.ndarray]:
        """All coordinates ``(T, 2)`` and the triangles' corners ``(F, 3)``."""
        if (self.uv_faces < 0).any():
            raise ValueError("some triangles have no place in the atlas")
        return np.vstack(self._uv), self.uv_faces
