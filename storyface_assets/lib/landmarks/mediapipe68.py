"""MediaPipe behind :class:`~storyface_assets.lib.landmarks.interface.Landmarks68`."""

from typing import Protocol

import numpy as np

from storyface_assets.lib.landmarks.face import Face
from storyface_assets.lib.landmarks.ibug68 import ibug68
from storyface_assets.lib.landmarks.interface import Face68


class _Landmarker(Protocol):
    """What is used of :class:`~storyface_assets.lib.landmarks.landmarker.FaceLandmarker`."""

    def detect(self, rgb: np.ndarray, quick: bool = False) -> list[Face]: ...


class MediapipeLandmarks:
    """A :class:`FaceLandmarker` that gives 68 points."""

    def __init__(self, landmarker: _Landmarker, quick: bool = False) -> None:
        self._landmarker, self._quick = landmarker, quick

    def faces68(self, rgb: np.ndarray) -> list[Face68]:
        """See :meth:`Landmarks68.faces68`; with depth."""
        faces = self._landmarker.detect(rgb, quick=self._quick)
        return [Face68(face.box, face.score, ibug68(face.landmarks)) for face in faces]
