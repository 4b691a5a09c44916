"""The picture DECA's authors show a result by: photo, landmarks, coarse, detail, albedo, wrinkles.

A row for the portrait and one for each face that StarGAN made of it. The heads stand in the
portrait's pose; what is drawn of wrinkles is all of the displacement, not only what the texture
lacks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import atan, degrees
from typing import Final

import cv2
import numpy as np

from storyface_assets.lib.characters.emotion_faces import EmotionFaces
from storyface_assets.lib.characters.portrait import Portrait
from storyface_assets.lib.deca.face_crop import SIDE, cut_face
from storyface_assets.lib.fit import FitResult
from storyface_assets.lib.heads.character import CharacterHead
from storyface_assets.lib.heads.detail_window import DETAIL_SIZE, WINDOW
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.heads.wrinkles import PHOTO
from storyface_assets.lib.landmarks import FaceLandmarker
from storyface_assets.lib.landmarks.ibug68 import ibug68
from storyface_assets.lib.render import Camera, FrameState, HeadRenderer, studio_light
from storyface_assets.vocabulary import FACE_EXPRESSIONS

#: Columns of the sheet, from the left.
COLUMNS: Final = ("original", "landmarks", "coarse", "detail", "albedo", "displacement")
_CLAY: Final = (172, 168, 164)
_DOT: Final = (60, 230, 150)
#: Metres of displacement that are drawn in full red (out) or blue (in).
_DEEP: Final = 4e-4


@dataclass(frozen=True, eq=False)
class DecaSheet:
    """The cells, ``(224, 224, 3)`` uint8 sRGB each.

    Attributes:
        rows: by ``photo`` and expression, a cell for each of ``COLUMNS``.
    """

    rows: Mapping[str, tuple[np.ndarray, ...]]

    def picture(self) -> np.ndarray:
        """All of it ``(rows · 224, 6 · 224, 3)``."""
        return np.concatenate([np.concatenate(cells, axis=1) for cells in self.rows.values()])


def deca_sheet(
    portrait: Portrait,
    faces: EmotionFaces,
    fit: FitResult,
    head: CharacterHead,
    model: OpenHead,
    landmarker: FaceLandmarker,
) -> DecaSheet:
    """Draw it.

    Args:
        portrait: the character's.
        faces: what StarGAN made of it.
        fit: of the portrait.
        head: with its expressions and, if it has any, wrinkles.
        model: of the head.
        landmarker: finds the landmarks in the faces.
    """
    height, width = portrait.rgb.shape[:2]
    clay = np.full((*head.texture.shape[:2], 3), _CLAY, np.uint8)
    figure = replace(head, texture=clay, iris_colour=_CLAY)
    renderer = HeadRenderer(model, figure, [], (width, height))
    fov = 2 * degrees(atan(0.5 * height / fit.camera.focal))
    camera = Camera(fov, tuple(float(v) for v in fit.translation))  # type: ignore[arg-type]
    around = ibug68(portrait.face.landmarks)[:, :2] + 0.5
    albedo = _albedo(head.texture)
    shown = {PHOTO: fit.expression} | {n: head.expressions[n] for n in FACE_EXPRESSIONS[1:]}
    rows = {}
    for name, code in shown.items():
        rgb = portrait.rgb if name == PHOTO else faces.in_photo(name, portrait.rgb)
        relief = head.displacement.get(name)
        solid = [
            cut_face(renderer.render(_state(code, fit, camera, rgb, map_)), around)
            for map_ in (None, relief)
        ]
        marked = _marked(rgb, _points(name, rgb, portrait, landmarker), around)
        cells = (cut_face(rgb, around), marked, *solid, albedo, _heights(relief))
        rows[name] = cells
    return DecaSheet(rows)


def _state(
    code: np.ndarray, fit: FitResult, camera: Camera, rgb: np.ndarray, relief: np.ndarray | None
) -> FrameState:
    faint = (0.55 * rgb + 0.45 * 255).astype(np.uint8)
    return FrameState(code, fit.pose, studio_light(), faint, camera, relief)


def _points(
    name: str, rgb: np.ndarray, portrait: Portrait, landmarker: FaceLandmarker
) -> np.ndarray | None:
    if name == PHOTO:
        return ibug68(portrait.face.landmarks)[:, :2]
    found = landmarker.detect(rgb, quick=True)
    return ibug68(found[0].landmarks)[:, :2] if found else None


def _marked(rgb: np.ndarray, points: np.ndarray | None, around: np.ndarray) -> np.ndarray:
    """The cut-out face with its 68 landmarks; without dots where none were found."""
    picture = rgb.copy()
    if points is not None:
        radius = max(1, round(float(np.ptp(around[:, 0])) / 90))
        for x, y in points:
            cv2.circle(picture, (round(x), round(y)), radius, _DOT, -1, cv2.LINE_AA)
    return cut_face(picture, around)


def _albedo(texture: np.ndarray) -> np.ndarray:
    """The face's part of the atlas."""
    size = len(texture)
    left, top, side = (round(v * size) for v in (WINDOW.left, WINDOW.top, WINDOW.side))
    part = texture[top : top + side, left : left + side]
    return cv2.resize(part, (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def _heights(relief: np.ndarray | None) -> np.ndarray:
    """Displacement in colours: grey is none, red stands out, blue lies in."""
    map_ = np.zeros((DETAIL_SIZE, DETAIL_SIZE), np.float32) if relief is None else relief
    share = np.clip(map_ / _DEEP, -1, 1)[..., None]
    grey, out, deep = (np.array(c, np.float32) for c in ((208,) * 3, (190, 40, 40), (30, 60, 170)))
    mixed = np.where(share > 0, grey + share * (out - grey), grey - share * (deep - grey))
    return cv2.resize(mixed.astype(np.uint8), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
