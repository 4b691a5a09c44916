"""Image classifiers, written from their papers, with torchvision's parameter names."""

from storyface_assets.lib.classifiers.efficientnet import EFFICIENTNETS, EfficientNet, efficientnet
from storyface_assets.lib.classifiers.googlenet import GoogLeNet, GoogLeNetOutput

__all__ = ["EFFICIENTNETS", "EfficientNet", "GoogLeNet", "GoogLeNetOutput", "efficientnet"]
