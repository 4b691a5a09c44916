"""The face oval's landmarks tied to whatever line of the head is the outline in this view."""

import numpy as np

from storyface_assets.lib.fit.linear_head import LinearHead
from storyface_assets.lib.landmarks.face import FACE_OVAL

#: Points of the oval that lie on the outline of jaw and cheeks. The upper ones lie on the
#: forehead, where the network guesses under the hair.
JAW_LINE = FACE_OVAL[8:29]
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

    def outermost(self, pixels: np.ndarray, observed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The candidates that stick out most, and in which direction.

        Args:
            pixels: ``(V, 2)`` projected vertices.
            observed: ``(478, 2)`` landmarks in the photo.

        Returns:
            vertex ids ``(N,)`` and unit normals of the observed jaw line ``(N, 2)``, outwards.
        """
        line = observed[self.landmarks]
        along = np.gradient(line, axis=0)
        normals = np.stack([along[:, 1], -along[:, 0]], 1)
        normals /= np.linalg.norm(normals, axis=1, keepdims=True)
        inside = observed[[168, 4]].mean(0)
        normals *= np.sign(((line - inside) * normals).sum(1, keepdims=True))
        chosen = [
            ids[np.argmax(pixels[ids] @ normal)]
            for ids, normal in zip(self.candidates, normals, strict=True)
        ]
        return np.array(chosen), normals
