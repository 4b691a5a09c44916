"""From the landmarks of a photo to its relief: the head model, loaded once."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from storyface_assets.lib.fit.landmark_fit import LandmarkFit
from storyface_assets.lib.fit.linear_head import LinearHead, linear_head
from storyface_assets.lib.fit.photo_camera import OUTER_EYE_DISTANCE, PORTRAIT_DISTANCE, PhotoCamera
from storyface_assets.lib.heads.open_head import JOINTS, OpenHead
from storyface_assets.lib.images.square import PixelSquare
from storyface_assets.lib.landmarks.face import Face
from storyface_assets.lib.turn.quick_fit import quick_fit
from storyface_assets.lib.turn.relief import Relief

#: How much of the photo the relief holds, in crops: what stands still must lie inside it.
REACH = 2.0
#: Most pixels a side of the photo's part that is drawn from.
_MOST_PIXELS = 768


@dataclass(frozen=True, eq=False)
class FittedPhoto:
    """A photo whose head was fitted.

    Attributes:
        fit: the head.
        relief: depth of the photo around it.
        residual: of the fit's inner landmarks, in eye distances.
        work_side: side at which to cut the relief's square, pixels.
    """

    fit: LandmarkFit
    relief: Relief
    residual: float
    work_side: int


@dataclass(frozen=True, eq=False)
class HeadFitter:
    """A head model, ready to be fitted to many photos.

    Attributes:
        head: its linear basis.
        is_head: ``(V,)`` bool: vertices that turn with the head, not the neck.
    """

    head: LinearHead
    is_head: np.ndarray

    @classmethod
    def of(cls, model: OpenHead) -> "HeadFitter":
        """Of a loaded model."""
        turning = model.skin_weights[:, JOINTS.index("head") :].sum(1) > 0.5
        return cls(linear_head(model), turning)

    @classmethod
    def load(cls, path: Path) -> "HeadFitter":
        """Read the model from ``head.npz``.

        Raises:
            BadInput: the file is missing or is not such an archive.
        """
        return cls.of(OpenHead.load(path))

    def fit(self, face: Face, crop: PixelSquare) -> FittedPhoto:
        """Fit the head and give the photo depth.

        Args:
            face: landmarks in the photo.
            crop: the face's crop there.

        Raises:
            LinAlgError: the landmarks are no face's: nothing finite fits them.
        """
        if not 0 < face.interocular < np.inf:
            raise np.linalg.LinAlgError("the eyes lie on one point")
        focal = face.interocular * PORTRAIT_DISTANCE / OUTER_EYE_DISTANCE
        x, y = face.landmarks[168, :2]
        # The camera looks at the face: where in a photo it stands says nothing of its turn.
        camera = PhotoCamera(focal, (float(x), float(y)))
        square = crop.scaled(REACH)
        with threadpool_limits(1):
            with np.errstate(all="ignore"):
                fit = quick_fit(self.head, face, camera)
            if not np.isfinite(fit.residual):
                raise np.linalg.LinAlgError("no finite fit")
            relief = Relief.of(self.head, fit, camera, square, self.is_head)
        return FittedPhoto(fit, relief, fit.residual, min(square.side, _MOST_PIXELS))
