"""The interface of a 3D morphable head: codes in, vertices and landmarks out.

The open head (``open_head.py``) fits it; FLAME does too. Units are metres, +Y up, +Z out of the
face, +X towards the subject's left. Angles are axis-angle vectors in radians.
"""

from typing import Literal, Protocol, runtime_checkable

import numpy as np
import torch

LandmarkKind = Literal["ibug68", "mediapipe478"]

N_SHAPE = 100
N_EXPRESSION = 50
N_ALBEDO = 50

#: pose vector: whole-head rotation, jaw, neck, left eye, right eye, three radians each.
#: The first six are DECA's pose code.
POSE_GLOBAL = slice(0, 3)
POSE_JAW = slice(3, 6)
POSE_NECK = slice(6, 9)
POSE_LEFT_EYE = slice(9, 12)
POSE_RIGHT_EYE = slice(12, 15)
N_POSE = 15


@runtime_checkable
class HeadModel(Protocol):
    """A head whose geometry is a differentiable function of its codes.

    Attributes:
        expression_names: names of the expression units, ``len == N_EXPRESSION``.
        faces: ``(F, 3)`` int32 vertex indices of the triangles.
        uv: ``(T, 2)`` float32 texture coordinates, (0, 0) at the lower left.
        uv_faces: ``(F, 3)`` int32 indices into ``uv`` for each triangle's corners.
        face_part: ``(F,)`` uint8 index into ``part_names`` for each triangle.
        part_names: ``skin``, ``left_eye``, ``right_eye``, ``upper_teeth``, ``lower_teeth``,
            ``tongue``, ``lashes``.
    """

    expression_names: tuple[str, ...]
    faces: np.ndarray
    uv: np.ndarray
    uv_faces: np.ndarray
    face_part: np.ndarray
    part_names: tuple[str, ...]

    def vertices(
        self, shape: torch.Tensor, expression: torch.Tensor, pose: torch.Tensor
    ) -> torch.Tensor:
        """Posed vertices.

        Args:
            shape: ``(B, N_SHAPE)``, unit variance a coefficient.
            expression: ``(B, N_EXPRESSION)``, 1 = the unit fully on.
            pose: ``(B, N_POSE)`` axis-angle radians; see the slices above.

        Returns:
            ``(B, V, 3)`` metres.
        """
        ...

    def landmarks(self, vertices: torch.Tensor, kind: LandmarkKind) -> torch.Tensor:
        """Landmarks on posed vertices ``(B, V, 3)`` → ``(B, N, 3)``; N is 68 or 478.

        MediaPipe landmarks that the model has no point for are NaN-free but meaningless; use
        ``landmark_mask`` to leave them out.
        """
        ...

    def landmark_mask(self, kind: LandmarkKind) -> np.ndarray:
        """``(N,)`` bool: which landmarks of this kind the model carries."""
        ...

    def vertices_numpy(
        self, shape: np.ndarray, expression: np.ndarray, pose: np.ndarray
    ) -> np.ndarray:
        """As ``vertices`` for one head (no batch axis), in float32 numpy, fast."""
        ...
