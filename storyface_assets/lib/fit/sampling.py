"""Bilinear look-ups in pictures."""

import cv2
import numpy as np

_NO_MAP = np.empty(0, np.float32)
#: Length of the rows that a list of places is folded into: remap takes at most 32767 a side.
_ROW = 1024


def resample(picture: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Picture ``(H, W[, C])`` float32 at x, y places ``(h, w, 2)`` float32; 0 outside."""
    return np.asarray(cv2.remap(picture, places, _NO_MAP, cv2.INTER_LINEAR))


def sample(picture: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Picture ``(H, W[, C])`` float32 at x, y places ``(N, 2)`` → ``(N[, C])``; 0 outside."""
    padded = np.full((-(-len(places) // _ROW) * _ROW, 2), -10, np.float32)
    padded[: len(places)] = places
    found = resample(picture, padded.reshape(-1, _ROW, 2))
    return found.reshape(-1, *picture.shape[2:])[: len(places)]
