"""Photo → faces with 478 landmarks each."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from storyface_assets.lib.landmarks.crop import Square, square_around
from storyface_assets.lib.landmarks.detector import (
    Detection,
    FaceDetector,
    merge_overlapping,
    overlap,
)
from storyface_assets.lib.landmarks.face import Face
from storyface_assets.lib.landmarks.mesh import FACE_MARGIN, FaceMesh, IrisMesh
from storyface_assets.lib.landmarks.models import fetch_models
from storyface_assets.lib.landmarks.tflite import TfliteModel

#: Below this presence the landmark network itself says that there is no face.
MIN_PRESENCE = 0.5


class FaceLandmarker:
    """Finds faces in photos.

    Args:
        cache_dir: the installation's cache folder; the models are fetched into it on first use.
        progress: told about the fetch, one line a step.

    Raises:
        BadInput: the models are not cached and cannot be fetched.
    """

    def __init__(
        self, cache_dir: Path, progress: Callable[[str], None] = lambda message: None
    ) -> None:
        folder = fetch_models(cache_dir, progress)
        self._near = FaceDetector(
            folder / "face_detection_short_range.tflite", layers=((8, 2), (16, 6))
        )
        self._far = FaceDetector(
            folder / "face_detection_full_range_sparse.tflite", layers=((4, 1),)
        )
        self._mesh = FaceMesh(folder / "face_landmark.tflite")
        self._iris = IrisMesh(folder / "iris_landmark.tflite")
        self._person = TfliteModel(folder / "selfie_segmentation.tflite")
        self._no_person = np.zeros((self._person.size, self._person.size), np.float32)

    def detect(self, rgb: np.ndarray, quick: bool = False) -> list[Face]:
        """All faces, largest first.

        Args:
            rgb: ``(H, W, 3)`` uint8, upright.
            quick: for sets of many photos: a second look with a border only where no face is
                found without, and no person mask (it is all zero). About half the time.
        """
        found: list[Face] = []
        person = self._no_person if quick else self._person_mask(rgb)
        for detection in self._boxes_quickly(rgb) if quick else self._boxes(rgb):
            face = self._landmarks(rgb, detection, person)
            if face is not None and all(overlap(face.box, f.box) < 0.5 for f in found):
                found.append(face)
        return sorted(found, key=lambda f: -f.area)

    def _boxes(self, rgb: np.ndarray) -> list[Detection]:
        """Detections at several scales: selfies, close-ups with a border, small and far faces."""
        boxes = [
            *self._near.detect(rgb),
            *self._far.detect(rgb),
            *self._near.detect(rgb, border=0.5),
        ]
        return merge_overlapping(boxes or self._boxes_in_tiles(rgb))

    def _boxes_quickly(self, rgb: np.ndarray) -> list[Detection]:
        """Near and far detectors always, for a near face may have others behind it."""
        boxes = [*self._near.detect(rgb), *self._far.detect(rgb)]
        boxes = boxes or self._near.detect(rgb, border=0.5) or self._boxes_in_tiles(rgb)
        return merge_overlapping(boxes)

    def _boxes_in_tiles(self, rgb: np.ndarray) -> list[Detection]:
        """Detections in overlapping half-size tiles, for faces lost when the photo is shrunk."""
        height, width = rgb.shape[:2]
        side = max(min(height, width) // 2, 1)
        boxes = []
        for top in range(0, height - side // 2, max(side // 2, 1)):
            for left in range(0, width - side // 2, max(side // 2, 1)):
                tile = rgb[top : top + side, left : left + side]
                move = np.array([left, top])
                for d in self._far.detect(tile, min_score=0.6):
                    boxes.append(Detection(d.box + np.tile(move, 2), d.points + move, d.score))
        return boxes

    def _person_mask(self, rgb: np.ndarray) -> np.ndarray:
        size = (self._person.size, self._person.size)
        small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        (mask,) = self._person(small).values()
        return mask[..., 0].copy()

    def _landmarks(self, rgb: np.ndarray, detection: Detection, person: np.ndarray) -> Face | None:
        """Landmarks of one detection, or ``None`` if the network sees no face there."""
        dx, dy = detection.points[1] - detection.points[0]
        low, high = detection.box[:2], detection.box[2:]
        region = Square(
            centre=(low + high) / 2,
            side=float((high - low).max()) * FACE_MARGIN,
            angle=float(np.arctan2(dy, dx)),
        )
        # The second pass crops by the first's landmarks, as MediaPipe does between video frames.
        for _ in range(2):
            mesh, presence = self._mesh(rgb, region)
            if presence < MIN_PRESENCE:
                return None
            region = square_around(mesh[:, :2], 33, 263, FACE_MARGIN)
        landmarks = self._iris.refine(rgb, mesh)
        corners = landmarks[:468, :2]
        box = np.concatenate([corners.min(0), corners.max(0)])
        return Face(box=box, score=presence, landmarks=landmarks, person=person)
