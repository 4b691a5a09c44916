"""The mean face as the landmark network sees it, and landmarks turned and scaled to fit it.

Aligned landmarks of different photos can be compared: what is left of their differences is who
it is, and what the face does. ``mean_face.json`` was measured on a studio set by
``worker/measure_mean_face.py``; only the geometry is in it, so real faces align to it as well.
"""

import json
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from storyface_assets.lib.landmarks.face import FACE_OVAL, Face

FILE: Final = Path(__file__).with_name("mean_face.json")
#: Landmarks that no expression moves much: eye corners, bridge of the nose, forehead, temples.
RIGID: Final = (
    *(33, 133, 263, 362, 168, 6, 197, 195, 5, 4, 1, 151, 9, 8),
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 127, 162, 21, 54, 103, 67, 109, 234, 93),
)
_TOWARDS_VIEWER = np.array([1.0, -1.0, -1.0])


@cache
def mean_face() -> np.ndarray:
    """``(478, 3)``: +x right on screen, +y up, +z to the viewer; outer eye corners 1 apart."""
    points = np.array(json.loads(FILE.read_text("utf-8"))["points"], float)
    points.setflags(write=False)
    return points


@cache
def mirror_landmarks() -> np.ndarray:
    """``(478,)`` each landmark's partner on the other side of the face (itself in the middle)."""
    mean = mean_face()
    away = ((mean[:, None] - mean[None] * np.array([-1.0, 1.0, 1.0])) ** 2).sum(2)
    return away.argmin(1)


def align(landmarks: np.ndarray, template: np.ndarray | None = None) -> np.ndarray:
    """Turn, move and scale faces so that their rigid landmarks fit the mean face's.

    Least squares by singular vectors (Umeyama 1991).

    Args:
        landmarks: ``(N, 478, 3)`` as the landmark network gives them: y down, z away.
        template: ``(478, 3)``; ``None`` for the mean face.

    Returns:
        ``(N, 478, 3)`` in the mean face's frame and scale.
    """
    to = (mean_face() if template is None else template)[list(RIGID)]
    points = landmarks * _TOWARDS_VIEWER
    rigid = points[:, list(RIGID)]
    middle, to_middle = rigid.mean(1, keepdims=True), to.mean(0)
    u, s, vt = np.linalg.svd(np.einsum("npi,pj->nij", rigid - middle, to - to_middle))
    signs = np.ones((len(points), 3))
    signs[:, 2] = np.sign(np.linalg.det(u @ vt))  # a turn, never a reflection
    turn = np.einsum("nij,nj,njk->nik", u, signs, vt)
    scale = (s * signs).sum(1) / np.maximum(((rigid - middle) ** 2).sum((1, 2)), 1e-12)
    return (points - middle) @ turn * scale[:, None, None] + to_middle


def measure_mean_face(landmarks: np.ndarray, rounds: int = 4) -> np.ndarray:
    """The symmetric mean of aligned faces (generalised Procrustes analysis, Gower 1975).

    Args:
        landmarks: ``(N, 478, 3)`` as the landmark network gives them.
        rounds: of aligning to the mean so far, which begins with the first face.
    """
    mean = landmarks[0] * _TOWARDS_VIEWER
    for _ in range(rounds):
        mean = align(landmarks, mean).mean(0)
        mean = mean @ _head_axes(mean)  # so that the mirror is the plane x = 0
        mean = mean - mean[list(FACE_OVAL)].mean(0)
        mean = mean / np.linalg.norm(mean[33] - mean[263])
        flipped = mean * np.array([-1.0, 1.0, 1.0])
        partner = ((mean[:, None] - flipped[None]) ** 2).sum(2).argmin(1)
        mean = (mean + flipped[partner]) / 2
    return np.asarray(mean)


def _head_axes(points: np.ndarray) -> np.ndarray:
    """Axes ``(3, 3)`` of a face in the mean face's convention, as columns."""
    face = Face(np.zeros(4), 1.0, points * _TOWARDS_VIEWER, np.zeros((1, 1)))
    return face.rotation
