"""Training pictures changed a little, each in its own way, on the device of the training."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True)
class Changes:
    """How much pictures are changed, each amount the largest one.

    Attributes:
        turn: degrees either way.
        zoom: factor of the size, up or down (0.15: 0.87 to 1.15).
        shift: shares of the side.
        light: factor of brightness, contrast and of each colour, up or down.
        hidden: side of a grey square that hides a part, as a share of the side (DeVries & Taylor
            2017); half of the pictures have one.
    """

    turn: float = 12.0
    zoom: float = 0.15
    shift: float = 0.05
    light: float = 0.25
    hidden: float = 0.25


def changed(pictures: Tensor, size: int, changes: Changes, moves: Tensor | None = None) -> Tensor:
    """Turn, zoom, shift, mirror, light, and hide a part; all by torch's global chance.

    Args:
        pictures: ``(B, 3, H, W)`` from −1 to 1.
        size: side of the result, pixels.
        changes: how much.
        moves: ``(B, 2, 3)`` of :func:`drawn_moves`; ``None`` to draw them here.

    Returns:
        ``(B, 3, size, size)`` from −1 to 1.
    """
    rows = drawn_moves(len(pictures), changes, pictures.device) if moves is None else moves
    smaller = _shrunk(pictures, size)
    grid = functional.affine_grid(rows, [len(pictures), 3, size, size], align_corners=False)
    moved = functional.grid_sample(
        smaller, grid.to(smaller.dtype), padding_mode="reflection", align_corners=False
    )
    return _hidden(lit(moved, changes.light), changes.hidden)


def drawn_moves(count: int, changes: Changes, device: torch.device) -> Tensor:
    """Where each pixel of the result comes from ``(B, 2, 3)``; a picture's side is −1 to 1."""

    def either_way(most: float) -> Tensor:
        return (2 * torch.rand(count, device=device) - 1) * most

    angle = either_way(math.radians(changes.turn))
    scale = torch.exp(either_way(math.log1p(changes.zoom)))
    mirror = torch.where(torch.rand(count, device=device) < 0.5, -1.0, 1.0)
    cos, sin = angle.cos() / scale, angle.sin() / scale
    # affine_grid counts a picture's side from −1 to 1.
    x, y = 2 * either_way(changes.shift), 2 * either_way(changes.shift)
    return torch.stack([torch.stack([mirror * cos, -sin, x], 1),
                        torch.stack([mirror * sin, cos, y], 1)], 1)  # fmt: skip


def resized(pictures: Tensor, size: int) -> Tensor:
    """Pictures ``(B, 3, H, W)`` at another size, unchanged otherwise; for validation."""
    if pictures.shape[-1] == size:
        return pictures
    return functional.interpolate(
        pictures, (size, size), mode="bilinear", antialias=True, align_corners=False
    )


def _shrunk(pictures: Tensor, size: int) -> Tensor:
    """Not much larger than needed: sampling a far larger picture would let pixels flicker."""
    return resized(pictures, size) if pictures.shape[-1] > 1.5 * size else pictures


def lit(pictures: Tensor, amount: float) -> Tensor:
    """Pictures ``(B, 3 n, H, W)`` from −1 to 1 in other light and colours, each in its own.

    Args:
        pictures: n pictures of a row are lit alike.
        amount: factor of brightness, contrast and of each colour, up or down.
    """
    count, device = len(pictures), pictures.device
    most = math.log1p(amount)

    def factor(columns: int) -> Tensor:
        drawn = (2 * torch.rand(count, columns, 1, 1, device=device) - 1) * most
        return torch.exp(drawn).to(pictures.dtype)

    # A pair's two pictures come as six channels, and are lit alike.
    tint = factor(3).repeat(1, pictures.shape[1] // 3, 1, 1)
    unit = (pictures + 1) / 2 * factor(1) * torch.sqrt(tint)
    middle = unit.mean((1, 2, 3), keepdim=True)
    return ((unit - middle) * factor(1) + middle).clamp(0, 1) * 2 - 1


def lit_photos(photos: Tensor, amount: float) -> Tensor:
    """As :func:`lit`, for photos ``(B, 3, H, W)`` from 0 to 1."""
    return (lit(2 * photos - 1, amount) + 1) / 2


def _hidden(pictures: Tensor, share: float) -> Tensor:
    count, _, height, width = pictures.shape
    device = pictures.device
    side = share * width / 2
    y, x = torch.rand(2, count, 1, 1, device=device).unbind()
    rows = torch.arange(height, device=device)[None, :, None]
    columns = torch.arange(width, device=device)[None, None, :]
    hidden = ((rows - y * height).abs() < side) & ((columns - x * width).abs() < side)
    hidden &= torch.rand(count, 1, 1, device=device) < 0.5
    return pictures.masked_fill(hidden[:, None], 0.0)
