"""The expression of a changed photo of a person whose head is fitted already."""

import numpy as np
from threadpoolctl import threadpool_limits

from storyface_assets.lib.fit.landmark_fit import fit_landmarks
from storyface_assets.lib.fit.linear_head import linear_head
from storyface_assets.lib.fit.photo_fit import FitResult
from storyface_assets.lib.fit.skin_mask import skin_mask
from storyface_assets.lib.heads.model import N_SHAPE, HeadModel
from storyface_assets.lib.landmarks.face import Face


def fit_expression(rgb: np.ndarray, face: Face, fit: FitResult, model: HeadModel) -> np.ndarray:
    """Fit the expression alone; the shape stays the person's.

    Args:
        rgb: ``(H, W, 3)`` uint8 sRGB, the photo with another expression.
        face: the face in it.
        fit: of the photo as it was.
        model: the head model.

    Returns:
        ``(50,)`` float32.
    """
    with threadpool_limits(1):
        found = fit_landmarks(
            linear_head(model),
            face,
            fit.camera,
            model.expression_names,
            skin_mask(rgb, face),
            identity=fit.shape.astype(np.float64),
        )
    return np.asarray(found.codes[N_SHAPE:], np.float32)
