"""468 face landmarks (Kartynnik et al. 2019) and the irises (Ablavatski et al. 2020)."""

from pathlib import Path

import numpy as np

from storyface_assets.lib.landmarks.crop import Square, square_around
from storyface_assets.lib.landmarks.face import LEFT_EYE_CORNERS, RIGHT_EYE_CORNERS
from storyface_assets.lib.landmarks.tflite import TfliteModel

#: How far the crop reaches beyond the landmarks (MediaPipe's face_landmark graph).
FACE_MARGIN = 1.5
#: Likewise around the two corners of an eye (MediaPipe's iris_landmark graph).
EYE_MARGIN = 2.3

#: Which mesh landmarks the iris network's eyelid points are: lower lid, then upper lid.
RIGHT_LIDS = (33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173)
LEFT_LIDS = (263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398)


class FaceMesh:
    """The face landmark network."""

    def __init__(self, path: Path) -> None:
        self._model = TfliteModel(path)

    def __call__(self, rgb: np.ndarray, region: Square) -> tuple[np.ndarray, float]:
        """Landmarks ``(468, 3)`` in photo pixels and the presence score 0..1."""
        out = self._model(region.cut(rgb, self._model.size))
        flat = next(a for a in out.values() if a.size == 1404).reshape(468, 3)
        logit = float(next(a for a in out.values() if a.size == 1).ravel()[0])
        points = flat / self._model.size
        xy = region.to_photo(points[:, :2])
        presence = 1 / (1 + np.exp(-np.clip(logit, -50, 50)))
        return np.column_stack([xy, points[:, 2] * region.side]), float(presence)


class IrisMesh:
    """The iris network: finer eyelids and five points an iris."""

    def __init__(self, path: Path) -> None:
        self._model = TfliteModel(path)

    def refine(self, rgb: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
        """Landmarks ``(468, 3)`` → ``(478, 3)`` with better eyelids and the irises appended."""
        refined, irises = landmarks.copy(), []
        for corners, lids, mirrored in (
            (RIGHT_EYE_CORNERS, RIGHT_LIDS, False),
            (LEFT_EYE_CORNERS, LEFT_LIDS, True),
        ):
            outer, inner = landmarks[corners[0]], landmarks[corners[1]]
            pair = np.stack([outer, inner] if not mirrored else [inner, outer])[:, :2]
            flat = square_around(pair, 0, 1, EYE_MARGIN)
            region = Square(flat.centre, flat.side, flat.angle, mirrored)
            out = self._model(region.cut(rgb, self._model.size))
            contour = next(a for a in out.values() if a.size == 213).reshape(71, 3)
            iris = next(a for a in out.values() if a.size == 15).reshape(5, 3)
            size = self._model.size
            refined[list(lids), :2] = region.to_photo(contour[: len(lids), :2] / size)
            depth = np.full((5, 1), (outer[2] + inner[2]) / 2)
            irises.append(np.hstack([region.to_photo(iris[:, :2] / size), depth]))
        return np.vstack([refined, *irises])
