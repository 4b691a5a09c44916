"""DECA's detail decoder: how far the skin stands out at each point of the texture."""

from typing import Final

import torch
from torch import Tensor, nn

from storyface_assets.lib.deca.codes import N_DETAIL, Codes

#: What moves the wrinkles: jaw pose 3, then expression 50.
N_MOTION: Final = 53
#: Side of the displacement map.
MAP_SIZE: Final = 256
#: The most that it displaces, in the head model's unit (FLAME: metres).
MOST: Final = 0.01
_FIRST, _SIDE = 128, 8
#: Channels after each doubling of the side, 16 … 256.
_WIDTHS: Final = (128, 64, 64, 32, 16)
#: The release passes ``0.8`` as the norms' second argument, which is eps; its weights know it so.
_EPS: Final = 0.8


class DetailDecoder(nn.Module):
    """Takes ``(B, 53 + 128)`` (see :func:`decoder_input`), returns ``(B, 1, 256, 256)``."""

    def __init__(self) -> None:
        super().__init__()
        self.l1 = nn.Sequential(nn.Linear(N_MOTION + N_DETAIL, _FIRST * _SIDE**2))
        layers: list[nn.Module] = [nn.BatchNorm2d(_FIRST)]
        inputs = _FIRST
        for width in _WIDTHS:
            layers += [
                nn.Upsample(scale_factor=2, mode="bilinear"),
                nn.Conv2d(inputs, width, 3, padding=1),
                nn.BatchNorm2d(width, eps=_EPS),
                nn.LeakyReLU(0.2),
            ]
            inputs = width
        layers += [nn.Conv2d(inputs, 1, 3, padding=1), nn.Tanh()]
        self.conv_blocks = nn.Sequential(*layers)

    def forward(self, given: Tensor) -> Tensor:
        """Displacement along the normal, −``MOST`` to ``MOST``; see the class."""
        displacement: Tensor = self.conv_blocks(self.l1(given).view(-1, _FIRST, _SIDE, _SIDE))
        return MOST * displacement


def decoder_input(codes: Codes, detail: Tensor) -> Tensor:
    """What the decoder takes: jaw, expression, and the person's detail code ``(B, 128)``.

    With another expression's codes the same person's wrinkles move along (the paper's animation).
    """
    return torch.cat([codes.jaw, codes.expression, detail], 1)
