"""One person before the camera: set up once, then a picture is one frame of the renderer."""

from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import torch

from storyface_assets.lib.characters.synthetic import synthetic_character
from storyface_assets.lib.deca.face_crop import face_box
from storyface_assets.lib.hair import build_accessories
from storyface_assets.lib.heads.albedo import AlbedoModel
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.relief import SkinRelief
from storyface_assets.lib.render.camera import Camera
from storyface_assets.lib.render.frame_state import FrameState
from storyface_assets.lib.render.lighting import Light
from storyface_assets.lib.render.renderer import HeadRenderer
from storyface_assets.lib.studio.people import Sitter
from storyface_assets.lib.warping import warped

#: Width of the textures: photos show the face smaller than films do, and mip levels cost time.
_SKIN_TEXELS, _CLOTH_TEXELS = 768, 512


@dataclass(frozen=True)
class Models:
    """What all people are made from."""

    head: OpenHead
    albedo: AlbedoModel

    @classmethod
    def load(cls, head_dir: Path) -> "Models":
        """Read both models of the open head's folder.

        Raises:
            BadInput: a file is missing or broken.
        """
        return cls(OpenHead.load(head_dir / "head.npz"), AlbedoModel.load(head_dir / "albedo.npz"))


@dataclass(frozen=True)
class Take:
    """A picture and where the face is in it.

    Attributes:
        rgb: ``(H, W, 3)`` uint8 sRGB.
        landmarks: ``(68, 2)`` float64 pixels, iBUG order.
        pupils: ``(2, 2)`` float64 pixels, left and right in the picture.
        mesh: ``(K, 2)`` float64 pixels, all points of MediaPipe's mesh that the head has, whether
            they are seen or not.
    """

    rgb: np.ndarray
    landmarks: np.ndarray
    pupils: np.ndarray
    mesh: np.ndarray

    def warped(self, matrix: np.ndarray, size: tuple[int, int]) -> "Take":
        """The picture under an affine map.

        Args:
            matrix: ``(2, 3)``, old to new pixels.
            size: width, height of the result.
        """
        points = (p @ matrix[:, :2].T + matrix[:, 2] for p in self._points)
        return Take(warped(self.rgb, matrix, size), *points)

    def flat_points(self) -> list[float]:
        """X and y of each landmark and mesh point, pixels; the middle of the first pixel is .5."""
        # The mesh has no points on the brows; the 68 landmarks have ten.
        points: list[float] = np.concatenate([self.landmarks, self.mesh]).ravel().round(2).tolist()
        return points

    @property
    def _points(self) -> tuple[np.ndarray, ...]:
        return self.landmarks, self.pupils, self.mesh

    @property
    def box(self) -> np.ndarray:
        """``(4,)`` min x, min y, max x, max y of the face from forehead to chin, unclipped."""
        return face_box(self.landmarks)


def _shrunk(texture: np.ndarray, width: int) -> np.ndarray:
    """A texture no wider than ``width``; the neck's strip of single colours stays as it is."""
    h, w = texture.shape[:2]
    if w <= width:
        return texture
    return cv2.resize(texture, (width, h * width // w), interpolation=cv2.INTER_AREA)


class Stage:
    """Renders one person.

    Args:
        models: head and skin.
        sitter: the person.
        size: width, height of every frame.
        relief: the person's wrinkles; without, skin is smooth, and what is painted on it stays.
    """

    def __init__(
        self,
        models: Models,
        sitter: Sitter,
        size: tuple[int, int],
        relief: SkinRelief | None = None,
    ) -> None:
        self._model, self._relief = models.head, relief
        large = synthetic_character(sitter.person, models.head, models.albedo)
        self._character = replace(large, texture=_shrunk(large.texture, _SKIN_TEXELS))
        accessories = [
            m if m.kind == "hair" else replace(m, texture=_shrunk(m.texture, _CLOTH_TEXELS))
            for m in build_accessories(models.head, self._character)
        ]
        self._renderer = HeadRenderer(models.head, self._character, accessories, size)
        self.size = size

    @property
    def framed_points(self) -> np.ndarray:
        """``(n, 3)`` metres: the head at rest from the chin up."""
        return self._renderer.framed_points

    @property
    def shape(self) -> np.ndarray:
        """``(100,)`` the person's shape code."""
        return self._character.shape

    @property
    def albedo(self) -> np.ndarray:
        """``(50,)`` the person's albedo code."""
        return self._character.albedo

    def joint_motions(self, pose: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rotations ``(6, 3, 3)`` and translations ``(6, 3)`` of ``open_head.JOINTS`` in a pose."""
        return self._model.joint_motions_numpy(self._character.shape, pose)

    def face_points(
        self, expression: np.ndarray, pose: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Landmarks ``(68, 3)``, pupils ``(2, 3)``, mesh ``(K, 3)`` of the posed head, metres."""
        vertices = self._model.vertices_numpy(self._character.shape, expression, pose)
        with torch.no_grad():
            posed = torch.from_numpy(vertices)[None]
            marks = self._model.landmarks(posed, "ibug68")[0].numpy()
            mesh = self._model.landmarks(posed, "mediapipe478")[0].numpy()
        pupils = [self._model.lids[eye].pole for eye in ("right_eye", "left_eye")]
        return marks, vertices[pupils], mesh[self._model.landmark_mask("mediapipe478")]

    def take(
        self,
        expression: np.ndarray,
        pose: np.ndarray,
        camera: Camera,
        light: Light,
        background: np.ndarray,
    ) -> Take:
        """One picture.

        Args:
            expression: ``(50,)``.
            pose: ``(15,)``.
            camera: where from.
            light: of the scene.
            background: ``(H, W, 3)`` uint8 sRGB.
        """
        relief = None if self._relief is None else self._relief.displacement(expression[None])[0]
        state = FrameState(expression, pose, light, background, camera, relief)
        points = self.face_points(expression, pose)
        places = (camera.project(p, self.size)[:, :2] for p in points)
        return Take(self._renderer.render(state), *places)
