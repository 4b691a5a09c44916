"""VGG-19 up to conv4_2: Simonyan & Zisserman, ICLR 2015, table 1, column E."""

from pathlib import Path
from typing import Final

from torch import Tensor, nn

from storyface_assets.lib.deca.other_weights import load_by_name, read_weights

#: Channels of the convolutions before each pool; the last stage only as far as it is needed.
_TABLE: Final = ((64, 64), (128, 128), (256, 256, 256, 256), (512, 512))
#: Layers of torchvision's network after which features are taken (conv3_2, conv4_2, rectified).
_TAKEN: Final = (13, 22)
#: Parts of torchvision's file that are not built.
_LATER: Final = ("classifier.", *(f"features.{n}." for n in (23, 25, 28, 30, 32, 34)))
#: What torchvision's ImageNet weights were trained on.
_MEAN, _SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class Vgg19Maps(nn.Module):
    """Takes pictures ``(B, 3, H, W)``, RGB 0–1; returns conv3_2 and conv4_2, rectified.

    A quarter and an eighth of the side, 256 and 512 channels, as Wang et al. (ID-MRF) take them.
    Names are torchvision's.
    """

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs = 3
        for number, stage in enumerate(_TABLE):
            if number:
                layers.append(nn.MaxPool2d(2))
            for width in stage:
                layers += [nn.Conv2d(inputs, width, 3, padding=1), nn.ReLU()]
                inputs = width
        self.features = nn.Sequential(*layers)
        self.requires_grad_(False).eval()

    @classmethod
    def load(cls, file: Path) -> "Vgg19Maps":
        """With torchvision's ImageNet weights.

        Raises:
            BadInput: the file cannot be read, or is of another network.
        """
        state = read_weights(file)
        network = cls()
        load_by_name(network, state, file, _LATER)
        return network

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """The two maps; see the class."""
        mean, spread = (pictures.new_tensor(v)[:, None, None] for v in (_MEAN, _SPREAD))
        x = (pictures - mean) / spread
        found = []
        for number, layer in enumerate(self.features):
            x = layer(x)
            if number in _TAKEN:
                found.append(x)
        return found
