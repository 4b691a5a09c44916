"""Points of the open head's face as a linear function of its codes, posed as the head is."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor

from storyface_assets.lib.deca.camera import project
from storyface_assets.lib.deca.codes import Codes
from storyface_assets.lib.heads.model import N_EXPRESSION, N_POSE, N_SHAPE
from storyface_assets.lib.heads.open_head import JOINTS, OpenHead, rotation_matrices

#: Metres about the nose that count as the face, as in NoW's protocol; one vertex in so many.
_RADIUS: Final = 0.095
_EVERY: Final = 6
_NOSE: Final = 33


@dataclass(frozen=True, eq=False)
class FacePoints:
    """What geometric errors are measured on, in metres.

    Attributes:
        mean: ``(P, 3)``: 68 landmarks, then vertices spread over the face.
        shape: ``(100, P, 3)`` metres a unit of code.
        expression: ``(50, P, 3)`` likewise.
        root: ``(3,)`` the joint that the head turns about.
        root_shape: ``(100, 3)`` how it moves with the shape.
    """

    mean: Tensor
    shape: Tensor
    expression: Tensor
    root: Tensor
    root_shape: Tensor

    @classmethod
    def of(cls, head: OpenHead) -> "FacePoints":
        """Those of a head model."""
        codes = torch.cat([torch.zeros(1, N_SHAPE), torch.eye(N_SHAPE)])
        units = torch.eye(N_EXPRESSION)
        with torch.no_grad():
            shaped = _rest(head, codes, torch.zeros(len(codes), N_EXPRESSION))
            moved = _rest(head, torch.zeros(len(units), N_SHAPE), units)
        landmarks = head.landmarks(shaped[:1], "ibug68")[0].numpy()
        near = np.linalg.norm(shaped[0].numpy() - landmarks[_NOSE], axis=1) < _RADIUS
        skin = np.zeros(head.n_vertices, bool)
        skin[np.unique(head.faces[head.face_part == head.part_names.index("skin")])] = True
        chosen = torch.from_numpy(np.flatnonzero(near & skin)[::_EVERY])

        def points(vertices: Tensor) -> Tensor:
            return torch.cat([head.landmarks(vertices, "ibug68"), vertices[:, chosen]], 1)

        with torch.no_grad():
            by_shape, by_expression = points(shaped), points(moved)
        regress = torch.from_numpy(head.joint_regressor[JOINTS.index("root")])
        joints = torch.einsum("v,bvd->bd", regress, shaped)
        offset = torch.from_numpy(head.joint_offset[JOINTS.index("root")])
        return cls(
            by_shape[0],
            by_shape[1:] - by_shape[0],
            by_expression - by_shape[0],
            joints[0] + offset,
            joints[1:] - joints[0],
        )

    def by_shape(self, code: Tensor) -> Tensor:
        """How a shape code ``(B, 100)`` moves the points ``(B, P, 3)``."""
        return torch.einsum("bk,kpd->bpd", code, self.shape)

    def by_expression(self, code: Tensor) -> Tensor:
        """How an expression code ``(B, 50)`` moves them."""
        return torch.einsum("bk,kpd->bpd", code, self.expression)

    def rest(self, codes: Codes) -> Tensor:
        """The points ``(B, P, 3)`` before the head turns."""
        return self.mean + self.by_shape(codes.shape) + self.by_expression(codes.expression)

    def seen(self, codes: Codes) -> Tensor:
        """Where they are in the photo ``(B, P, 2)``; the jaw's pose is left out."""
        turn = rotation_matrices(codes.pose[:, :3])
        root = (self.root + codes.shape @ self.root_shape)[:, None]
        posed = (self.rest(codes) - root) @ turn.transpose(1, 2) + root
        return project(posed, codes.camera)[..., :2]


def _rest(head: OpenHead, shape: Tensor, expression: Tensor) -> Tensor:
    return head.vertices(shape, expression, torch.zeros(len(shape), N_POSE))
