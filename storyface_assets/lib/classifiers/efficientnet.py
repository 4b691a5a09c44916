"""EfficientNet-B0 … B7 and lite0: Tan & Le, "EfficientNet", 2019.

Stages are the paper's table 1, scaled by width and depth as its code does. Parameter names and
counts are torchvision's, so that its ImageNet files load. Lite0 (the same authors', 2020) has no
squeeze-and-excitation, ReLU6 for SiLU, and a stem and head that do not grow.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

#: Table 1, stages 2–8: expansion, kernel, stride, channels, layers.
_STAGES: Final = (
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)
_STEM: Final = 32
#: Probability with which the last block is skipped in training; earlier ones less.
_DROP_BLOCK: Final = 0.2


@dataclass(frozen=True)
class EfficientNetSize:
    """One of the family.

    Attributes:
        width: factor of the channels.
        depth: factor of the layers a stage.
        dropout: before the last layer.
        pixels: side of the pictures that the authors trained it on.
        eps: of the batch norms.
        momentum: of the batch norms.
        lite: lite0's changes.
    """

    width: float
    depth: float
    dropout: float
    pixels: int
    eps: float = 1e-5
    momentum: float = 0.1
    lite: bool = False


EFFICIENTNETS: Final = {
    "b0": EfficientNetSize(1.0, 1.0, 0.2, 224),
    "b1": EfficientNetSize(1.0, 1.1, 0.2, 240),
    "b2": EfficientNetSize(1.1, 1.2, 0.3, 260),
    "b3": EfficientNetSize(1.2, 1.4, 0.3, 300),
    "b4": EfficientNetSize(1.4, 1.8, 0.4, 380),
    "b5": EfficientNetSize(1.6, 2.2, 0.4, 456, 1e-3, 0.01),
    "b6": EfficientNetSize(1.8, 2.6, 0.5, 528, 1e-3, 0.01),
    "b7": EfficientNetSize(2.0, 3.1, 0.5, 600, 1e-3, 0.01),
    "lite0": EfficientNetSize(1.0, 1.0, 0.2, 224, 1e-3, 0.01, lite=True),
}


def efficientnet(name: str, classes: int = 1000) -> "EfficientNet":
    """One of ``EFFICIENTNETS``, with random weights.

    Raises:
        ValueError: no such name.
    """
    if name not in EFFICIENTNETS:
        raise ValueError(f"no EfficientNet {name!r}; there are {', '.join(EFFICIENTNETS)}")
    return EfficientNet(EFFICIENTNETS[name], classes)


class EfficientNet(nn.Module):
    """Takes pictures ``(B, 3, H, W)``, returns logits ``(B, classes)``.

    Args:
        size: which one.
        classes: how many.
    """

    def __init__(self, size: EfficientNetSize, classes: int = 1000) -> None:
        super().__init__()
        layer = _Layers(size)
        stem = _STEM if size.lite else _scaled(_STEM, size.width)
        stages: list[nn.Module] = [layer.convolution(3, stem, 3, 2)]
        # The first and the last stage of lite do not grow in depth.
        ends = (0, len(_STAGES) - 1)
        counts = [
            count if size.lite and n in ends else math.ceil(count * size.depth)
            for n, (*_, count) in enumerate(_STAGES)
        ]
        inputs, block = stem, 0
        for (expansion, kernel, stride, channels, _), count in zip(_STAGES, counts, strict=True):
            outputs, blocks = _scaled(channels, size.width), []
            for n in range(count):
                drop = _DROP_BLOCK * block / sum(counts)
                step = stride if n == 0 else 1
                blocks.append(_Block(layer, inputs, outputs, expansion, kernel, step, drop))
                inputs, block = outputs, block + 1
            stages.append(nn.Sequential(*blocks))
        head = 1280 if size.lite else 4 * inputs
        stages.append(layer.convolution(inputs, head, 1, 1))
        self.features = nn.Sequential(*stages)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(nn.Dropout(size.dropout), nn.Linear(head, classes))

    def forward(self, pictures: Tensor) -> Tensor:
        """Logits; see the class."""
        logits: Tensor = self.classifier(self.avgpool(self.features(pictures)).flatten(1))
        return logits


class _Layers:
    """How a family member builds its convolutions."""

    def __init__(self, size: EfficientNetSize) -> None:
        self.lite = size.lite
        self.norm: Callable[[int], nn.Module] = partial(
            nn.BatchNorm2d, eps=size.eps, momentum=size.momentum
        )

    def activation(self) -> nn.Module:
        return nn.ReLU6() if self.lite else nn.SiLU()

    def convolution(
        self, inputs: int, outputs: int, kernel: int, stride: int, groups: int = 1, act: bool = True
    ) -> nn.Sequential:
        """Convolution, batch norm, activation."""
        # Lite's weights come from TensorFlow, which pads the far side more where it strides.
        kind = _SameConv2d if self.lite else nn.Conv2d
        layers = [
            kind(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
            self.norm(outputs),
        ]
        return nn.Sequential(*layers, self.activation()) if act else nn.Sequential(*layers)


class _SameConv2d(nn.Conv2d):
    """A convolution that pads as TensorFlow's "same" does."""

    def forward(self, x: Tensor) -> Tensor:
        sides: list[int] = []
        for length, kernel, stride in zip(
            x.shape[:1:-1], self.kernel_size[::-1], self.stride[::-1], strict=True
        ):
            missing = max((math.ceil(length / stride) - 1) * stride + kernel - length, 0)
            sides += [missing // 2, missing - missing // 2]
        return functional.conv2d(
            functional.pad(x, sides), self.weight, self.bias, self.stride, 0, 1, self.groups
        )


class _Block(nn.Module):
    """MBConv (Sandler et al. 2018) with squeeze-and-excitation (Hu et al. 2018)."""

    def __init__(
        self,
        layer: _Layers,
        inputs: int,
        outputs: int,
        expansion: int,
        kernel: int,
        stride: int,
        drop: float,
    ) -> None:
        super().__init__()
        wide = inputs * expansion
        layers: list[nn.Module] = []
        if expansion != 1:
            layers.append(layer.convolution(inputs, wide, 1, 1))
        layers.append(layer.convolution(wide, wide, kernel, stride, groups=wide))
        if not layer.lite:
            layers.append(_SqueezeExcitation(wide, max(1, inputs // 4)))
        layers.append(layer.convolution(wide, outputs, 1, 1, act=False))
        self.block = nn.Sequential(*layers)
        self.is_residual, self.drop = stride == 1 and inputs == outputs, drop

    def forward(self, x: Tensor) -> Tensor:
        made: Tensor = self.block(x)
        if not self.is_residual:
            return made
        if self.training and self.drop:  # stochastic depth (Huang et al. 2016), picture by picture
            keep = 1.0 - self.drop
            made = made * made.new_empty(len(made), 1, 1, 1).bernoulli_(keep).div_(keep)
        return x + made


class _SqueezeExcitation(nn.Module):
    """Weighs each channel by what the whole picture holds."""

    def __init__(self, channels: int, squeezed: int) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(channels, squeezed, 1)
        self.fc2 = nn.Conv2d(squeezed, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        scale = functional.silu(self.fc1(x.mean((2, 3), keepdim=True)))
        return x * torch.sigmoid(self.fc2(scale))


def _scaled(channels: int, width: float) -> int:
    """Channels times width, to a multiple of 8, never more than a tenth less (the paper's code)."""
    wanted = channels * width
    rounded = max(8, int(wanted + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * wanted else rounded
