"""Weights in 4 bits: blocks of 32 with a scale of their own (ggml's Q4_0)."""

from typing import Final

import torch
from torch import Tensor, nn

#: Weights of a block.
BLOCK: Final = 32
#: Bytes of a block: its scale in half precision, then two weights a byte.
BLOCK_BYTES: Final = 18


def dequantised(blocks: Tensor) -> Tensor:
    """Weights of blocks.

    Byte j holds weight j in its lower half and weight j + 16 in its upper one; 8 is nothing.

    Args:
        blocks: ``(..., n, 18)`` uint8, little-endian.

    Returns:
        ``(..., 32 n)`` float32.
    """
    scales = blocks[..., :2].contiguous().view(torch.float16).float()
    packed = blocks[..., 2:]
    numbers = torch.cat([packed & 15, packed >> 4], dim=-1).float() - 8
    return (numbers * scales).flatten(-2)


class Q4Embedding(nn.Module):
    """A table of word vectors that stays in 4 bits; only the rows asked for are computed.

    It neither learns nor is it part of a ``state_dict``: whoever saves a network saves what it
    learnt, and the table is there wherever its file is.

    Args:
        blocks: ``(pieces, n, 18)`` uint8.
    """

    def __init__(self, blocks: Tensor) -> None:
        super().__init__()
        self.blocks: Tensor
        self.register_buffer("blocks", blocks, persistent=False)

    def forward(self, pieces: Tensor) -> Tensor:
        """Vectors ``(..., 32 n)`` float32 of pieces ``(...)`` int64."""
        return dequantised(self.blocks[pieces])
