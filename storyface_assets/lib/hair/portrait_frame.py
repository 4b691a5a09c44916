"""A portrait brought to one size and upright, with zones named by the face's landmarks."""

from dataclasses import dataclass

import cv2
import numpy as np

#: Distance of the outer eye corners in the frame, pixels.
EYE_DISTANCE = 80.0
#: Frame size: width, height; and where the middle between the eyes goes.
_SIZE = (440, 480)
_EYES_AT = (220.0, 210.0)

#: MediaPipe's face oval, clockwise on screen from the top of the forehead.
_OVAL = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)


@dataclass(frozen=True)
class PortraitFrame:
    """An aligned portrait.

    Attributes:
        rgb: ``(480, 440, 3)`` uint8; outside the photo the border is repeated.
        seen: ``(480, 440)`` bool: inside the photo.
        landmarks: ``(478, 2)`` pixels of the frame.
        person: ``(480, 440)`` float32 probability of a person, or ``None``.
    """

    rgb: np.ndarray
    seen: np.ndarray
    landmarks: np.ndarray
    person: np.ndarray | None

    @property
    def face(self) -> np.ndarray:
        """Bool mask of the face oval (brow to chin, skin that is surely not hair below it)."""
        mask = np.zeros(self.seen.shape, np.uint8)
        cv2.fillPoly(mask, [np.rint(self.landmarks[list(_OVAL)]).astype(np.int32)], 1)
        return mask.astype(bool)

    def y(self, index: int) -> float:
        """Height of a landmark in the frame, pixels from the top."""
        return float(self.landmarks[index, 1])


def align(
    rgb: np.ndarray, landmarks: np.ndarray, person: np.ndarray | None = None
) -> PortraitFrame:
    """Turn, scale and crop a photo so that the eyes lie level at a fixed place.

    Args:
        rgb: ``(H, W, 3)`` uint8.
        landmarks: ``(478, 3)`` MediaPipe landmarks in pixels.
        person: ``(h, w)`` probability of a person over the whole photo, any size.
    """
    right, left = landmarks[33, :2], landmarks[263, :2]
    along = left - right
    angle = np.degrees(np.arctan2(along[1], along[0]))
    distance = float(np.linalg.norm(landmarks[33] - landmarks[263]))
    scale = EYE_DISTANCE / max(distance, 1e-6)
    middle = (right + left) / 2
    turn = cv2.getRotationMatrix2D((float(middle[0]), float(middle[1])), angle, scale)
    turn[:, 2] += np.array(_EYES_AT) - middle
    photo = rgb
    if scale < 0.5:  # antialias before shrinking
        blur = 0.4 / scale
        photo = cv2.GaussianBlur(rgb, (0, 0), blur)
    frame = cv2.warpAffine(
        photo, turn, _SIZE, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    seen = cv2.warpAffine(np.ones(rgb.shape[:2], np.uint8), turn, _SIZE, flags=cv2.INTER_NEAREST)
    moved = landmarks[:, :2] @ turn[:, :2].T + turn[:, 2]
    mask = None
    if person is not None:
        full = cv2.resize(person.astype(np.float32), (rgb.shape[1], rgb.shape[0]))
        mask = cv2.warpAffine(full, turn, _SIZE, borderMode=cv2.BORDER_REPLICATE)
    return PortraitFrame(frame, seen.astype(bool), moved, mask)
