"""Face boxes by BlazeFace (Bazarevsky et al. 2019), short- and full-range models."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from storyface_assets.lib.landmarks.tflite import TfliteModel

#: Two detections that overlap more than this are one face.
SAME_FACE_IOU = 0.3


@dataclass(frozen=True)
class Detection:
    """A face box with its six key points.

    Attributes:
        box: ``(4,)`` x0, y0, x1, y1 pixels.
        points: ``(6, 2)`` pixels: right eye, left eye, nose tip, mouth, right ear, left ear.
        score: 0..1.
    """

    box: np.ndarray
    points: np.ndarray
    score: float


def anchor_centres(size: int, layers: tuple[tuple[int, int], ...]) -> np.ndarray:
    """SSD anchor centres in 0..1, ``(N, 2)`` x, y.

    Args:
        size: input size, pixels.
        layers: (stride, anchors a cell) of each output layer.
    """
    rows = []
    for stride, repeat in layers:
        cells = (np.arange(size // stride) + 0.5) * stride / size
        grid = np.stack(np.meshgrid(cells, cells), -1).reshape(-1, 2)
        rows.append(np.repeat(grid, repeat, axis=0))
    return np.concatenate(rows)


class FaceDetector:
    """One BlazeFace model.

    Args:
        path: the tflite file.
        layers: (stride, anchors a cell), as in MediaPipe's SsdAnchorsCalculator options: the
            short-range model has ((8, 2), (16, 6)), the full-range one ((4, 1),).
    """

    def __init__(self, path: Path, layers: tuple[tuple[int, int], ...]) -> None:
        self._model = TfliteModel(path)
        self._anchors = anchor_centres(self._model.size, layers)

    def detect(
        self, rgb: np.ndarray, min_score: float = 0.5, border: float = 0.0
    ) -> list[Detection]:
        """Faces in a photo, best score first.

        Args:
            rgb: ``(H, W, 3)`` uint8.
            min_score: detections below are dropped.
            border: grey margin put around the photo before it is shrunk, in photo sizes; a face
                that fills the photo is only found with one.
        """
        height, width = rgb.shape[:2]
        side = max(height, width) * (1 + 2 * border)
        scale = self._model.size / side
        small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        canvas = np.zeros((self._model.size, self._model.size, 3), np.float32)
        left, top = ((self._model.size - n) // 2 for n in (small.shape[1], small.shape[0]))
        canvas[top : top + small.shape[0], left : left + small.shape[1]] = small / 127.5 - 1
        out = self._model(canvas)
        raw = next(a for a in out.values() if a.shape[-1] == 16) / self._model.size
        logits = next(a for a in out.values() if a.shape[-1] == 1)[:, 0]
        scores = 1 / (1 + np.exp(-np.clip(logits, -50, 50)))
        keep = scores >= min_score
        if not keep.any():
            return []
        raw, anchors, scores = raw[keep], self._anchors[keep], scores[keep]
        centres = raw[:, :2] + anchors
        boxes = np.concatenate([centres - raw[:, 2:4] / 2, centres + raw[:, 2:4] / 2], 1)
        points = raw[:, 4:].reshape(-1, 6, 2) + anchors[:, None]
        corner = np.array([left, top])
        boxes = (boxes * self._model.size - np.tile(corner, 2)) / scale
        points = (points * self._model.size - corner) / scale
        return merge_overlapping(
            [Detection(b, p, float(s)) for b, p, s in zip(boxes, points, scores, strict=True)]
        )


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    """Intersection over union of two boxes ``(4,)``."""
    sides = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    shared = float(np.prod(np.maximum(sides, 0)))
    both = float(np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2])) - shared
    return shared / both if both > 0 else 0.0


def merge_overlapping(detections: list[Detection]) -> list[Detection]:
    """Weighted non-maximum suppression (BlazeFace, §3.3): overlapping boxes are averaged."""
    left = sorted(detections, key=lambda d: -d.score)
    merged = []
    while left:
        group = [d for d in left if overlap(left[0].box, d.box) > SAME_FACE_IOU] or [left[0]]
        left = [d for d in left if all(d is not g for g in group)]
        weights = np.array([d.score for d in group], float)
        weights /= weights.sum()
        merged.append(
            Detection(
                box=np.einsum("n,nk->k", weights, [d.box for d in group]),
                points=np.einsum("n,nkd->kd", weights, [d.points for d in group]),
                score=group[0].score,
            )
        )
    return merged
