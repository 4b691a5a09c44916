"""The open head: MakeHuman's hm08 head (CC0) as a morphable model with DECA's code sizes."""

from functools import cached_property
from pathlib import Path

import numpy as np
import torch

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.attributes import Attributes, macro_weights
from storyface_assets.lib.heads.lids import Lids, keep_lids_outside
from storyface_assets.lib.heads.model import (
    N_EXPRESSION,
    N_SHAPE,
    POSE_GLOBAL,
    POSE_JAW,
    POSE_LEFT_EYE,
    POSE_NECK,
    POSE_RIGHT_EYE,
    LandmarkKind,
)
from storyface_assets.lib.heads.model_file import read_model

#: Columns of the skinning weights.
JOINTS = ("root", "neck", "head", "jaw", "left_eye", "right_eye")
#: The joints that are eyes; also names of parts.
EYES = ("left_eye", "right_eye")
_PARENT = (-1, 0, 1, 2, 2, 2)
_POSE_OF_JOINT = (POSE_GLOBAL, POSE_NECK, None, POSE_JAW, POSE_LEFT_EYE, POSE_RIGHT_EYE)


def rotation_matrices(axis_angle: torch.Tensor) -> torch.Tensor:
    """Rodrigues' formula: ``(…, 3)`` radians → ``(…, 3, 3)``; differentiable at zero."""
    angle = torch.sqrt((axis_angle**2).sum(-1, keepdim=True) + 1e-16)
    x, y, z = (axis_angle / angle).unbind(-1)
    zero = torch.zeros_like(x)
    k = torch.stack([zero, -z, y, z, zero, -x, -y, x, zero], -1).reshape(*x.shape, 3, 3)
    angle = angle[..., None]
    eye = torch.eye(3, dtype=axis_angle.dtype, device=axis_angle.device)
    return eye + torch.sin(angle) * k + (1 - torch.cos(angle)) * (k @ k)


class OpenHead:
    """A :class:`~storyface_assets.lib.heads.model.HeadModel` read from one ``.npz``.

    Blendshapes are linear; joints are regressed from the shaped vertices; linear blend skinning
    over ``JOINTS`` (Loper et al., SMPL, 2015, eq. 2–5, without pose correctives).
    """

    def __init__(self, arrays: dict[str, np.ndarray]) -> None:
        self.template = arrays["template"].astype(np.float32)
        self.shape_basis = arrays["shape_basis"].astype(np.float32)  # (100, V, 3)
        self.expression_basis = arrays["expression_basis"].astype(np.float32)  # (50, V, 3)
        self.expression_names = tuple(str(n) for n in arrays["expression_names"])
        self.joint_regressor = arrays["joint_regressor"].astype(np.float32)  # (6, V)
        self.joint_offset = arrays["joint_offset"].astype(np.float32)  # (6, 3)
        self.skin_weights = arrays["skin_weights"].astype(np.float32)  # (V, 6)
        self.faces = arrays["faces"].astype(np.int32)
        self.uv = arrays["uv"].astype(np.float32)
        self.uv_faces = arrays["uv_faces"].astype(np.int32)
        self.face_part = arrays["face_part"].astype(np.uint8)
        self.part_names = tuple(str(n) for n in arrays["part_names"])
        self._landmarks = {
            kind: (
                arrays[f"{kind}_triangles"].astype(np.int64),  # (N, 3) vertex indices
                arrays[f"{kind}_barycentric"].astype(np.float32),  # (N, 3)
                arrays[f"{kind}_mask"].astype(bool),
            )
            for kind in ("ibug68", "mediapipe478")
        }
        #: ``(V,)`` each vertex's twin on the other side of the face.
        self.mirror = arrays["mirror"].astype(np.int64)
        self.lids = {
            eye: Lids(
                arrays[f"{eye}_lid_vertices"].astype(np.int64),
                arrays[f"{eye}_lid_gap"].astype(np.float32),
                int(arrays["eye_poles"][i]),
            )
            for i, eye in enumerate(EYES)
        }
        #: ``(7, 100)`` change of code per unit of each attribute, to read a code by.
        self.attribute_names = tuple(str(n) for n in arrays["attribute_names"])
        self.attribute_to_shape = arrays["attribute_to_shape"].astype(np.float32)
        self._macro_to_shape = arrays["macro_to_shape"].astype(np.float64)
        if self.shape_basis.shape[0] != N_SHAPE or self.expression_basis.shape[0] != N_EXPRESSION:
            raise BadInput(
                "head.npz", "shape_basis", "has the wrong number of components.", "Rebuild it."
            )

    @classmethod
    def load(cls, path: Path) -> "OpenHead":
        """Read the model from ``head.npz``.

        Raises:
            BadInput: the file is missing or is not such an archive.
        """
        return read_model(path, "an open head model", cls)

    @property
    def n_vertices(self) -> int:
        """V, the number of vertices."""
        return len(self.template)

    @cached_property
    def _torch(self) -> dict[str, torch.Tensor]:
        names = ("template", "shape_basis", "expression_basis", "joint_regressor", "skin_weights")
        return {n: torch.from_numpy(getattr(self, n)) for n in (*names, "joint_offset")}

    def vertices(
        self, shape: torch.Tensor, expression: torch.Tensor, pose: torch.Tensor
    ) -> torch.Tensor:
        """See :meth:`HeadModel.vertices`."""
        t = self._torch
        shaped = t["template"] + torch.einsum("bk,kvd->bvd", shape, t["shape_basis"])
        rest = shaped + torch.einsum("bk,kvd->bvd", expression, t["expression_basis"])
        joints = self._joints(shaped)
        for eye, lids in self.lids.items():
            rest = keep_lids_outside(rest, shaped, joints[:, JOINTS.index(eye)], lids)
        rotation, move = self._joint_motions(joints, pose)
        r = torch.einsum("vj,bjmn->bvmn", t["skin_weights"], rotation)
        m = torch.einsum("vj,bjm->bvm", t["skin_weights"], move)
        return torch.einsum("bvmn,bvn->bvm", r, rest) + m

    def _joints(self, shaped: torch.Tensor) -> torch.Tensor:
        """Joint positions ``(B, 6, 3)`` in shaped vertices ``(B, V, 3)``."""
        t = self._torch
        return torch.einsum("jv,bvd->bjd", t["joint_regressor"], shaped) + t["joint_offset"]

    def _joint_motions(
        self, joints: torch.Tensor, pose: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Rotation ``(B, 6, 3, 3)`` and translation ``(B, 6, 3)`` of each joint in the world."""
        world_r: list[torch.Tensor] = []
        world_t: list[torch.Tensor] = []
        for j, part in enumerate(_POSE_OF_JOINT):
            if part is None:
                rot = torch.eye(3).expand(len(pose), 3, 3)
            else:
                rot = rotation_matrices(pose[:, part])
            # x ↦ R (x − joint) + joint, then the parent's motion.
            move = joints[:, j] - torch.einsum("bij,bj->bi", rot, joints[:, j])
            if _PARENT[j] >= 0:
                up_r, up_t = world_r[_PARENT[j]], world_t[_PARENT[j]]
                move = torch.einsum("bij,bj->bi", up_r, move) + up_t
                rot = up_r @ rot
            world_r.append(rot)
            world_t.append(move)
        return torch.stack(world_r, 1), torch.stack(world_t, 1)

    def joint_motions_numpy(
        self, shape: np.ndarray, pose: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """World motion of each joint for one head, to carry accessories along.

        Args:
            shape: ``(100,)``.
            pose: ``(15,)``.

        Returns:
            Rotations ``(6, 3, 3)`` and translations ``(6, 3)``: a rest point x skinned fully to
            joint j goes to ``R[j] @ x + t[j]``.
        """
        with torch.no_grad():
            t = self._torch
            code = torch.from_numpy(np.asarray(shape, np.float32))
            shaped = t["template"] + torch.einsum("k,kvd->vd", code, t["shape_basis"])
            angles = torch.from_numpy(np.asarray(pose, np.float32))[None]
            rotation, move = self._joint_motions(self._joints(shaped[None]), angles)
            return rotation[0].numpy(), move[0].numpy()

    def vertices_numpy(
        self, shape: np.ndarray, expression: np.ndarray, pose: np.ndarray
    ) -> np.ndarray:
        """See :meth:`HeadModel.vertices_numpy`."""
        with torch.no_grad():
            codes = [
                torch.from_numpy(np.asarray(c, np.float32))[None] for c in (shape, expression, pose)
            ]
            return self.vertices(*codes)[0].numpy()

    def attributes_to_shape(self, person: Attributes) -> np.ndarray:
        """Shape code ``(100,)`` float32 of the average person with these attributes."""
        return (macro_weights(person) @ self._macro_to_shape).astype(np.float32)

    def landmarks(self, vertices: torch.Tensor, kind: LandmarkKind) -> torch.Tensor:
        """See :meth:`HeadModel.landmarks`."""
        triangles, barycentric, _ = self._landmarks[kind]
        corners = vertices[:, torch.from_numpy(triangles)]
        return (corners * torch.from_numpy(barycentric)[None, :, :, None]).sum(2)

    def landmark_mask(self, kind: LandmarkKind) -> np.ndarray:
        """See :meth:`HeadModel.landmark_mask`."""
        return self._landmarks[kind][2]
