"""The open coarse encoder: EfficientNet-lite0, whose ImageNet weights the registry ships."""

import torch
from torch import Tensor, nn

from storyface_assets.lib.classifiers.efficientnet import efficientnet
from storyface_assets.lib.classifiers.pretrained import load_lite0
from storyface_assets.lib.deca.codes import N_CODES
from storyface_assets.lib.deca.encoders import Encoder

FEATURES = 1280


class Lite0Features(nn.Module):
    """Takes photos ``(B, 3, H, W)``, RGB 0–1, returns ``(B, 1280)``.

    Args:
        pretrained: begin with the package's ImageNet weights.

    Raises:
        BadInput: the package is not installed.
    """

    def __init__(self, pretrained: bool) -> None:
        super().__init__()
        whole = efficientnet("lite0", 1)
        if pretrained:
            load_lite0(whole)
        self.features = whole.features

    def forward(self, photos: Tensor) -> Tensor:
        """See the class."""
        found: Tensor = self.features((255 * photos - 127) / 128)
        return found.mean((2, 3))


class ScaledEncoder(nn.Module):
    """An encoder whose codes are those of the training, for every output 0 its mean.

    Camera and light are numbers of quite other sizes than a shape's; a network learns them alike
    when each is told in its own spread.

    Attributes:
        mean: ``(236,)`` of the training's codes.
        spread: ``(236,)`` their standard deviation.
        error: ``(236,)`` root mean square error on people that validate; infinite until measured.

    Args:
        inner: photos → ``(B, 236)``.
    """

    mean: Tensor
    spread: Tensor
    error: Tensor

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner
        self.register_buffer("mean", torch.zeros(N_CODES))
        self.register_buffer("spread", torch.ones(N_CODES))
        self.register_buffer("error", torch.full((N_CODES,), torch.inf))

    def scale_to(self, codes: Tensor) -> None:
        """Take mean and spread of training codes ``(N, 236)``; what never varies stays so."""
        self.mean.copy_(codes.mean(0))
        self.spread.copy_(codes.std(0))

    def forward(self, photos: Tensor) -> Tensor:
        """Codes ``(B, 236)`` of photos ``(B, 3, 224, 224)``, RGB 0–1."""
        told: Tensor = self.inner(photos)
        return self.mean + self.spread * told


def lite0_coarse_encoder(pretrained: bool = False) -> ScaledEncoder:
    """``E_flame`` of the open weights.

    Args:
        pretrained: begin with ImageNet weights; else random ones, to be loaded over.

    Raises:
        BadInput: the package of the weights is not installed.
    """
    encoder = Encoder(N_CODES, Lite0Features(pretrained), FEATURES)
    last = encoder.layers[2]
    nn.init.zeros_(last.weight)  # type: ignore[arg-type]
    nn.init.zeros_(last.bias)  # type: ignore[arg-type]
    return ScaledEncoder(encoder)
