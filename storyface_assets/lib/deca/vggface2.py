"""VGGFace2's ResNet-50, which tells people apart: Cao et al., FG 2018."""

from pathlib import Path
from typing import Final

from torch import Tensor, nn
from torch.nn.functional import interpolate

from storyface_assets.lib.deca.other_weights import load_by_name, read_weights
from storyface_assets.lib.deca.resnet50 import ResNet50

#: Mean of the training photos, blue, green, red, 0–255.
_MEAN_BGR: Final = (91.4953, 103.8827, 131.0912)
_SIZE: Final = 224
#: Share of the side that DECA cuts off all around before it compares faces.
_MARGIN: Final = 10 / 224


class VggFace2(nn.Module):
    """Takes photos ``(B, 3, H, W)``, RGB 0–1, framed as DECA's; returns ``(B, 2048)``.

    The release also doubles the centred pixels and takes one off, which the network was not
    trained on; here it sees what its authors trained it on.
    """

    def __init__(self) -> None:
        super().__init__()
        self.network = ResNet50(as_published=True)
        self.requires_grad_(False).eval()

    @classmethod
    def load(cls, file: Path) -> "VggFace2":
        """With the authors' weights, by their names.

        They come as ``resnet50_ft_weight.pkl``, a pickle of NumPy arrays. A pickle can run any
        code, so it is not opened here: convert it where you trust it.

        Raises:
            BadInput: the file cannot be read without running code, or is of another network.
        """
        state = read_weights(file)
        made = cls()
        load_by_name(made.network, state, file, ("fc.",))
        return made

    def train(self, mode: bool = True) -> "VggFace2":
        """Stays as it is: its statistics are its training photos'."""
        return super().train(False)

    def forward(self, photos: Tensor) -> Tensor:
        """Features; see the class."""
        height, width = (round(side * _MARGIN) for side in photos.shape[2:])
        inner = photos[:, :, height : photos.shape[2] - height, width : photos.shape[3] - width]
        scaled = interpolate(inner, (_SIZE, _SIZE), mode="bilinear", align_corners=False)
        bgr = scaled.flip(1) * 255 - photos.new_tensor(_MEAN_BGR)[:, None, None]
        features: Tensor = self.network(bgr)
        return features
