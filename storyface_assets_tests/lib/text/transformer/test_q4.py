"""Blocks of 4 bits."""

import numpy as np
import torch

from storyface_assets.lib.text.transformer.q4 import Q4Embedding, dequantised
from storyface_assets_tests.lib.text.transformer.tiny_e5 import q4


def test_a_block_by_hand():
    """Fault: halves of a byte exchanged, neighbours for halves, or 8 not taken for nothing."""
    block = bytes([0x00, 0x38]) + bytes([0x08, 0x9F, *[0x88] * 14])  # scale 0.5
    told = dequantised(torch.tensor(list(block), dtype=torch.uint8)[None])
    expected = np.zeros(32)
    expected[[0, 1, 16, 17]] = 0, 3.5, -4, 0.5
    assert told.tolist() == expected.tolist()


def test_rounding_is_half_a_step_at_most():
    """Fault: blocks of another order than the weights."""
    matrix = np.random.default_rng(0).normal(size=(5, 96)).astype(np.float32)
    blocks = torch.frombuffer(bytearray(q4(matrix)), dtype=torch.uint8).reshape(5, 3, 18)
    told = dequantised(blocks).numpy()
    step = np.abs(matrix.reshape(5, 3, 32)).max(2).repeat(32, 1) / 8
    # The largest of the other sign is cut at 7 of 8 steps.
    assert (np.abs(told - matrix) <= 1.01 * step).all()
    assert (np.abs(told - matrix) <= 0.51 * step).mean() > 0.95


def test_the_table_is_no_part_of_what_is_saved():
    """Fault: 54 MB of somebody else's word vectors in every checkpoint."""
    table = Q4Embedding(torch.zeros(7, 2, 18, dtype=torch.uint8))
    assert not table.state_dict() and not list(table.parameters())
    assert table(torch.zeros(3, 4, dtype=torch.int64)).shape == (3, 4, 64)
