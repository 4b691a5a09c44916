"""A critic of pairs: is this what this picture would be with this label?

Isola et al., "Image-to-Image Translation with Conditional Adversarial Networks", CVPR 2017
(pix2pix): where several pictures would do, a distance alone is least for their blurred mean, which
this critic tells from a true one. The label enters by a projection (Miyato and Koyama, ICLR 2018),
and spectral norms bound its slope (Miyato et al., ICLR 2018).
"""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import spectral_norm

_SLOPE: Final = 0.2
#: Two shots of one moment differ by the sensor's noise, which no generator can foretell: the
#: critic sees pictures at half of their side, under more noise, and only what the pair changes.
_NOISE, _CHANGE = 0.04, 0.06


class PairCritic(nn.Module):
    """Patches ``(B, 1, h, w)``, greater for true pairs; each sees a third of the side or so.

    Args:
        width: channels of the first layer; doubled with every halving.
        label: length L of the label vector, the mask included.
        layers: that halve the picture.
    """

    def __init__(self, width: int = 32, label: int = 11, layers: int = 3) -> None:
        super().__init__()
        stages: list[nn.Module] = []
        inputs = 6
        for k in range(layers):
            outputs = width << k
            stages += [spectral_norm(nn.Conv2d(inputs, outputs, 4, 2, 1)), nn.LeakyReLU(_SLOPE)]
            inputs = outputs
        self.main = nn.Sequential(*stages)
        self.patch = spectral_norm(nn.Conv2d(inputs, 1, 3, 1, 1))
        self.told = spectral_norm(nn.Linear(label, inputs, bias=False))

    def forward(self, begin: Tensor, end: Tensor, labels: Tensor) -> Tensor:
        """What it says of pictures ``begin`` and ``end`` ``(B, 3, H, W)`` and labels ``(B, L)``."""
        features = self.main(torch.cat([begin, end - begin], 1))
        asked = self.told(labels.to(features.dtype))[:, :, None, None]
        return self.patch(features) + (features * asked).sum(1, keepdim=True)


def judged_pair(begin: Tensor, made: Tensor, end: Tensor) -> tuple[Tensor, Tensor]:
    """A pair as the critic sees it, begin and end ``(B, 3, H/2, W/2)``; by torch's global chance.

    Where the true pair does not change, the true picture stands in for the made one.

    Args:
        begin: ``(B, 3, H, W)``.
        made: from it; the true one for a true pair.
        end: the true one.
    """
    begin, made, end = (functional.avg_pool2d(part, 2) for part in (begin, made, end))
    change = functional.avg_pool2d((end - begin).abs().mean(1, keepdim=True), 5, 1, 2)
    told = (change / _CHANGE).clamp(max=1)
    shown = end + told * (made - end)
    return begin, shown + _NOISE * torch.randn_like(shown)
