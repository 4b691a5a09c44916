"""Small shift of the projected surface so that lids, lips and nose fall on the photo's."""

from collections.abc import Sequence

import cv2
import numpy as np

from storyface_assets.lib.fit.landmark_sets import EYELIDS, INNER_LIPS, NOSE, OUTER_LIPS
from storyface_assets.lib.fit.sampling import sample

#: Landmarks whose place in the photo is exact enough to follow.
FOLLOWED = tuple(dict.fromkeys((*EYELIDS, *OUTER_LIPS, *INNER_LIPS, *NOSE)))
#: Reach of one landmark, in interocular distances.
_SIGMA = 0.045
#: Pull towards no shift where landmarks are far.
_STIFFNESS = 0.3
_GRID = 160


class FeatureWarp:
    """A smooth displacement field over the face (normalised Gaussian kernels).

    Args:
        projected: ``(N, 2)`` landmarks of the fitted head, photo pixels.
        observed: ``(N, 2)`` the same landmarks in the photo.
        interocular: pixels.
    """

    def __init__(self, projected: np.ndarray, observed: np.ndarray, interocular: float) -> None:
        low, high = projected.min(0) - interocular * 0.3, projected.max(0) + interocular * 0.3
        self._low, self._step = low, (high - low) / (_GRID - 1)
        xs, ys = (np.linspace(low[k], high[k], _GRID) for k in (0, 1))
        # The Gaussian kernel separates, so the field is two matrix products.
        sigma = _SIGMA * interocular
        kx = np.exp(-0.5 * ((xs[:, None] - projected[None, :, 0]) / sigma) ** 2)
        ky = np.exp(-0.5 * ((ys[:, None] - projected[None, :, 1]) / sigma) ** 2)
        weight = ky @ kx.T
        shift = observed - projected
        moved = [(ky * shift[:, k]) @ kx.T / (weight + _STIFFNESS) for k in (0, 1)]
        self._field = np.stack(moved, -1).astype(np.float32)

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        """Shifted pixels ``(N, 2)``."""
        cells = ((pixels - self._low) / self._step).astype(np.float32)
        return pixels + sample(self._field, cells)


def polygon_mask(size: tuple[int, int], outlines: Sequence[np.ndarray], grow: float) -> np.ndarray:
    """Soft picture ``(H, W)`` float32 that is 1 in the polygons, grown by some pixels."""
    mask = np.zeros(size, np.uint8)
    for outline in outlines:
        fixed = np.round(outline * 16).astype(np.int32)
        cv2.fillPoly(mask, [fixed], 255, cv2.LINE_AA, 4)
        width = max(round(2 * grow), 1)
        cv2.polylines(mask, [fixed], True, 255, width, cv2.LINE_AA, 4)
    return cv2.GaussianBlur(mask, (0, 0), max(grow / 3, 0.5)).astype(np.float32) / 255
