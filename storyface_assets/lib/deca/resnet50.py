"""ResNet-50 without its last layer: He et al., "Deep residual learning", CVPR 2016, table 1.

Parameter names are torchvision's. Two builds differ in where a block halves the picture: in its
first 1 × 1 convolution, as published, or in the 3 × 3 one, as torchvision has it.
"""

from typing import Final

import torch
from torch import Tensor, nn

#: Table 1, conv2_x … conv5_x: blocks and inner width; a block gives four times as many channels.
_STAGES: Final = ((3, 64), (4, 128), (6, 256), (3, 512))
_GROWTH: Final = 4
#: Channels that it gives.
FEATURES: Final = _STAGES[-1][1] * _GROWTH


class ResNet50(nn.Module):
    """Takes pictures ``(B, 3, H, W)``, returns features ``(B, 2048)``.

    Args:
        as_published: stride in the first convolution of a block and an unpadded pool, as in the
            Caffe original, which VGGFace2's weights come from; else torchvision's.
    """

    def __init__(self, as_published: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        pool = {"ceil_mode": True} if as_published else {"padding": 1}
        self.maxpool = nn.MaxPool2d(3, 2, **pool)
        inputs = 64
        for number, (count, width) in enumerate(_STAGES):
            blocks = []
            for place in range(count):
                stride = 2 if number and not place else 1
                blocks.append(_Bottleneck(inputs, width, stride, as_published))
                inputs = width * _GROWTH
            setattr(self, f"layer{number + 1}", nn.Sequential(*blocks))
        for module in self.modules():
            if isinstance(module, nn.Conv2d):  # He et al., ICCV 2015
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, pictures: Tensor) -> Tensor:
        """Features, averaged over the picture; see the class."""
        x: Tensor = self.maxpool(torch.relu(self.bn1(self.conv1(pictures))))
        for number in range(len(_STAGES)):
            x = getattr(self, f"layer{number + 1}")(x)
        return x.mean((2, 3))


class _Bottleneck(nn.Module):
    """Figure 5, right: 1 × 1, 3 × 3, 1 × 1 beside a short cut."""

    def __init__(self, inputs: int, width: int, stride: int, first: bool) -> None:
        super().__init__()
        outputs = width * _GROWTH
        self.conv1 = nn.Conv2d(inputs, width, 1, stride if first else 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1 if first else stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, outputs, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride > 1 or inputs != outputs:
            short = nn.Conv2d(inputs, outputs, 1, stride, bias=False)
            self.downsample = nn.Sequential(short, nn.BatchNorm2d(outputs))

    def forward(self, x: Tensor) -> Tensor:
        made = torch.relu(self.bn1(self.conv1(x)))
        made = self.bn3(self.conv3(torch.relu(self.bn2(self.conv2(made)))))
        return torch.relu(made + (x if self.downsample is None else self.downsample(x)))
