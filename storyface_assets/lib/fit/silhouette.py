"""The face oval's landmarks tied to whatever line of the head is the outline in this view."""

from dataclasses import dataclass

import numpy as np

from storyface_assets.lib.fit.linear_head import LinearHead
from storyface_assets.lib.fit.skin_mask import SkinMask
from storyface_assets.lib.landmarks.face import FACE_OVAL, Face

#: Points of the oval from ear lobe to ear lobe. Above, it runs in front of the ears and under
#: the hair, inside the outline.
JAW_LINE = FACE_OVAL[10:27]
#: How far outside the oval the cheek's edge may lie, in interocular distances.
_CHEEK_REACH = 0.30
#: Only where the outline runs steeply is the next edge the cheek's own and not the neck's.
_STEEP = 0.80
#: Sine of the turn towards the viewer from which a point of the line stops being outline, and at
#: which it is none.
_NEAR = (0.06, 0.20)
#: A vertex may stand in for a landmark if it lies no further from it than this, metres.
_REACH = 0.030


class JawLine:
    """Candidate vertices for every landmark of the jaw line.

    Args:
        head: the linear head.
    """

    def __init__(self, head: LinearHead) -> None:
        self.landmarks = np.array([i for i in JAW_LINE if head.landmark_mask[i]])
        skin = np.unique(head.faces[head.skin_faces])
        rest = head.landmark_mean[self.landmarks]
        self.candidates = []
        for point in rest:
            away = head.mean[skin] - point
            # Nearly level with the landmark: it may slide back and forth on its cheek, not down.
            near = (np.linalg.norm(away, axis=1) < _REACH) & (np.abs(away[:, 1]) < 0.012)
            near |= np.linalg.norm(away, axis=1) < 0.008
            self.candidates.append(skin[near])

    def outermost(self, pixels: np.ndarray, normals: np.ndarray) -> np.ndarray:
        """The candidates that stick out most, vertex ids ``(N,)``.

        Args:
            pixels: ``(V, 2)`` projected vertices.
            normals: ``(N, 2)`` outward directions.
        """
        chosen = [
            ids[np.argmax(pixels[ids] @ normal)]
            for ids, normal in zip(self.candidates, normals, strict=True)
        ]
        return np.array(chosen)


@dataclass(frozen=True, eq=False)
class ObservedJaw:
    """The jaw line in the photo.

    Attributes:
        points: ``(N, 2)`` pixels.
        normals: ``(N, 2)`` unit, outwards.
        weights: ``(N,)`` 0..1: less on the near side of a turned head, where the oval crosses the
            cheek in front of the ear and is no outline.
    """

    points: np.ndarray
    normals: np.ndarray
    weights: np.ndarray

    @classmethod
    def of(cls, face: Face, skin: SkinMask, landmarks: np.ndarray) -> "ObservedJaw":
        """The landmarks' jaw line, moved out to the edge of the skin on the cheeks.

        The landmark network draws round cheeks too narrow; the edge between skin and background
        (or hair) shows where they end.

        Args:
            face: landmarks of the photo.
            skin: its skin.
            landmarks: which landmarks make up the line, ``(N,)``.
        """
        xy = face.landmarks[:, :2]
        line = xy[landmarks]
        along = np.gradient(line, axis=0)
        normals = np.stack([along[:, 1], -along[:, 0]], 1)
        normals /= np.linalg.norm(normals, axis=1, keepdims=True)
        normals *= np.sign(((line - xy[[168, 4]].mean(0)) * normals).sum(1, keepdims=True))
        steps = np.linspace(0, _CHEEK_REACH * face.interocular, 40)
        rays = line[:, None] + normals[:, None] * steps[:, None]
        on_skin = skin.on(rays.reshape(-1, 2)).reshape(len(line), -1) > 0.5
        edge = np.where(on_skin.all(1), 0, np.argmin(on_skin, 1))
        across = face.rotation[:2, 0] * np.array([1, -1])
        steep = np.abs(normals @ across) / np.linalg.norm(across) > _STEEP
        near = -normals[:, 0] * face.rotation[0, 2]
        weights = 1 - np.clip((near - _NEAR[0]) / (_NEAR[1] - _NEAR[0]), 0, 1)
        moved = line + normals * (steps[edge] * steep * (weights > 0.5))[:, None]
        return cls(moved, normals, weights)
