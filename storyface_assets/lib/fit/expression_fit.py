"""The expression of a changed photo of a person whose head is fitted already."""

import numpy as np
from threadpoolctl import threadpool_limits

from storyface_assets.lib.books.book import Geometry
from storyface_assets.lib.fit.code_prior import CodePrior
from storyface_assets.lib.fit.geometry import FaceInPhoto, find_head
from storyface_assets.lib.fit.linear_head import linear_head
from storyface_assets.lib.fit.photo_fit import FitResult
from storyface_assets.lib.fit.skin_mask import skin_mask
from storyface_assets.lib.heads.model import N_SHAPE, HeadModel
from storyface_assets.lib.landmarks.face import Face


def fit_expression(
    rgb: np.ndarray,
    face: Face,
    fit: FitResult,
    model: HeadModel,
    way: Geometry = "auto",
    told: CodePrior | None = None,
) -> np.ndarray:
    """Fit the expression alone; the shape stays the person's.

    Args:
        rgb: ``(H, W, 3)`` uint8 sRGB, the photo with another expression.
        face: the face in it.
        fit: of the photo as it was.
        model: the head model.
        way: see :func:`~.geometry.find_head`.
        told: what an encoder says of this photo, if there is one.

    Returns:
        ``(50,)`` float32.
    """
    with threadpool_limits(1):
        found, _ = find_head(
            way,
            linear_head(model),
            FaceInPhoto(face, fit.camera, skin_mask(rgb, face), told),
            model.expression_names,
            identity=fit.shape.astype(np.float64),
        )
    return np.asarray(found.codes[N_SHAPE:], np.float32)
