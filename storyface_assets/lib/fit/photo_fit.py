"""One photo → everything that it tells of a head."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from storyface_assets.lib.books.book import Geometry
from storyface_assets.lib.fit import rotation
from storyface_assets.lib.fit.albedo_fit import AlbedoFit, fit_albedo
from storyface_assets.lib.fit.atlas import TEXTURE_SIZE, atlas_of
from storyface_assets.lib.fit.code_prior import CodePrior
from storyface_assets.lib.fit.geometry import FaceInPhoto, find_head
from storyface_assets.lib.fit.landmark_fit import LandmarkFit, landmark_points
from storyface_assets.lib.fit.linear_head import linear_head
from storyface_assets.lib.fit.photo_camera import PhotoCamera
from storyface_assets.lib.fit.photo_colours import PhotoColours, photo_colours
from storyface_assets.lib.fit.posed_head import PosedHead
from storyface_assets.lib.fit.skin_mask import skin_mask
from storyface_assets.lib.fit.texture import PhotoSamples, sample_photo, texture_from_photo
from storyface_assets.lib.heads.albedo import AlbedoModel, SkinStyle
from storyface_assets.lib.heads.model import N_POSE, N_SHAPE, POSE_GLOBAL, HeadModel
from storyface_assets.lib.landmarks.face import Face

#: Texels that the skin's colour is fitted to.
_COLOUR_POINTS = 4000
#: Darkness of the painted lash line under the photo.
_LASH_LINE = 0.3


@dataclass(frozen=True, eq=False)
class FitResult:
    """A head fitted to a photo.

    Attributes:
        shape: ``(100,)`` float32.
        albedo: ``(50,)`` float32.
        expression: ``(50,)`` float32, the photo's expression.
        pose: ``(15,)`` float32 radians, the photo's pose.
        translation: ``(3,)`` float32 metres: posed model points → camera space.
        camera: the photo's camera.
        light: ``(9, 3)`` float32 spherical harmonics, camera space.
        geometry: how shape and expression were found, in words.
        landmark_residual: mean distance of the inner landmarks (``landmark_sets.INNER``), in
            interocular distances.
        texture: ``(1024, 1024, 3)`` uint8 sRGB albedo.
        colours: irises, brows, shirt.
        gender: 0 female … 1 male as wished; .5 if not said.
        age: years as wished; 30 if not said.
        seconds: time of each stage.
    """

    shape: np.ndarray
    albedo: np.ndarray
    expression: np.ndarray
    pose: np.ndarray
    translation: np.ndarray
    camera: PhotoCamera
    light: np.ndarray
    geometry: str
    landmark_residual: float
    texture: np.ndarray
    colours: PhotoColours
    gender: float = 0.5
    age: float = 30.0
    seconds: dict[str, float] = field(default_factory=dict)


def fit_photo(
    rgb: np.ndarray,
    face: Face,
    model: HeadModel,
    skins: AlbedoModel,
    gender: str | None = None,
    age: float | None = None,
    way: Geometry = "auto",
    told: CodePrior | None = None,
) -> FitResult:
    """Fit a head to a checked portrait.

    Args:
        rgb: ``(H, W, 3)`` uint8 sRGB.
        face: the face in it that is meant.
        model: the head model.
        skins: its skin colours.
        gender: ``female`` or ``male`` if a person said so; never guessed.
        age: years, likewise.
        way: from the face to shape and expression, see :func:`~.geometry.find_head`.
        told: what an encoder says of them, if there is one.

    Raises:
        BadInput: the way needs an encoder, but nothing is told.
    """
    # One thread: the sums of the fit come out the same to the last digit on every machine, and many
    # small products do not wait for each other's threads when other fits run beside this one.
    with threadpool_limits(1):
        return _fit(rgb, face, model, skins, gender, age, way, told)


def _fit(
    rgb: np.ndarray,
    face: Face,
    model: HeadModel,
    skins: AlbedoModel,
    gender: str | None,
    age: float | None,
    way: Geometry,
    told: CodePrior | None,
) -> FitResult:
    clock = _Clock()
    with clock("basis"):
        head, atlas = linear_head(model), atlas_of(model)
    camera = PhotoCamera.for_portrait(rgb.shape[:2], face.interocular)
    with clock("skin"):
        skin = skin_mask(rgb, face)
    with clock("landmarks"):
        seen = FaceInPhoto(face, camera, skin, told)
        fit, how = find_head(way, head, seen, model.expression_names)
    with clock("photo"):
        posed = PosedHead.of(head, fit, camera, face.interocular)
        landmarks = camera.project(fit.to_camera(landmark_points(head, fit.codes)))
        landmarks[~head.landmark_mask] = np.nan
        samples = sample_photo(rgb, face, skin, posed, landmarks, atlas, model.faces, skins.beard)
    with clock("colours"):
        colours = photo_colours(rgb, face)
        skin_colour = _fit_skin_colour(samples, skins)
    with clock("texture"):
        # Without brows: the photo brings its own. Lashes it brings only in part, as the lids' edges
        # are not sampled, and the full painted line below them would be a black smear.
        style = SkinStyle(
            brow_colour=colours.brow,
            iris_colour=colours.iris,
            brow_weight=-1.0,
            lash_line=_LASH_LINE,
        )
        base = skins.texture(skin_colour.code, style)
        texture = texture_from_photo(samples, skin_colour.light, base, atlas, skins.beard)
    pose, translation = _model_pose(model, head.vertices(fit.codes), fit)
    return FitResult(
        shape=fit.codes[:N_SHAPE].astype(np.float32),
        albedo=skin_colour.code,
        expression=fit.codes[N_SHAPE:].astype(np.float32),
        pose=pose,
        translation=translation,
        camera=camera,
        light=skin_colour.light,
        geometry=how,
        landmark_residual=fit.residual,
        texture=texture,
        colours=colours,
        gender={"female": 0.0, "male": 1.0}.get(gender or "", 0.5),
        age=30.0 if age is None else float(age),
        seconds=clock.seconds,
    )


def _fit_skin_colour(samples: PhotoSamples, skins: AlbedoModel) -> AlbedoFit:
    """Albedo code and light from an even choice of well seen texels."""
    some = np.flatnonzero(samples.weights > 0.5)
    some = some[:: max(len(some) // _COLOUR_POINTS, 1)]
    texels = samples.texels[some]
    uv = np.stack([texels % TEXTURE_SIZE, TEXTURE_SIZE - 1 - texels // TEXTURE_SIZE], 1)
    mean, basis = skins.log_at(torch.from_numpy((uv + 0.5) / TEXTURE_SIZE))
    return fit_albedo(
        samples.colours[some],
        samples.normals[some],
        samples.weights[some],
        mean.numpy(),
        basis.numpy(),
    )


def _model_pose(
    model: HeadModel, rest: np.ndarray, fit: LandmarkFit
) -> tuple[np.ndarray, np.ndarray]:
    """The fit's rotation as the model's pose vector, and the translation that goes with it.

    The model turns about its root joint, the fit about the origin.
    """
    pose = np.zeros(N_POSE, np.float32)
    pose[POSE_GLOBAL] = rotation.axis_angle(fit.rotation)
    codes = fit.codes.astype(np.float32)
    posed = model.vertices_numpy(codes[:N_SHAPE], codes[N_SHAPE:], pose)
    shift = (fit.to_camera(rest.astype(np.float64)) - posed).mean(0)
    return pose, shift.astype(np.float32)


class _Clock:
    """Seconds of named stages."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[stage] = time.perf_counter() - start
