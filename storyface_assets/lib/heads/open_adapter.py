"""The open head behind :class:`~storyface_assets.lib.heads.interface.MorphableHead`."""

import torch

from storyface_assets.lib.heads.interface import CodeSizes
from storyface_assets.lib.heads.model import N_ALBEDO, N_EXPRESSION, N_POSE, N_SHAPE
from storyface_assets.lib.heads.open_head import OpenHead


class OpenHeadAdapter:
    """An :class:`OpenHead`, unchanged; its jaw outline is fixed on the bone, not on the view."""

    unit = "m"

    def __init__(self, model: OpenHead) -> None:
        self.model = model
        self.sizes = CodeSizes(N_SHAPE, N_EXPRESSION, N_POSE, N_ALBEDO)
        self.triangles = model.faces

    def vertices(
        self, shape: torch.Tensor, expression: torch.Tensor, pose: torch.Tensor
    ) -> torch.Tensor:
        """See :meth:`MorphableHead.vertices`."""
        return self.model.vertices(shape, expression, pose)

    def landmarks68(self, vertices: torch.Tensor, pose: torch.Tensor) -> torch.Tensor:
        """See :meth:`MorphableHead.landmarks68`."""
        return self.model.landmarks(vertices, "ibug68")
