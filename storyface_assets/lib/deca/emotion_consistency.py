"""A sad photo must give a sad head: Danecek et al., "EMOCA", CVPR 2022, section 4.

Landmarks and pixels hardly notice a lip pressed together; a network that reads expressions does.
The head's rendering must look to it as the photo does, in features, not in probabilities.
"""

import copy

import torch
from torch import Tensor, nn

from storyface_assets.lib.classifiers.augment import resized
from storyface_assets.lib.classifiers.ensemble import EmotionClassifier


class EmotionConsistency(nn.Module):
    """Distance of photo and rendering as our expression classifier's networks see them.

    Args:
        classifier: the ensemble; copied, so that it stays as it is.
    """

    def __init__(self, classifier: EmotionClassifier) -> None:
        super().__init__()
        self.networks = nn.ModuleList(_without_last(network) for network in classifier.networks)
        self._sizes = [member.size for member in classifier.members]
        self.requires_grad_(False).eval()

    def train(self, mode: bool = True) -> "EmotionConsistency":
        """Stays as it is: the networks are judges."""
        return super().train(False)

    def features(self, pictures: Tensor) -> list[Tensor]:
        """Each network's features ``(B, D)`` of pictures ``(B, 3, H, W)``, RGB 0–1."""
        scaled = pictures * 2 - 1
        return [
            network(resized(scaled, size))
            for network, size in zip(self.networks, self._sizes, strict=True)
        ]

    def forward(self, rendered: Tensor, photos: Tensor) -> Tensor:
        """The loss: mean squared distance, in units of the photo's features.

        Args:
            rendered: ``(B, 3, H, W)`` RGB 0–1, framed as the photos are; gets gradients.
            photos: likewise; gets none.
        """
        with torch.no_grad():
            wanted = self.features(photos)
        told = self.features(rendered)
        parts = [
            (a - b).square().mean() / (b.square().mean() + 1e-6)
            for a, b in zip(told, wanted, strict=True)
        ]
        return torch.stack(parts).mean()


def _without_last(network: nn.Module) -> nn.Module:
    """A copy that gives what its last layer takes."""
    made = copy.deepcopy(network)
    name = "fc" if hasattr(made, "fc") else "classifier"
    setattr(made, name, nn.Identity())
    return made
