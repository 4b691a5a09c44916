"""FLAME in torch: shape, expression and pose codes → vertices and landmarks.

Li, Bolkart, Black, Li, Romero: Learning a model of facial shape and expression from 4D scans,
ACM Transactions on Graphics (SIGGRAPH Asia) 36(6), 2017, eq. 1–5.
"""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.converted import read_converted
from storyface_assets.lib.heads.flame.contour import contour_row
from storyface_assets.lib.heads.flame.convert import N_EXPRESSION_ALL, N_SHAPE_ALL
from storyface_assets.lib.heads.interface import CodeSizes
from storyface_assets.lib.heads.model import (
    N_EXPRESSION,
    N_POSE,
    N_SHAPE,
    POSE_GLOBAL,
    POSE_JAW,
    POSE_LEFT_EYE,
    POSE_NECK,
    POSE_RIGHT_EYE,
)
from storyface_assets.lib.heads.open_head import rotation_matrices

#: FLAME's joints in its own order, and where the pose code turns each.
JOINTS = ("root", "neck", "jaw", "left_eye", "right_eye")
_POSE_OF_JOINT = (POSE_GLOBAL, POSE_NECK, POSE_JAW, POSE_LEFT_EYE, POSE_RIGHT_EYE)
_ARRAYS = (
    *("template", "shape_basis", "expression_basis", "pose_basis", "joint_regressor"),
    *("skin_weights", "static_corners", "static_barycentric"),
    *("contour_corners", "contour_barycentric"),
)


class Flame(nn.Module):
    """A :class:`~storyface_assets.lib.heads.interface.MorphableHead`.

    Args:
        arrays: of :func:`~storyface_assets.lib.heads.flame.convert.convert_flame`.
        n_shape: how many of the 300 identity components; DECA's code has the first 100.
        n_expression: how many of the 100 expression components; DECA's has the first 50.
    """

    unit = "m"
    template: Tensor  # (V, 3)
    shape_basis: Tensor  # (n_shape, V, 3)
    expression_basis: Tensor  # (n_expression, V, 3)
    pose_basis: Tensor  # (36, V, 3)
    joint_regressor: Tensor  # (5, V)
    skin_weights: Tensor  # (V, 5)
    static_corners: Tensor  # (51, 3)
    static_barycentric: Tensor  # (51, 3)
    contour_corners: Tensor  # (79, 17, 3)
    contour_barycentric: Tensor  # (79, 17, 3)

    def __init__(
        self,
        arrays: dict[str, np.ndarray],
        n_shape: int = N_SHAPE,
        n_expression: int = N_EXPRESSION,
    ) -> None:
        super().__init__()
        if not (0 < n_shape <= N_SHAPE_ALL and 0 < n_expression <= N_EXPRESSION_ALL):
            raise ValueError(f"FLAME has {N_SHAPE_ALL} and {N_EXPRESSION_ALL} components")
        kept = {"shape_basis": n_shape, "expression_basis": n_expression}
        for name in _ARRAYS:
            array = torch.from_numpy(np.array(arrays[name][: kept.get(name)]))
            self.register_buffer(name, array, persistent=False)
        self.parents = tuple(int(p) for p in arrays["parents"])
        self.triangles = np.asarray(arrays["triangles"], np.int32)
        self.sizes = CodeSizes(n_shape, n_expression, N_POSE, 0)

    @classmethod
    def load(cls, file: Path, n_shape: int = N_SHAPE, n_expression: int = N_EXPRESSION) -> "Flame":
        """Read a converted model.

        Raises:
            BadInput: the file is missing, damaged or of another model.
        """
        kind, arrays = read_converted(file)
        if kind != "flame":
            raise BadInput(file, "", f"is a {kind} model, not FLAME.", "Convert FLAME's own files.")
        return cls(arrays, n_shape, n_expression)

    def vertices(self, shape: Tensor, expression: Tensor, pose: Tensor) -> Tensor:
        """Posed vertices ``(B, V, 3)``; see :meth:`MorphableHead.vertices`.

        Args:
            shape: ``(B, n_shape)``.
            expression: ``(B, n_expression)``.
            pose: ``(B, 15)`` by the slices of ``heads/model.py``; DECA's six numbers become that
                by :func:`~storyface_assets.lib.heads.interface.full_pose`.
        """
        shaped = (
            self.template
            + torch.einsum("bk,kvd->bvd", shape, self.shape_basis)
            + torch.einsum("bk,kvd->bvd", expression, self.expression_basis)
        )
        joints = torch.einsum("jv,bvd->bjd", self.joint_regressor, shaped)
        turns = torch.stack([rotation_matrices(pose[:, part]) for part in _POSE_OF_JOINT], 1)
        # The whole head's turn bends nothing: only the joints above it have correctives.
        bent = (turns[:, 1:] - torch.eye(3).to(turns)).flatten(1)
        rest = shaped + torch.einsum("bk,kvd->bvd", bent, self.pose_basis)
        rotation, move = self._joint_motions(joints, turns)
        r = torch.einsum("vj,bjmn->bvmn", self.skin_weights, rotation)
        m = torch.einsum("vj,bjm->bvm", self.skin_weights, move)
        return torch.einsum("bvmn,bvn->bvm", r, rest) + m

    def _joint_motions(self, joints: Tensor, turns: Tensor) -> tuple[Tensor, Tensor]:
        """Rotation ``(B, 5, 3, 3)`` and translation ``(B, 5, 3)`` of each joint in the world."""
        # x ↦ R (x − joint) + joint, then the parent's motion.
        local = joints - torch.einsum("bjmn,bjn->bjm", turns, joints)
        rotations, moves = [turns[:, 0]], [local[:, 0]]
        for j, parent in enumerate(self.parents[1:], start=1):
            up_r, up_t = rotations[parent], moves[parent]
            rotations.append(up_r @ turns[:, j])
            moves.append(torch.einsum("bmn,bn->bm", up_r, local[:, j]) + up_t)
        return torch.stack(rotations, 1), torch.stack(moves, 1)

    def landmarks68(self, vertices: Tensor, pose: Tensor) -> Tensor:
        """See :meth:`MorphableHead.landmarks68`; the jaw's outline moves with the head's yaw."""
        row = contour_row(pose)
        batch = torch.arange(len(vertices), device=vertices.device)[:, None, None]
        contour = vertices[batch, self.contour_corners[row]]
        contour = (contour * self.contour_barycentric[row][..., None]).sum(2)
        inner = (vertices[:, self.static_corners] * self.static_barycentric[..., None]).sum(2)
        return torch.cat([contour, inner], 1)
