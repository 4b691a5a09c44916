"""StarGAN's networks, exactly as published, with the official code's parameter names.

Choi et al., "StarGAN", CVPR 2018, tables 4 and 5. ``{it}-G.ckpt`` and ``{it}-D.ckpt`` of the
official code are state dicts of these.
"""

from typing import Final

import torch
from torch import Tensor, nn

#: Slope of the discriminator's rectifiers.
_SLOPE: Final = 0.01


class Generator(nn.Module):
    """Takes pictures ``(B, 3, H, W)`` from −1 to 1 and labels ``(B, L)``, returns pictures.

    Args:
        width: channels of the first layer.
        label: length L of the label vector, the mask included.
        blocks: residual blocks at the narrowest.
    """

    def __init__(self, width: int = 64, label: int = 11, blocks: int = 6) -> None:
        super().__init__()
        layers = [*_normed(nn.Conv2d(3 + label, width, 7, 1, 3, bias=False), width)]
        for _ in range(2):
            layers += _normed(nn.Conv2d(width, 2 * width, 4, 2, 1, bias=False), 2 * width)
            width *= 2
        layers += [_Residual(width) for _ in range(blocks)]
        for _ in range(2):
            up = nn.ConvTranspose2d(width, width // 2, 4, 2, 1, bias=False)
            layers += _normed(up, width // 2)
            width //= 2
        self.main = nn.Sequential(*layers, nn.Conv2d(width, 3, 7, 1, 3, bias=False), nn.Tanh())

    def forward(self, pictures: Tensor, labels: Tensor) -> Tensor:
        """The pictures with what the labels ask for."""
        planes = labels[:, :, None, None].expand(-1, -1, *pictures.shape[2:])
        made: Tensor = self.main(torch.cat([pictures, planes.to(pictures.dtype)], 1))
        return made


class Discriminator(nn.Module):
    """Says of patches whether they are real, and of the picture which classes it shows.

    Args:
        size: side of the pictures, pixels.
        width: channels of the first layer.
        classes: how many (the label without its mask).
        layers: that halve the picture.
    """

    def __init__(self, size: int = 128, width: int = 64, classes: int = 9, layers: int = 6) -> None:
        super().__init__()
        stages: list[nn.Module] = []
        inputs = 3
        for _ in range(layers):
            stages += [nn.Conv2d(inputs, width, 4, 2, 1), nn.LeakyReLU(_SLOPE)]
            inputs, width = width, 2 * width
        self.main = nn.Sequential(*stages)
        self.conv1 = nn.Conv2d(inputs, 1, 3, 1, 1, bias=False)
        self.conv2 = nn.Conv2d(inputs, classes, size >> layers, bias=False)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Patches ``(B, 1, h, w)``, greater for real ones, and class logits ``(B, classes)``."""
        features = self.main(pictures)
        return self.conv1(features), self.conv2(features).flatten(1)


class _Residual(nn.Module):
    """Two convolutions beside a shortcut."""

    def __init__(self, width: int) -> None:
        super().__init__()
        first = _normed(nn.Conv2d(width, width, 3, 1, 1, bias=False), width)
        second = _normed(nn.Conv2d(width, width, 3, 1, 1, bias=False), width)
        self.main = nn.Sequential(*first, *second[:2])

    def forward(self, x: Tensor) -> Tensor:
        made: Tensor = self.main(x)
        return x + made


def _normed(convolution: nn.Module, width: int) -> list[nn.Module]:
    return [convolution, nn.InstanceNorm2d(width, affine=True), nn.ReLU(inplace=True)]
