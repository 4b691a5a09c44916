"""Normals of the skin with its wrinkles, from a displacement map."""

import torch
from torch import Tensor
from torch.nn.functional import normalize, pad


def detail_normals(
    points: Tensor,
    normals: Tensor,
    displacement: Tensor,
    mask: Tensor,
    fixed: Tensor | None = None,
) -> Tensor:
    """Normals after each texel has moved along its coarse normal.

    The release takes the normals of the dense grid of moved texels as they are, so that the coarse
    mesh's flat triangles show. Here the grid says only how the displacement turns the normal, and
    the smooth coarse normal is turned by that: no displacement changes nothing.

    Args:
        points: ``(B, 3, H, W)`` where the coarse surface is, by texel (``UvMap.lift``).
        normals: ``(B, 3, H, W)`` unit, of the coarse surface.
        displacement: ``(B, 1, H, W)`` along the normal, unit of the points.
        mask: ``(1 or B, 1, H, W)`` 0–1, where there is detail: the face without eyes.
        fixed: ``(1, 1, H, W)`` what the model's template lacks on every head (the release's
            ``fixed_displacement_256.npy`` for FLAME), added to it.

    Returns:
        ``(B, 3, H, W)`` unit; 0 where the coarse normal is 0.
    """
    moved = displacement * mask
    if fixed is not None:
        moved = moved + fixed
    inside = mask > 0
    before = grid_normals(points, inside)
    after = grid_normals(points + moved * normals, inside)
    # Mirrored islands of the texture turn the grid inside out.
    side = (before * normals).sum(1, keepdim=True).detach().sign()
    return normalize(normals + mask * side * (after - before), dim=1, eps=1e-6)


def grid_normals(points: Tensor, inside: Tensor) -> Tensor:
    """Area-weighted unit normals of a grid of points, two triangles between four texels.

    Args:
        points: ``(B, 3, H, W)``.
        inside: ``(1 or B, 1, H, W)`` bool; triangles with a corner outside do not count.

    Returns:
        ``(B, 3, H, W)``; towards the viewer where columns run right and rows down. 0 where no
        triangle is.
    """
    a, b, c, d = _corners(points)  # a b above c d
    in_a, in_b, in_c, in_d = _corners(inside)
    upper = torch.linalg.cross(c - a, b - a, dim=1) * (in_a & in_b & in_c)
    lower = torch.linalg.cross(c - b, d - b, dim=1) * (in_b & in_c & in_d)
    total = pad(upper, (0, 1, 0, 1)) + pad(lower, (1, 0, 1, 0))
    total = total + pad(upper + lower, (1, 0, 0, 1)) + pad(upper + lower, (0, 1, 1, 0))
    # Triangles are a few square millimetres in metres: scaled, lest eps should be more than they.
    return normalize(total * 1e6, dim=1, eps=1e-6)


def _corners(grid: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    return grid[..., :-1, :-1], grid[..., :-1, 1:], grid[..., 1:, :-1], grid[..., 1:, 1:]
