"""Changes of a critic's pictures that gradients pass through, and of whole pairs.

Zhao et al., "Differentiable Augmentation for Data-Efficient GAN Training", NeurIPS 2020: colour,
translation and cutout, of real and made pictures alike.
"""

import torch
from torch import Tensor

from storyface_assets.lib.classifiers.augment import Changes, changed, drawn_moves

#: Of a pair: more light than a film's, for real photos differ in it most.
_PAIR: Changes = Changes(turn=8.0, zoom=0.12, shift=0.05, light=0.35, hidden=0.0)
_SHIFT, _CUT = 0.125, 0.4


def varied(pictures: Tensor) -> Tensor:
    """Pictures ``(B, 3, H, W)`` as the critic sees them; by torch's global chance."""
    return _cut(_shifted(_coloured(pictures)))


def pair_varied(
    begin: Tensor, end: Tensor, marks: Tensor | None = None
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Both pictures of each pair turned, zoomed, shifted, mirrored and lit in one way.

    Args:
        begin: ``(B, 3, H, H)``.
        end: likewise.
        marks: ``(B, …, 2)`` points in them, −1 to 1; they are moved with the pictures.
    """
    moves = drawn_moves(len(begin), _PAIR, begin.device)
    both = changed(torch.cat([begin, end], 1), begin.shape[-1], _PAIR, moves)
    if marks is not None:
        points = marks.flatten(1, -2) - moves[:, None, :, 2]
        marks = torch.linalg.solve(moves[:, None, :, :2], points[..., None])[..., 0].view_as(marks)
    return both[:, :3], both[:, 3:], marks


def _coloured(x: Tensor) -> Tensor:
    light, colour, contrast = torch.rand(3, len(x), 1, 1, 1, device=x.device).unbind()
    x = x + (light - 0.5)
    mean = x.mean(1, keepdim=True)
    x = (x - mean) * (2 * colour) + mean
    mean = x.mean((1, 2, 3), keepdim=True)
    return (x - mean) * (contrast + 0.5) + mean


def _shifted(x: Tensor) -> Tensor:
    size = x.shape[-1]
    most = max(int(size * _SHIFT), 1)
    padded = torch.nn.functional.pad(x, (most,) * 4)
    rows, columns = torch.randint(0, 2 * most + 1, (2, len(x), 1, 1), device=x.device).unbind()
    y = rows + torch.arange(size, device=x.device)[None, :, None]
    z = columns + torch.arange(size, device=x.device)[None, None, :]
    which = torch.arange(len(x), device=x.device)[:, None, None]
    return padded.permute(0, 2, 3, 1)[which, y, z].permute(0, 3, 1, 2)


def _cut(x: Tensor) -> Tensor:
    size = x.shape[-1]
    half = _CUT * size / 2
    y, z = (torch.rand(2, len(x), 1, 1, device=x.device) * size).unbind()
    at = torch.arange(size, device=x.device)
    inside = ((at[None, :, None] - y).abs() < half) & ((at[None, None, :] - z).abs() < half)
    return x * ~inside[:, None]
