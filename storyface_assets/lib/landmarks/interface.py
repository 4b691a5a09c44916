"""One interface of the landmark detectors: a photo in, faces with iBUG's 68 landmarks out."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np


@dataclass(frozen=True, eq=False)
class Face68:
    """One face in a photo, whoever found it.

    Attributes:
        box: ``(4,)`` x0, y0, x1, y1 pixels.
        score: 0 … 1, how sure the detector is that it is a face.
        points: ``(68, 3)`` in iBUG's order, or ``(68, 2)`` from a detector without depth: x, y in
            pixels; z = relative depth in the same scale, smaller is nearer to the camera.
    """

    box: np.ndarray
    score: float
    points: np.ndarray


@runtime_checkable
class Landmarks68(Protocol):
    """A detector of faces with their 68 landmarks.

    iBUG's order (Sagonas et al. 2013), sides as seen on screen: 0–16 outline from the left over the
    chin to the right, 17–21 and 22–26 brows, 27–30 nose bridge, 31–35 nostrils, 36–41 left and
    42–47 right eye, each from its left corner over the top, 48–59 outer and 60–67 inner lips from
    the left corner over the top.
    """

    def faces68(self, rgb: np.ndarray) -> list[Face68]:
        """All faces of an upright photo ``(H, W, 3)`` uint8, largest first."""
        ...
