"""Lids slide over the eyeballs: skin that a linear unit would drive into the ball is kept outside.

A blendshape moves the lid along a chord, the lid moves along an arc; half-way through a blink the
chord runs two millimetres inside the ball.
"""

# mypy: disable-error-code="no-untyped-def"

from dataclasses import dataclass

import numpy as np
import torch
from numba import njit


@dataclass(frozen=True)
class Lids:
    """The skin around one eye.

    Attributes:
        vertices: ``(n,)`` int64, vertices that must stay outside the ball.
        gap: ``(n,)`` float32, least distance from the ball as a share of its radius.
        pole: the eyeball's vertex that looks ahead; its distance from the eye's joint is the
            ball's radius.
    """

    vertices: np.ndarray
    gap: np.ndarray
    pole: int


def keep_lids_outside(
    rest: torch.Tensor, shaped: torch.Tensor, centre: torch.Tensor, lids: Lids
) -> torch.Tensor:
    """Rest vertices with one eye's lids outside its ball; differentiable.

    Args:
        rest: ``(B, V, 3)`` shaped vertices plus expression.
        shaped: ``(B, V, 3)`` without expression.
        centre: ``(B, 3)`` of the ball.
        lids: which vertices, how far.
    """
    index = torch.from_numpy(lids.vertices)
    radius = torch.linalg.vector_norm(shaped[:, lids.pole] - centre, dim=1)
    away = rest[:, index] - centre[:, None]
    distance = torch.linalg.vector_norm(away, dim=2)
    least = radius[:, None] * (1 + torch.from_numpy(lids.gap))
    short = torch.relu(least - distance)
    return rest.index_add(1, index, away * (short / distance.clamp_min(1e-9))[..., None])


@njit(cache=True, fastmath=True, nogil=True)
def keep_lids_outside_numba(points, vertices, gap, centre, radius):
    """As :func:`keep_lids_outside` for one head, in place, for render loops.

    Args:
        points: ``(V, 3)`` rest vertices plus expression.
        vertices: :attr:`Lids.vertices`.
        gap: :attr:`Lids.gap`.
        centre: ``(3,)`` of the ball.
        radius: of the ball.
    """
    for i in range(vertices.shape[0]):
        v = vertices[i]
        x = points[v, 0] - centre[0]
        y = points[v, 1] - centre[1]
        z = points[v, 2] - centre[2]
        distance = np.sqrt(x * x + y * y + z * z)
        least = radius * (1.0 + gap[i])
        if 1e-9 < distance < least:
            scale = least / distance
            points[v, 0] = centre[0] + x * scale
            points[v, 1] = centre[1] + y * scale
            points[v, 2] = centre[2] + z * scale
