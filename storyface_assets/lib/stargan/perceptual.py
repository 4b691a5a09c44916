"""How different two pictures look to a network, and what it says of their classes.

Johnson et al., "Perceptual losses", ECCV 2016, with the features of EfficientNet-lite0: of
ImageNet, which a pip package carries, or of the teacher that learnt StarGAN's classes from there.
"""

from typing import Final

import torch
from torch import Tensor, nn

from storyface_assets.lib.classifiers.efficientnet import EfficientNet, efficientnet
from storyface_assets.lib.classifiers.pretrained import load_lite0

#: After which stages features are compared: an eighth, a quarter, a half of the side and so on.
_AFTER: Final = (1, 2, 3)
#: Of ImageNet.
_CLASSES: Final = 1000


class PerceptualLoss(nn.Module):
    """Mean distance of normalised features of pictures ``(B, 3, H, W)`` from −1 to 1.

    Args:
        teacher: its features are compared and its logits returned; ``None`` for ImageNet's
            network, which has nothing to say of a face.
    """

    def __init__(self, teacher: EfficientNet | None = None) -> None:
        super().__init__()
        network = teacher or efficientnet("lite0", _CLASSES)
        if teacher is None:
            load_lite0(network)
        stages, last = list(network.features.children()), max(_AFTER) + 1
        self.stages = nn.ModuleList(stages[:last])
        self.answers: nn.Module | None = None
        if teacher is not None:
            pooled = (network.avgpool, nn.Flatten(), network.classifier)
            self.answers = nn.Sequential(*stages[last:], *pooled)
        self.requires_grad_(False).eval()

    def train(self, mode: bool = True) -> "PerceptualLoss":
        """Stays as it is: its statistics are those of its own training."""
        return super().train(False)

    def forward(self, made: Tensor, true: Tensor) -> tuple[Tensor, Tensor | None]:
        """The loss, and what the teacher says of ``made``; only ``made`` gets gradients."""
        with torch.no_grad():
            wanted = self._features(true)
        told = self._features(made)
        far = torch.stack([_far(told[n], wanted[n]) for n in _AFTER]).mean()
        return far, self.answers(told[-1]) if self.answers is not None else None

    def _features(self, x: Tensor) -> list[Tensor]:
        found = []
        for stage in self.stages:
            x = stage(x)
            found.append(x)
        return found


def _far(a: Tensor, b: Tensor) -> Tensor:
    """L1 in units of how much the true features vary."""
    return (a - b).abs().mean() / (b.abs().mean() + 1e-3)
