"""The light generator that the shipped weights are of; ``painter.Painter`` takes its place.

One network for both halves of the label, normalised inside its told blocks only. It stays until
weights of the new one are measured better.
"""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from storyface_assets.lib.stargan.painter import (
    FOLD,
    REACH,
    Part,
    StrokeGenerator,
    Strokes,
    places,
)

_SLOPE: Final = 0.2
#: The mask begins mostly closed: an untrained network leaves the photo as it is.
_CLOSED: Final = -3.0


class FirstPainter(StrokeGenerator):
    """Takes pictures ``(B, 3, H, W)`` from −1 to 1 and labels ``(B, L)``, returns pictures.

    Args:
        width: channels of the first layer; doubled with every halving.
        label: length L of the label vector, the mask included.
        blocks: residual blocks at the narrowest, each told the label.
    """

    def __init__(self, width: int = 32, label: int = 11, blocks: int = 5) -> None:
        super().__init__()
        w = width
        self.stem = _convolution(3 * FOLD**2 + 2, w)
        self.down = nn.ModuleList(_convolution(k * w, 2 * k * w, 4, 2) for k in (1, 2))
        self.blocks = nn.ModuleList(_ToldBlock(4 * w, label) for _ in range(blocks))
        self.up = nn.ModuleList(_convolution(k * w + k * w // 2, k * w // 2) for k in (4, 2))
        self.strokes = nn.Conv2d(w, 6 * FOLD**2, 3, 1, 1)
        with torch.no_grad():
            self.strokes.weight.mul_(0.5)
            self.strokes.bias.zero_()  # type: ignore[union-attr]
            self.strokes.bias[5 * FOLD**2 :] = _CLOSED  # type: ignore[index]

    def strokes_for(self, pictures: Tensor, labels: Tensor, part: Part | None = None) -> Strokes:
        """What is to be done to the pictures."""
        labels = labels.to(pictures.dtype)
        x = functional.pixel_unshuffle(pictures, FOLD)
        x = self.stem(torch.cat([x, places(x)], 1))
        passed = []
        for down in self.down:
            passed.append(x)
            x = down(x)
        for block in self.blocks:
            x = block(x, labels)
        for up, beside in zip(self.up, reversed(passed), strict=True):
            x = up(torch.cat([functional.interpolate(x, scale_factor=2.0), beside], 1))
        told = functional.pixel_shuffle(self.strokes(x), FOLD)
        mask = told[:, 5:].sigmoid()
        return Strokes(REACH * told[:, :2].tanh(), mask * told[:, 2:5].tanh(), mask)


class _ToldBlock(nn.Module):
    """A residual block whose normalised features are scaled and shifted by the label."""

    def __init__(self, width: int, label: int) -> None:
        super().__init__()
        self.first, self.second = (nn.Conv2d(width, width, 3, 1, 1) for _ in range(2))
        self.norm = nn.InstanceNorm2d(width)
        self.told = nn.Linear(label, 2 * width)

    def forward(self, x: Tensor, labels: Tensor) -> Tensor:
        scale, shift = self.told(labels)[:, :, None, None].chunk(2, 1)
        inner = functional.leaky_relu(self.norm(self.first(x)) * (1 + scale) + shift, _SLOPE)
        made: Tensor = x + self.second(inner)
        return made


def _convolution(inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, 1), nn.LeakyReLU(_SLOPE, inplace=True)
    )
