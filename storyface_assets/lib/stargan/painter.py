"""A lighter generator that moves the photo's own pixels and paints only what is new.

StarGAN's generator draws the whole picture anew: background and identity have to survive the way
through it. This one says three things of each pixel: where the pixel comes from (as X2Face does,
Wiles et al., ECCV 2018), what is painted, and how much of it is painted (GANimation's attention
mask, Pumarola et al., ECCV 2018). What no label asks for stays the photo's own, at any resolution:
all three can be enlarged and applied to the photo itself.

It asks for about a fiftieth of the official generator's arithmetic, so two cores can train it.
"""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

#: Farthest a pixel can be moved, in shares of the side.
_REACH: Final = 0.12
_SLOPE: Final = 0.2
#: Pixels a side that are worked on as one.
_FOLD: Final = 4
#: The mask begins mostly closed: an untrained network leaves the photo as it is.
_CLOSED: Final = -3.0


@dataclass(frozen=True)
class Strokes:
    """What is done to a picture.

    Attributes:
        flow: ``(B, 2, h, w)`` where each pixel comes from, x and y, in shares of the side.
        colour: ``(B, 3, h, w)`` paint, −1 to 1.
        mask: ``(B, 1, h, w)`` 0 = the photo's pixel, 1 = paint.
    """

    flow: Tensor
    colour: Tensor
    mask: Tensor

    def applied(self, pictures: Tensor) -> Tensor:
        """The changed pictures ``(B, 3, H, W)``; H and W may be larger than h and w."""
        size = pictures.shape[2:]
        flow, colour, mask = (_at(part, size) for part in (self.flow, self.colour, self.mask))
        moved = _moved(pictures, flow)
        return moved + mask * (colour - moved)


class Painter(nn.Module):
    """Takes pictures ``(B, 3, H, W)`` from −1 to 1 and labels ``(B, L)``, returns pictures.

    Args:
        width: channels of the first layer; doubled with every halving.
        label: length L of the label vector, the mask included.
        blocks: residual blocks at the narrowest, each told the label.
    """

    def __init__(self, width: int = 32, label: int = 11, blocks: int = 5) -> None:
        super().__init__()
        w = width
        self.stem = _convolution(3 * _FOLD**2 + 2, w)
        self.down = nn.ModuleList(_convolution(k * w, 2 * k * w, 4, 2) for k in (1, 2))
        self.blocks = nn.ModuleList(_ToldBlock(4 * w, label) for _ in range(blocks))
        self.up = nn.ModuleList(_convolution(k * w + k * w // 2, k * w // 2) for k in (4, 2))
        self.strokes = nn.Conv2d(w, 6 * _FOLD**2, 3, 1, 1)
        with torch.no_grad():
            self.strokes.weight.mul_(0.5)
            self.strokes.bias.zero_()  # type: ignore[union-attr]
            self.strokes.bias[5 * _FOLD**2 :] = _CLOSED  # type: ignore[index]

    def forward(self, pictures: Tensor, labels: Tensor) -> Tensor:
        """The pictures with what the labels ask for."""
        return self.strokes_for(pictures, labels).applied(pictures)

    def strokes_for(self, pictures: Tensor, labels: Tensor) -> Strokes:
        """What is to be done to the pictures."""
        labels = labels.to(pictures.dtype)
        x = functional.pixel_unshuffle(pictures, _FOLD)
        x = self.stem(torch.cat([x, _places(x)], 1))
        passed = []
        for down in self.down:
            passed.append(x)
            x = down(x)
        for block in self.blocks:
            x = block(x, labels)
        for up, beside in zip(self.up, reversed(passed), strict=True):
            x = up(torch.cat([functional.interpolate(x, scale_factor=2.0), beside], 1))
        told = functional.pixel_shuffle(self.strokes(x), _FOLD)
        return Strokes(_REACH * told[:, :2].tanh(), told[:, 2:5].tanh(), told[:, 5:].sigmoid())


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


def _at(part: Tensor, size: torch.Size) -> Tensor:
    if part.shape[2:] == size:
        return part
    return functional.interpolate(part, size, mode="bicubic", align_corners=False)


def _places(x: Tensor) -> Tensor:
    """Where each pixel lies, −1 to 1: faces are cropped alike (CoordConv, Liu et al. 2018)."""
    height, width = x.shape[2:]
    rows = torch.linspace(-1, 1, height, dtype=x.dtype, device=x.device)
    columns = torch.linspace(-1, 1, width, dtype=x.dtype, device=x.device)
    places = torch.stack(torch.meshgrid(rows, columns, indexing="ij"))
    return places.expand(len(x), -1, -1, -1)


def _moved(pictures: Tensor, flow: Tensor) -> Tensor:
    height, width = pictures.shape[2:]
    rows = torch.linspace(-1 + 1 / height, 1 - 1 / height, height, device=flow.device)
    columns = torch.linspace(-1 + 1 / width, 1 - 1 / width, width, device=flow.device)
    y, x = torch.meshgrid(rows, columns, indexing="ij")
    grid = torch.stack([x, y], -1).to(flow.dtype) + 2 * flow.permute(0, 2, 3, 1)
    return functional.grid_sample(pictures, grid, padding_mode="border", align_corners=False)
