"""A found face: box, score, 478 landmarks, head angles."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

# MediaPipe landmark numbers (subject's own right and left).
RIGHT_EYE_CORNERS = (33, 133)
LEFT_EYE_CORNERS = (263, 362)
RIGHT_IRIS, LEFT_IRIS = slice(468, 473), slice(473, 478)
FOREHEAD_TOP, CHIN = 10, 152
#: The face oval, clockwise on screen from the top of the forehead.
FACE_OVAL = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)


def head_angles(rotation: np.ndarray) -> np.ndarray:
    """Yaw, pitch, roll ``(3,)`` in degrees of :attr:`Face.rotation`; signs as there."""
    yaw = np.arctan2(rotation[0, 2], rotation[2, 2])
    pitch = np.arcsin(np.clip(rotation[1, 2], -1, 1))
    roll = -np.arctan2(rotation[1, 0], rotation[0, 0])
    return np.degrees(np.stack([yaw, pitch, roll]))


@dataclass(frozen=True, eq=False)
class Face:
    """One face in a photo.

    Attributes:
        box: ``(4,)`` x0, y0, x1, y1 pixels around the landmarks.
        score: the landmark network's face presence, 0..1.
        landmarks: ``(478, 3)``: x, y in pixels; z = relative depth in the same scale, smaller is
            nearer to the camera. The last ten are the irises (right, then left): centre and four
            rim points each.
        person: ``(256, 256)`` float32, the whole photo squeezed to a square: probability 0..1
            that a pixel is part of a person (hair and clothes included).
    """

    box: np.ndarray
    score: float
    landmarks: np.ndarray
    person: np.ndarray

    @property
    def area(self) -> float:
        """Area of the box, square pixels."""
        return float(np.prod(self.box[2:] - self.box[:2]))

    @property
    def interocular(self) -> float:
        """Distance of the outer eye corners, pixels, depth included (so a turn keeps it)."""
        return float(np.linalg.norm(self.landmarks[33] - self.landmarks[263]))

    @cached_property
    def rotation(self) -> np.ndarray:
        """Head axes in the camera's frame as columns ``(3, 3)``: left, up, out of the face.

        The camera's frame has +x right on screen, +y up, +z towards the viewer. Taken from the
        landmarks' own depth, so good to some degrees only; the fit finds the exact pose.
        """
        points = self.landmarks * np.array([1.0, -1.0, -1.0])
        # Pairs wide apart and off the mouth, so that talking or smiling does not turn the head.
        across = (points[[263, 454, 251]] - points[[33, 234, 21]]).sum(0)
        upward = points[[10, 151, 168]].mean(0) - points[[152, 2, 164]].mean(0)
        x = across / np.linalg.norm(across)
        z = np.cross(x, upward)
        z /= np.linalg.norm(z)
        return np.stack([x, np.cross(z, x), z], 1)

    @property
    def yaw_degrees(self) -> float:
        """Turn of the head; positive towards the subject's left (right on screen)."""
        return float(head_angles(self.rotation)[0])

    @property
    def pitch_degrees(self) -> float:
        """Nod of the head; positive looks up."""
        return float(head_angles(self.rotation)[1])

    @property
    def roll_degrees(self) -> float:
        """Tilt of the head on screen; positive = clockwise."""
        return float(head_angles(self.rotation)[2])
