"""What pictures are compared by: networks behind two small interfaces.

=========  ================================  ====================================
profile    maps, for ID-MRF                  one vector a face, for identity
=========  ================================  ====================================
open       :class:`Lite0Maps`                :class:`Lite0Vector`
research   ``vgg19.Vgg19Maps``               ``vggface2.VggFace2``
=========  ================================  ====================================

The open ones know ImageNet's objects, not faces: a stand-in until a licence-clean face network is
in the registry. Their identity distance tells lookalikes apart less well.
"""

from collections.abc import Sequence
from typing import Final, Protocol

from torch import Tensor, nn

from storyface_assets.lib.classifiers.efficientnet import efficientnet
from storyface_assets.lib.classifiers.pretrained import load_lite0

#: Stages of lite0 whose maps have conv3_2's and conv4_2's side: a quarter and an eighth.
_STAGES: Final = (2, 3)


class MapFeatures(Protocol):
    """Pictures ``(B, 3, H, W)``, RGB 0–1 → maps ``(B, C, h, w)``, finer ones first."""

    def __call__(self, pictures: Tensor, /) -> Sequence[Tensor]:
        """See the class."""
        ...


class FaceFeatures(Protocol):
    """Photos ``(B, 3, H, W)``, RGB 0–1 → one vector each ``(B, D)``."""

    def __call__(self, photos: Tensor, /) -> Tensor:
        """See the class."""
        ...


class Lite0Maps(nn.Module):
    """:class:`MapFeatures` of EfficientNet-lite0: 24 and 40 channels.

    Raises:
        BadInput: its pip package is not installed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stages = nn.ModuleList(list(_lite0_stages())[: max(_STAGES) + 1])
        self.requires_grad_(False).eval()

    def train(self, mode: bool = True) -> "Lite0Maps":
        """Stays as it is: its statistics are ImageNet's."""
        return super().train(False)

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """The two maps."""
        x, found = _lite0_input(pictures), []
        for number, stage in enumerate(self.stages):
            x = stage(x)
            if number in _STAGES:
                found.append(x)
        return found


class Lite0Vector(nn.Module):
    """:class:`FaceFeatures` of EfficientNet-lite0: 1280 numbers.

    Raises:
        BadInput: its pip package is not installed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stages = _lite0_stages()
        self.requires_grad_(False).eval()

    def train(self, mode: bool = True) -> "Lite0Vector":
        """Stays as it is: its statistics are ImageNet's."""
        return super().train(False)

    def forward(self, photos: Tensor) -> Tensor:
        """Features, averaged over the photo."""
        found: Tensor = self.stages(_lite0_input(photos))
        return found.mean((2, 3))


def _lite0_stages() -> nn.Sequential:
    network = efficientnet("lite0")
    load_lite0(network)
    return network.features


def _lite0_input(pictures: Tensor) -> Tensor:
    """As its weights were trained: see ``load_lite0``."""
    return (pictures * 255 - 127) / 128
