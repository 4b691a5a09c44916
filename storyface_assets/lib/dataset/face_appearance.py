"""What shades and wrinkles a face shows, in few numbers: gradients of the face without its shape.

The face is warped to the mean face's outline (the shape-free texture of Cootes et al., "Active
appearance models", 2001) and described by histograms of oriented gradients (Dalal & Triggs 2005),
which changes of the light hardly touch. The histograms of the face and of its mirror image are
averaged: no expression that we know has a side.
"""

from functools import cache
from typing import Final

import cv2
import numpy as np
from scipy.spatial import Delaunay

from storyface_assets.lib.dataset.mean_face import mean_face

#: Side of the warped face, pixels.
SIDE: Final = 96
_BLOCK, _STEP, _BINS = 32, 16, 8
#: Numbers in a description.
LENGTH: Final = ((SIDE - _BLOCK) // _STEP + 1) ** 2 * (_BLOCK // _STEP) ** 2 * _BINS
_MARGIN: Final = 1.05


def appearance(rgb: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    """Describe a face.

    Args:
        rgb: ``(H, W, 3)`` uint8.
        landmarks: ``(478, 3)``, in its pixels.

    Returns:
        ``(800,)`` uint8.
    """
    face = shape_free(rgb, landmarks)
    hog = _descriptor()
    both = np.add(hog.compute(face), hog.compute(np.ascontiguousarray(face[:, ::-1])))
    return np.clip(np.rint(both.ravel() * (255 / 2)), 0, 255).astype(np.uint8)


def shape_free(rgb: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    """The face warped to the mean face's outline; ``(96, 96)`` uint8 grey, black around it."""
    corners, weights, points = _warp()
    xy = landmarks[:468, :2]
    where = np.einsum("nk,nkd->nd", weights, xy[corners]).astype(np.float32)
    where[weights.sum(1) == 0] = -9
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    shrink = float(np.linalg.norm(xy[33] - xy[263]) / np.linalg.norm(points[33] - points[263]))
    if shrink > 1.2:  # else a large face would alias where a small one is smooth
        grey = cv2.GaussianBlur(grey, (0, 0), 0.35 * shrink)
    x, y = np.moveaxis(where.reshape(SIDE, SIDE, 2), 2, 0)
    return np.asarray(cv2.remap(grey, x, y, cv2.INTER_LINEAR))


@cache
def _descriptor() -> cv2.HOGDescriptor:
    step = (_STEP, _STEP)
    return cv2.HOGDescriptor((SIDE, SIDE), (_BLOCK, _BLOCK), step, step, _BINS)


@cache
def _warp() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Landmarks ``(9216, 3)`` around each pixel, their weights, and the mean face in pixels."""
    mean = mean_face()[:468, :2] * np.array([1.0, -1.0])
    low, high = mean.min(0), mean.max(0)
    side = float((high - low).max()) * _MARGIN
    points = ((mean - (low + high) / 2) / side + 0.5) * SIDE - 0.5
    mesh = Delaunay(points)
    pixels = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), -1).reshape(-1, 2)
    triangle = mesh.find_simplex(pixels)
    to_weights = mesh.transform[triangle]
    first = np.einsum("nij,nj->ni", to_weights[:, :2], pixels - to_weights[:, 2])
    weights = np.column_stack([first, 1 - first.sum(1)])
    weights[triangle < 0] = 0
    return mesh.simplices[triangle], weights, points
