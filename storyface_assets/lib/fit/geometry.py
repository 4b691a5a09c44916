"""The ways from a face to its head: DECA's encoder, fitting, or both."""

from dataclasses import dataclass, replace

import numpy as np

from storyface_assets.lib.books.book import Geometry
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.fit.code_prior import CodePrior
from storyface_assets.lib.fit.expression_prior import expression_prior
from storyface_assets.lib.fit.landmark_fit import LandmarkFit, fit_landmarks, fit_pose
from storyface_assets.lib.fit.linear_head import LinearHead
from storyface_assets.lib.fit.photo_camera import PhotoCamera
from storyface_assets.lib.fit.skin_mask import SkinMask, skin_mask
from storyface_assets.lib.heads.model import N_SHAPE
from storyface_assets.lib.landmarks.face import Face


@dataclass(frozen=True, eq=False)
class FaceInPhoto:
    """What the ways look at.

    Attributes:
        face: landmarks.
        camera: of the photo.
        skin: whose edge shows how wide the cheeks are.
        told: what the encoder says of the codes; ``None`` where there is no encoder.
    """

    face: Face
    camera: PhotoCamera
    skin: SkinMask
    told: CodePrior | None = None

    @classmethod
    def of(cls, rgb: np.ndarray, face: Face, told: CodePrior | None = None) -> "FaceInPhoto":
        """A face in a photo ``(H, W, 3)`` that nothing else is known of."""
        camera = PhotoCamera.for_portrait(rgb.shape[:2], face.interocular)
        return cls(face, camera, skin_mask(rgb, face), told)


def find_head(
    way: Geometry,
    head: LinearHead,
    photo: FaceInPhoto,
    unit_names: tuple[str, ...],
    identity: np.ndarray | None = None,
) -> tuple[LandmarkFit, str]:
    """Codes and pose of a face.

    Args:
        way: ``fit``: the landmarks alone decide. ``deca``: the encoder's codes (units that no fit
            uses, such as the gaze's, left out); landmarks decide the pose only, for that is what
            the texture hangs on. ``auto``: the fit begins from these codes and leaves them as far
            as the encoder may err (:class:`~.code_prior.CodePrior`) and the landmarks say so; kept
            is which of the two has the lower residual. Without an encoder ``auto`` is ``fit``.
        head: the model's linear basis.
        photo: what is seen.
        unit_names: names of the expression units.
        identity: ``(100,)`` the shape code where it is known already: it stays as it is.

    Returns:
        The head, and how it was found, in words.

    Raises:
        BadInput: ``deca`` without an encoder.
    """
    told = photo.told
    if told is None and way == "deca":
        mend = "Write auto or fit, or run `storyface retrain face_geometry`."
        problem = "is deca, but no encoder is there."
        raise BadInput("book.toml", "character.geometry", problem, mend)
    if told is None or way == "fit":
        return _fitted(head, photo, unit_names, identity, CodePrior.usual()), "fit"
    told = _within_the_fit(told, unit_names)
    seen = fit_pose(head, photo.face, photo.camera, _with_identity(told, identity))
    if way == "deca":
        return seen, "deca"
    refined = _fitted(head, photo, unit_names, identity, told)
    if seen.residual < refined.residual:
        return seen, "auto: deca"
    return refined, "auto: deca, refined by fitting"


def _within_the_fit(told: CodePrior, unit_names: tuple[str, ...]) -> CodePrior:
    """Expressions as fits have them: not below zero, and without units that they never use."""
    mean, (_, allowed, _) = told.mean.copy(), expression_prior(unit_names)
    mean[N_SHAPE:] = np.maximum(mean[N_SHAPE:], 0) * allowed
    return replace(told, mean=mean)


def _with_identity(told: CodePrior, identity: np.ndarray | None) -> np.ndarray:
    codes = told.mean.copy()
    if identity is not None:
        codes[: len(identity)] = identity
    return codes


def _fitted(
    head: LinearHead,
    photo: FaceInPhoto,
    unit_names: tuple[str, ...],
    identity: np.ndarray | None,
    prior: CodePrior,
) -> LandmarkFit:
    return fit_landmarks(
        head, photo.face, photo.camera, unit_names, photo.skin, identity=identity, prior=prior
    )
