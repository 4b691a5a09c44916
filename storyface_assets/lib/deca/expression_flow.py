"""Where each pixel of a photo comes from when its head takes another expression.

EMOCA renders the head and compares the picture with the photo. Where the photo's own codes are
known, the photo itself can be the texture: it is moved as the told expression moves the mesh, so
that skin, hair and light are right and the expression alone is judged.
"""

from typing import Final

import torch
from torch import Tensor

from storyface_assets.lib.deca.camera import project
from storyface_assets.lib.deca.codes import Codes
from storyface_assets.lib.heads.interface import full_pose
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.render.differentiable import edge_weights, gather_rows
from storyface_assets.lib.render.rasterizers import NumbaRasterizer

#: Twice the area of the least triangle that moves a pixel, in pixels: a thinner one has no inside.
_SLIVER: Final = 1e-3


class ExpressionFlow:
    """Moves of a photo's pixels, with gradients; on the CPU.

    Args:
        head: the model.
        side: of the maps, pixels; moves are smooth, so that it may be less than the photo's.
    """

    def __init__(self, head: OpenHead, side: int) -> None:
        self._head, self._side, self._rasterizer = head, side, NumbaRasterizer()
        self._corners = torch.from_numpy(head.faces.astype("int64"))

    def moves(self, true: Codes, expression: Tensor) -> Tensor:
        """From a pixel to what the photo shows there, as long as a photo's side is 2.

        Args:
            true: codes of B photos.
            expression: ``(B, 50)`` that their heads are to take; gets gradients.

        Returns:
            ``(B, 2, side, side)`` x and y; 0 where no head is, and everywhere for the true
            expression. What the true expression hides (teeth behind lips) shows what hides it.
        """
        with torch.no_grad():
            before = self.placed(true, true.expression)
        after = self.placed(true, expression)
        return torch.stack([self._moved(*pair) for pair in zip(before, after, strict=True)])

    def placed(self, codes: Codes, expression: Tensor) -> Tensor:
        """Vertices in the photo ``(B, V, 3)`` of heads with another expression; see ``project``."""
        vertices = self._head.vertices(codes.shape, expression, full_pose(codes.pose))
        return project(vertices, codes.camera)

    def _moved(self, before: Tensor, after: Tensor) -> Tensor:
        side = self._side
        screen = torch.cat([(after[:, :2] + 1) * (side / 2), after[:, 2:]], 1)
        seen, pixels = self._seen(screen.detach())
        corners = self._corners[seen]
        x, y = pixels % side + 0.5, torch.div(pixels, side, rounding_mode="floor") + 0.5
        weights = edge_weights(gather_rows(screen, corners), x, y)
        kept = weights.detach().sum(-1).abs() > _SLIVER
        weights, corners, pixels = weights[kept], corners[kept], pixels[kept]
        weights = weights / weights.sum(-1, keepdim=True)
        # A pixel's own place is what the weights make of the moved corners.
        move = (gather_rows((before - after)[:, :2], corners) * weights[..., None]).sum(1)
        flat = move.new_zeros(side * side, 2).index_copy(0, pixels, move)
        return flat.T.unflatten(1, (side, side))

    def _seen(self, screen: Tensor) -> tuple[Tensor, Tensor]:
        """The nearest face of each pixel that sees one, and the pixel's number."""
        points = screen.clone()
        # Parallel rays: any number that grows linearly towards the viewer serves as nearness.
        points[:, 2] = 1 + points[:, 2].max() - points[:, 2]
        ids = self._rasterizer.face_ids(points.numpy(), self._head.faces, (self._side,) * 2)
        flat = torch.from_numpy(ids.ravel().astype("int64"))
        pixels = (flat >= 0).nonzero()[:, 0]
        return flat[pixels], pixels
