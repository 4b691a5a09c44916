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
        vertices: ``(n,)`` int64, vertices with a bound on their distance from the ball's centre.
        gap: ``(n,)`` float32. Positive: the vertex stays outside the ball, at least this share of
            the radius away. Negative: it belongs to the pocket behind the lids and stays inside,
            at least this deep, where it cannot show.
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
    index, gap = torch.from_numpy(lids.vertices), torch.from_numpy(lids.gap)
    radius = torch.linalg.vector_norm(shaped[:, lids.pole] - centre, dim=1)
    away = rest[:, index] - centre[:, None]
    distance = torch.linalg.vector_norm(away, dim=2).clamp_min(1e-9)
    bound = radius[:, None] * (1 + gap)
    wanted = torch.where(gap > 0, torch.maximum(distance, bound), torch.minimum(distance, bound))
    return rest.index_add(1, index, away * (wanted / distance - 1)[..., None])


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
        bound = radius * (1.0 + gap[i])
        wrong = distance < bound if gap[i] > 0 else distance > bound
        if wrong and distance > 1e-9:
            scale = bound / distance
            points[v, 0] = centre[0] + x * scale
            points[v, 1] = centre[1] + y * scale
            points[v, 2] = centre[2] + z * scale
