"""The turns that the training set is extended by."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from storyface_assets.lib.fit import rotation
from storyface_assets.lib.landmarks.face import head_angles

#: Yaw, pitch, roll in degrees from the front that a copy may show. Seen in renders: at 60° of yaw
#: the far eye and the lips are pinched, from 40° of pitch the chin or the lips are squashed.
LIMITS: Final = (45.0, 35.0, 45.0)


@dataclass(frozen=True)
class Turn:
    """A rotation of the head about an axis of the camera that looks at it.

    Attributes:
        axis: unit vector; +x right on screen, +y up, +z towards the viewer.
        degrees: signed as the head angles of ``lib.landmarks.Face`` are: pitch up, yaw to the
            subject's left (right on screen) and roll clockwise on screen count positive.
    """

    axis: tuple[float, float, float]
    degrees: float

    def rotations(self, shares: np.ndarray) -> np.ndarray:
        """Matrices ``(3, 3)`` as ``(*shares.shape, 3, 3)`` of shares 0–1 of the turn."""
        k = rotation.cross_matrices(np.array([self.axis]))[0]
        angle = np.radians(self.degrees) * np.asarray(shares, float)[..., None, None]
        return np.eye(3) + np.sin(angle) * k + (1 - np.cos(angle)) * (k @ k)

    def angles_after(self, head: np.ndarray) -> np.ndarray:
        """Yaw, pitch, roll ``(3,)`` in degrees of a head ``(3, 3)`` when it is turned."""
        return head_angles(self.rotations(np.array(1.0)) @ head)

    def goes_too_far(self, head: np.ndarray) -> bool:
        """Whether the turned head lies beyond ``LIMITS``."""
        return bool((np.abs(self.angles_after(head)) > LIMITS).any())


#: +x turns the face down and +z turns it counter-clockwise, hence the minus signs.
_PITCH, _YAW, _ROLL = (-1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, -1.0)

#: The seeds' four: pitch ±20°, yaw −20°, roll +20°.
TURNS: Final = MappingProxyType(
    {
        "pitch_up": Turn(_PITCH, 20.0),
        "pitch_down": Turn(_PITCH, -20.0),
        "yaw_left": Turn(_YAW, -20.0),
        "roll_right": Turn(_ROLL, 20.0),
    }
)
