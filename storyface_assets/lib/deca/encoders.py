"""DECA's two encoders: a photo's features, then two layers to a code."""

from torch import Tensor, nn

from storyface_assets.lib.deca.codes import N_CODES, N_DETAIL
from storyface_assets.lib.deca.resnet50 import FEATURES, ResNet50

#: Width between the features and the code.
_HIDDEN = 1024
#: Side of the photos that it is made for, pixels.
PHOTO_SIZE = 224


class Encoder(nn.Module):
    """Takes photos ``(B, 3, 224, 224)``, RGB 0–1, returns codes ``(B, outputs)``.

    Args:
        outputs: length of the code.
        backbone: photos → ``(B, features)``; a ResNet-50 as published if not given.
        features: how many it gives.
    """

    def __init__(
        self, outputs: int, backbone: nn.Module | None = None, features: int = FEATURES
    ) -> None:
        super().__init__()
        self.encoder = ResNet50() if backbone is None else backbone
        self.layers = nn.Sequential(
            nn.Linear(features, _HIDDEN), nn.ReLU(), nn.Linear(_HIDDEN, outputs)
        )

    def forward(self, photos: Tensor) -> Tensor:
        """Codes; see the class."""
        code: Tensor = self.layers(self.encoder(photos))
        return code


def coarse_encoder() -> Encoder:
    """``E_flame``: 236 codes, see :class:`~storyface_assets.lib.deca.codes.Codes`."""
    return Encoder(N_CODES)


def detail_encoder() -> Encoder:
    """``E_detail``: the 128 codes of a person's wrinkles."""
    return Encoder(N_DETAIL)
