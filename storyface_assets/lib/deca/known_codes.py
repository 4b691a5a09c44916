"""Learning codes from photos of which they are known: the open coarse encoder's first lesson.

DECA learns from photos alone, by rendering (``losses``). Where the studio made the photo, the codes
can be compared themselves: geometry in millimetres of the face, not as numbers of a code, whose
components matter more or less.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from storyface_assets.lib.deca.codes import Codes
from storyface_assets.lib.deca.face_points import FacePoints
from storyface_assets.lib.heads.open_head import rotation_matrices

#: Millimetres of a metre.
_MM = 1000.0


@dataclass(frozen=True)
class KnownWeights:
    """What each error is multiplied by.

    Attributes:
        shape: millimetres of the face, by identity.
        expression: likewise, by expression.
        place: of the points in the photo, in percent of its side.
        turn: of the head, degrees.
        jaw: radians, squared.
        albedo: of the albedo code, mean square.
        light: of the light, mean square over its own.
        emotion: of what the expression classifier sees, ``shown_emotion.ShownEmotion``'s loss.
    """

    shape: float = 1.0
    expression: float = 1.0
    place: float = 0.5
    turn: float = 0.1
    jaw: float = 1.0
    albedo: float = 0.2
    light: float = 0.2
    emotion: float = 0.0


def known_errors(told: Codes, true: Codes, points: FacePoints) -> dict[str, Tensor]:
    """Errors by their names in :class:`KnownWeights` but the emotion, means over the batch.

    Args:
        told: by an encoder.
        true: that the photos were made from.
        points: of the head.
    """
    shape = points.by_shape(told.shape - true.shape).norm(dim=-1)
    expression = points.by_expression(told.expression - true.expression).norm(dim=-1)
    place = (points.seen(told) - points.seen(true)).norm(dim=-1)
    return {
        "shape": _MM * shape.mean(),
        "expression": _MM * expression.mean(),
        "place": 50 * place.mean(),
        "turn": turn_between(told.pose[:, :3], true.pose[:, :3]).mean(),
        "jaw": told.jaw.square().sum(1).mean(),
        "albedo": (told.albedo - true.albedo).square().mean(),
        "light": (told.light - true.light).square().mean() / true.light.square().mean(),
    }


def known_loss(errors: Mapping[str, Tensor], weights: KnownWeights) -> Tensor:
    """The weighted sum."""
    return torch.stack([getattr(weights, name) * value for name, value in errors.items()]).sum()


def turn_between(told: Tensor, true: Tensor) -> Tensor:
    """Degrees ``(B,)`` between two turns ``(B, 3)``, axis-angle.

    By the chord of the matrices, whose slope is no number nowhere, other than the angle's.
    """
    apart = rotation_matrices(told) - rotation_matrices(true)
    half = (apart.square().sum((1, 2)) / 8 + 1e-12).sqrt()
    return torch.rad2deg(2 * torch.asin(half.clamp(max=1 - 1e-6)))
