"""One interface of all head models: the open head, FLAME and the Basel Face Model.

Metres, +Y up, +Z out of the face, +X towards the subject's left; angles are axis-angle vectors in
radians. A model has its own sizes of codes; :class:`storyface_assets.lib.heads.model.HeadModel`
is the richer interface (textures, MediaPipe's points) that the film needs of the open head.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import torch

from storyface_assets.lib.heads.model import N_POSE


@dataclass(frozen=True)
class CodeSizes:
    """Lengths of a model's codes.

    Attributes:
        shape: identity coefficients, unit variance each.
        expression: expression coefficients; 0 = the model has none.
        pose: 15 = the slices of ``model.py`` (whole head, jaw, neck, eyes); 3 = the first only.
        albedo: skin colour coefficients; 0 = the model has none.
    """

    shape: int
    expression: int
    pose: int
    albedo: int


@runtime_checkable
class MorphableHead(Protocol):
    """A head whose geometry is a differentiable function of its codes.

    Attributes:
        sizes: lengths of the codes.
        triangles: ``(F, 3)`` int32 vertex indices, counter-clockwise from outside.
        unit: of lengths; ``m`` in every model, whatever its authors' file has.
    """

    sizes: CodeSizes
    triangles: np.ndarray
    unit: str

    def vertices(
        self, shape: torch.Tensor, expression: torch.Tensor, pose: torch.Tensor
    ) -> torch.Tensor:
        """Posed vertices ``(B, V, 3)`` of codes ``(B, sizes.…)``."""
        ...

    def landmarks68(self, vertices: torch.Tensor, pose: torch.Tensor) -> torch.Tensor:
        """The 68 landmarks of iBUG ``(B, 68, 3)`` on posed vertices ``(B, V, 3)``.

        Args:
            vertices: from :meth:`vertices`.
            pose: ``(B, sizes.pose)`` that they are in: where a jaw's outline is seen depends on it.

        Raises:
            BadInput: the model's files name no landmarks.
        """
        ...


def full_pose(pose: torch.Tensor) -> torch.Tensor:
    """DECA's pose code ``(B, 6)``, whole head and jaw → ``(B, 15)`` with neck and eyes at rest."""
    return torch.nn.functional.pad(pose, (0, N_POSE - pose.shape[1]))
