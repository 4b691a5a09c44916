"""GoogLeNet with batch normalisation: Szegedy et al., "Going deeper with convolutions", 2015.

Widths are those of the paper's table 1. Two things are torchvision's, so that its ImageNet file
loads: a batch norm behind every convolution, and 3 × 3 kernels where the paper has 5 × 5.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn

#: Table 1: in, #1×1, #3×3 reduce, #3×3, #5×5 reduce, #5×5, pool proj.
_INCEPTION = {
    "3a": (192, 64, 96, 128, 16, 32, 32),
    "3b": (256, 128, 128, 192, 32, 96, 64),
    "4a": (480, 192, 96, 208, 16, 48, 64),
    "4b": (512, 160, 112, 224, 24, 64, 64),
    "4c": (512, 128, 128, 256, 24, 64, 64),
    "4d": (512, 112, 144, 288, 32, 64, 64),
    "4e": (528, 256, 160, 320, 32, 128, 128),
    "5a": (832, 256, 160, 320, 32, 128, 128),
    "5b": (832, 384, 192, 384, 48, 128, 128),
}
#: Weight of each auxiliary classifier's loss (section 5).
AUXILIARY_WEIGHT = 0.3


class GoogLeNetOutput(NamedTuple):
    """Logits ``(B, C)`` of the network and of its two auxiliary classifiers."""

    logits: Tensor
    auxiliary1: Tensor
    auxiliary2: Tensor


class GoogLeNet(nn.Module):
    """Takes pictures ``(B, 3, H, W)`` from −1 to 1 (224 × 224 in the paper).

    In training with auxiliary classifiers it returns :class:`GoogLeNetOutput`, else logits
    ``(B, classes)``.

    Args:
        classes: how many.
        auxiliary: build the two auxiliary classifiers.
        dropout: before the last layer (the paper's is 0.4, torchvision's 0.2).
    """

    def __init__(self, classes: int = 1000, auxiliary: bool = True, dropout: float = 0.2) -> None:
        super().__init__()
        self.conv1 = _Conv(3, 64, 7, stride=2, padding=3)
        self.maxpool1 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.conv2 = _Conv(64, 64, 1)
        self.conv3 = _Conv(64, 192, 3, padding=1)
        self.maxpool2 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.inception3a = _Inception(*_INCEPTION["3a"])
        self.inception3b = _Inception(*_INCEPTION["3b"])
        self.maxpool3 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.inception4a = _Inception(*_INCEPTION["4a"])
        self.inception4b = _Inception(*_INCEPTION["4b"])
        self.inception4c = _Inception(*_INCEPTION["4c"])
        self.inception4d = _Inception(*_INCEPTION["4d"])
        self.inception4e = _Inception(*_INCEPTION["4e"])
        self.maxpool4 = nn.MaxPool2d(2, 2, ceil_mode=True)
        self.inception5a = _Inception(*_INCEPTION["5a"])
        self.inception5b = _Inception(*_INCEPTION["5b"])
        self.aux1 = _Auxiliary(512, classes) if auxiliary else None
        self.aux2 = _Auxiliary(528, classes) if auxiliary else None
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(1024, classes)

    def forward(self, pictures: Tensor) -> Tensor | GoogLeNetOutput:
        """Logits; see the class."""
        x = self.maxpool1(self.conv1(pictures))
        x = self.maxpool2(self.conv3(self.conv2(x)))
        x = self.maxpool3(self.inception3b(self.inception3a(x)))
        middle = self.inception4a(x)
        late = self.inception4d(self.inception4c(self.inception4b(middle)))
        x = self.maxpool4(self.inception4e(late))
        x = self.inception5b(self.inception5a(x))
        logits = self.fc(self.dropout(self.avgpool(x).flatten(1)))
        if self.training and self.aux1 is not None and self.aux2 is not None:
            return GoogLeNetOutput(logits, self.aux1(middle), self.aux2(late))
        return logits


class _Conv(nn.Module):
    """Convolution, batch norm, ReLU."""

    def __init__(
        self, inputs: int, outputs: int, kernel: int, stride: int = 1, padding: int = 0
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(outputs, eps=0.001)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.bn(self.conv(x)))


class _Inception(nn.Module):
    """Figure 2 b: four ways in parallel, their outputs side by side."""

    def __init__(
        self, inputs: int, ones: int, reduce3: int, threes: int, reduce5: int, fives: int, pool: int
    ) -> None:
        super().__init__()
        self.branch1 = _Conv(inputs, ones, 1)
        self.branch2 = nn.Sequential(
            _Conv(inputs, reduce3, 1), _Conv(reduce3, threes, 3, padding=1)
        )
        self.branch3 = nn.Sequential(_Conv(inputs, reduce5, 1), _Conv(reduce5, fives, 3, padding=1))
        self.branch4 = nn.Sequential(
            nn.MaxPool2d(3, 1, padding=1, ceil_mode=True), _Conv(inputs, pool, 1)
        )

    def forward(self, x: Tensor) -> Tensor:
        ways = self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)
        return torch.cat(ways, 1)


class _Auxiliary(nn.Module):
    """Section 5: a small classifier on a middle layer, for training alone."""

    def __init__(self, inputs: int, classes: int) -> None:
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(4)
        self.conv = _Conv(inputs, 128, 1)
        self.fc1 = nn.Linear(2048, 1024)
        self.fc2 = nn.Linear(1024, classes)
        self.dropout = nn.Dropout(0.7)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(self.pool(x)).flatten(1)
        logits: Tensor = self.fc2(self.dropout(torch.relu(self.fc1(x))))
        return logits
