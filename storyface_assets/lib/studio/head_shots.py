"""Photos of studio people whose DECA codes are known: what an encoder of heads learns from."""

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from storyface_assets.lib.deca.face_crop import SIDE, crop_map
from storyface_assets.lib.heads.model import N_POSE, POSE_GLOBAL
from storyface_assets.lib.heads.open_head import JOINTS
from storyface_assets.lib.relief import DetailSpace, ReliefStyle, SkinRelief
from storyface_assets.lib.render.lighting import sh_lamp
from storyface_assets.lib.studio.acting import act, manner_of
from storyface_assets.lib.studio.lens import jpeg, shoot
from storyface_assets.lib.studio.moments import Moment, random_intensity, random_moment
from storyface_assets.lib.studio.people import Cast, sitter
from storyface_assets.lib.studio.scenes import pose_of
from storyface_assets.lib.studio.seeds import rng_of
from storyface_assets.lib.studio.stage import Models, Stage, Take
from storyface_assets.vocabulary import FACE_EXPRESSIONS

_CANVAS: Final = (480, 560)
#: The box that a detector finds is never quite the face's: shares of its side.
_SHIFTED, _SCALED = 0.05, 0.08


@dataclass(frozen=True, eq=False)
class HeadShot:
    """One photo and the codes that it was made from.

    Attributes:
        jpeg: the photo as a file, 224 pixels square.
        label: number of the expression that was meant, in ``vocabulary.FACE_EXPRESSIONS``.
        codes: ``(236,)`` float32 in DECA's order (``deca.codes.CODE_SIZES``). The pose is the
            head's with the neck's turn in it, and the jaw's is 0 (the open head's opens by its
            expression); the camera is the orthographic one nearest to the lens; the light has the
            lamp in it, as far as nine harmonics can say it, before exposure.
        landmarks: ``(68, 2)`` float32, −1 to 1, y down.
        mesh: ``(K, 2)`` float32 likewise, MediaPipe's points that the head has.
    """

    jpeg: bytes
    label: int
    codes: np.ndarray
    landmarks: np.ndarray
    mesh: np.ndarray


def head_shots(models: Models, seed: int, cast: Cast, index: int, count: int) -> list[HeadShot]:
    """Photos of one person of a set.

    Args:
        models: of the open head.
        seed: of the set.
        cast: which people.
        index: of the person.
        count: photos.
    """
    # Their wrinkles are not painted, they stand out: light falls on them.
    person = sitter(seed, cast, index)
    person = replace(person, person=replace(person.person, wrinkles=0.0))
    relief = relief_of(DetailSpace.of(models.head), seed, cast, index)
    stage, manner = Stage(models, person, _CANVAS, relief), manner_of(seed, cast, index)
    shots = []
    for number in range(count):
        rng = rng_of(seed, cast, "head shot", index, number)
        label = int(rng.integers(len(FACE_EXPRESSIONS)))
        expression = act(manner, FACE_EXPRESSIONS[label], random_intensity(rng), rng)
        moment = random_moment(rng)
        take = moment.take(stage, expression)
        cropped = take.warped(_crop(take, rng), (SIDE, SIDE))
        shots.append(_shot(stage, moment, label, expression, cropped))
    return shots


def relief_of(space: DetailSpace, seed: int, cast: Cast, index: int) -> SkinRelief:
    """The wrinkles of one person of a set, which follow from the same numbers as the person."""
    years = sitter(seed, cast, index).age
    return SkinRelief(space, ReliefStyle.of_age(years, rng_of(seed, cast, "relief", index)))


def _crop(take: Take, rng: np.random.Generator) -> np.ndarray:
    """``(2, 3)`` map from the frame to the photo."""
    scaled = rng.uniform(-_SCALED, _SCALED)
    return crop_map(take.landmarks, scaled, rng.uniform(-_SHIFTED, _SHIFTED, 2))


def _shot(stage: Stage, moment: Moment, label: int, expression: np.ndarray, take: Take) -> HeadShot:
    pose = head_pose(stage, pose_of(moment.angles))
    landmarks, mesh = (2 * points / SIDE - 1 for points in (take.landmarks, take.mesh))
    whole = np.zeros(N_POSE, np.float32)
    whole[POSE_GLOBAL] = pose
    posed = np.concatenate(stage.face_points(expression, whole)[::2])
    camera = nearest_camera(posed, np.concatenate([landmarks, mesh]))
    light = moment.light.sh + sh_lamp(moment.light.key_direction, moment.light.key_colour)
    parts = (stage.shape, stage.albedo, expression, pose, np.zeros(3), camera, light.ravel())
    return HeadShot(
        jpeg(shoot(take.rgb, moment.shooting), moment.shooting.quality),
        label,
        np.concatenate(parts).astype(np.float32),
        landmarks.astype(np.float32),
        mesh.astype(np.float32),
    )


def head_pose(stage: Stage, pose: np.ndarray) -> np.ndarray:
    """``(3,)`` axis-angle: how the head stands in a pose ``(15,)``, the neck's turn included."""
    turns, _ = stage.joint_motions(pose)
    return np.asarray(cv2.Rodrigues(turns[JOINTS.index("head")].astype(np.float64))[0].ravel())


def nearest_camera(points: np.ndarray, places: np.ndarray) -> np.ndarray:
    """``(3,)`` DECA's camera by which points come nearest to places, least squares.

    Args:
        points: ``(N, 3)`` metres.
        places: ``(N, 2)`` −1 to 1, y down; see ``deca.camera.project``.
    """
    flat = points[:, :2] * [1.0, -1.0]
    middle, there = flat.mean(0), places.mean(0)
    away = flat - middle
    scale = float((away * (places - there)).sum() / (away**2).sum())
    shift = there / scale - middle
    return np.array([scale, shift[0], -shift[1]])
