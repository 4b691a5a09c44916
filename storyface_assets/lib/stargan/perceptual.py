"""How different two pictures look to a network that knows photographs.

Johnson et al., "Perceptual losses", ECCV 2016, with the ImageNet features of EfficientNet-lite0,
which a pip package carries; it never saw an expression's label.
"""

from typing import Final

import torch
from torch import Tensor, nn

from storyface_assets.lib.classifiers.efficientnet import efficientnet
from storyface_assets.lib.classifiers.pretrained import load_lite0

#: After which stages features are compared: an eighth, a quarter, a half of the side and so on.
_AFTER: Final = (1, 2, 3)
#: Its weights were trained on 224 pixels; any size works.
_CLASSES: Final = 1000


class PerceptualLoss(nn.Module):
    """Mean distance of normalised features of pictures ``(B, 3, H, W)`` from −1 to 1."""

    def __init__(self) -> None:
        super().__init__()
        network = efficientnet("lite0", _CLASSES)
        load_lite0(network)
        self.stages = nn.ModuleList(list(network.features)[: max(_AFTER) + 1])
        self.requires_grad_(False).eval()

    def train(self, mode: bool = True) -> "PerceptualLoss":
        """Stays as it is: its statistics are ImageNet's."""
        return super().train(False)

    def forward(self, made: Tensor, true: Tensor) -> Tensor:
        """The loss; only ``made`` gets gradients."""
        with torch.no_grad():
            wanted = self._features(true)
        told = self._features(made)
        return torch.stack([_far(a, b) for a, b in zip(told, wanted, strict=True)]).mean()

    def _features(self, x: Tensor) -> list[Tensor]:
        found = []
        for number, stage in enumerate(self.stages):
            x = stage(x)
            if number in _AFTER:
                found.append(x)
        return found


def _far(a: Tensor, b: Tensor) -> Tensor:
    """L1 in units of how much the true features vary."""
    return (a - b).abs().mean() / (b.abs().mean() + 1e-3)
