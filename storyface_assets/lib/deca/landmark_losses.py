"""How far a head's 68 landmarks are from the photo's; DECA, section 4.1."""

from typing import Final

import torch
from torch import Tensor

#: How much each landmark counts, by the release: contour, nose, mouth; tips and corners most.
_RUNS: Final = ((5, 7, 2.0), (10, 12, 2.0), (27, 36, 1.5), (48, 68, 1.5))
_POINTS: Final = (30, 31, 35, 48, 54)
_POINT_WEIGHT: Final = 3.0
#: Upper and lower lid, at two places of each eye.
LIDS: Final = ((37, 38, 43, 44), (41, 40, 47, 46))
#: The lips' inner edge, upper and lower, at three places.
LIPS: Final = ((61, 62, 63), (67, 66, 65))


def landmark_weights() -> Tensor:
    """``(68,)`` how much each landmark counts."""
    weights = torch.ones(68)
    for first, end, weight in _RUNS:
        weights[first:end] = weight
    weights[list(_POINTS)] = _POINT_WEIGHT
    return weights


def landmark_loss(told: Tensor, true: Tensor, visible: Tensor) -> Tensor:
    """Weighted mean distance of landmarks, |x| and |y| averaged.

    Args:
        told: ``(B, 68, 2)`` of the projected head, −1 to 1.
        true: ``(B, 68, 2)`` in the photo; anything where not visible.
        visible: ``(B, 68)`` 0–1. None visible: the loss is 0.
    """
    weights = visible * landmark_weights().to(told)
    far = (told - _known(true, visible, told)).abs().sum(2)
    return (far * weights).sum() / (2 * weights.sum() + 1e-8)


def gap_loss(
    told: Tensor, true: Tensor, visible: Tensor, pairs: tuple[tuple[int, ...], tuple[int, ...]]
) -> Tensor:
    """Mean difference of how far apart two lids, or the lips, are.

    Relative, so that it holds even where the whole eye or mouth is a little off.

    Args:
        told: as for :func:`landmark_loss`.
        true: likewise.
        visible: likewise; a gap counts as far as both of its ends are visible.
        pairs: ``LIDS`` or ``LIPS``.
    """
    upper, lower = (list(ends) for ends in pairs)
    known = _known(true, visible, told)
    gap, wanted = (
        torch.linalg.vector_norm(p[:, upper] - p[:, lower], dim=2) for p in (told, known)
    )
    both = visible[:, upper] * visible[:, lower]
    return ((gap - wanted).abs() * both).sum() / (both.sum() + 1e-8)


def _known(true: Tensor, visible: Tensor, told: Tensor) -> Tensor:
    """True places; what is not seen may be no number, and is taken to be as told."""
    return torch.where(visible[..., None] > 0, true, told.detach())
