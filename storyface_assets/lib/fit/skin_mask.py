"""Which pixels of a photo show the skin of the face: not hair, not background, not clothes."""

from dataclasses import dataclass

import cv2
import numpy as np

from storyface_assets.lib.fit.sampling import sample
from storyface_assets.lib.landmarks.face import CHIN, FACE_OVAL, Face

#: Side of the crop that is cut into skin and not skin, pixels.
_SIZE = 224
#: Half the crop, in interocular distances.
_REACH = 1.6
#: Landmarks around the part of a face that is always skin: brows, cheek bones, cheeks, chin.
_CORE = (
    *(70, 63, 105, 66, 107, 336, 296, 334, 293, 300, 352, 411, 427, 434, 430, 431, 262, 428, 199),
    *(208, 32, 211, 210, 214, 207, 187, 123),
)
_CUTS = 4


@dataclass(frozen=True, eq=False)
class SkinMask:
    """Skin probability in a square crop around the face.

    Attributes:
        alpha: ``(224, 224)`` float32 0..1, a little inside the skin's edge.
        cut: ``(224, 224)`` float32, 1 to the very edge.
        to_crop: ``(2, 3)`` affine map, photo pixels → crop pixels.
    """

    alpha: np.ndarray
    cut: np.ndarray
    to_crop: np.ndarray

    def at(self, pixels: np.ndarray) -> np.ndarray:
        """Skin probability at photo pixels ``(N, 2)``; 0 outside the crop."""
        return sample(self.alpha, pixels @ self.to_crop[:, :2].T + self.to_crop[:, 2])

    def on(self, pixels: np.ndarray) -> np.ndarray:
        """Whether photo pixels ``(N, 2)`` are skin, 0..1, right up to its edge."""
        return sample(self.cut, pixels @ self.to_crop[:, :2].T + self.to_crop[:, 2])


def skin_mask(rgb: np.ndarray, face: Face) -> SkinMask:
    """Cut the face's skin out of a photo by GrabCut (Rother et al. 2004).

    The middle of the face starts as certain skin, everything that is not the person as certain
    background; the colours of both decide about hair, ears and neck.

    Args:
        rgb: ``(H, W, 3)`` uint8.
        face: its landmarks and person mask.
    """
    scale = _SIZE / (2 * _REACH * face.interocular)
    # Midway between hairline and chin: about the eyes, a long face would lose its chin and beard.
    centre = face.landmarks[[10, CHIN], :2].mean(0)
    to_crop = np.column_stack([np.eye(2) * scale, (_SIZE - 1) / 2 - centre * scale])
    smooth = cv2.GaussianBlur(rgb, (0, 0), 0.4 / scale) if scale < 1 else rgb
    crop = cv2.warpAffine(smooth, to_crop, (_SIZE, _SIZE), borderMode=cv2.BORDER_REPLICATE)
    points = face.landmarks[:, :2] @ to_crop[:, :2].T + to_crop[:, 2]
    labels = np.full((_SIZE, _SIZE), cv2.GC_PR_BGD, np.uint8)
    oval = cv2.convexHull(points[list(FACE_OVAL)].astype(np.float32)).astype(np.int32)
    cv2.fillConvexPoly(labels, oval, cv2.GC_PR_FGD)
    cv2.fillConvexPoly(labels, cv2.convexHull(points[list(_CORE)].astype(np.int32)), cv2.GC_FGD)
    person = cv2.resize(face.person, rgb.shape[1::-1])
    person = cv2.warpAffine(person, to_crop, (_SIZE, _SIZE), borderMode=cv2.BORDER_REPLICATE)
    labels[(person < 0.3) & (labels != cv2.GC_FGD)] = cv2.GC_BGD
    if not (labels == cv2.GC_BGD).any():
        # A close-up without background: GrabCut wants some, the far corners serve.
        labels[:2] = cv2.GC_BGD
    cv2.setRNGSeed(0)
    cv2.grabCut(
        cv2.cvtColor(crop, cv2.COLOR_RGB2LAB),
        labels,
        (0, 0, 0, 0),
        np.zeros((1, 65)),
        np.zeros((1, 65)),
        _CUTS,
        cv2.GC_INIT_WITH_MASK,
    )
    cut = np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    # Keep clear of the edge: there the photo mixes skin and hair.
    skin = cv2.erode(cut, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5)))
    alpha = cv2.GaussianBlur(skin.astype(np.float32), (0, 0), 2.0)
    return SkinMask(np.clip(2 * alpha - 1, 0, 1), cut.astype(np.float32), to_crop)
