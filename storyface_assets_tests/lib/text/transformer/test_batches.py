"""Filling up and sorting."""

from itertools import pairwise

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.lib.text.transformer.batches import as_batch, by_length
from storyface_assets.lib.text.transformer.encoding import Row

CPU = torch.device("cpu")


def row(*pieces):
    return Row(np.array(pieces), np.ones(len(pieces), np.int64))


def test_what_fills_up_is_not_seen():
    """Fault: the network attends to filling, or not to the last piece."""
    batch = as_batch([row(5, 6, 7), row(8)], 9, CPU)
    assert batch.pieces.tolist() == [[5, 6, 7], [8, 9, 9]]
    assert batch.seen.tolist() == [[1, 1, 1], [1, 0, 0]]
    assert batch.marks.tolist() == [[1, 1, 1], [1, 0, 0]]
    assert as_batch([row(5)], 9, CPU, length=4).pieces.tolist() == [[5, 9, 9, 9]]


@given(st.lists(st.integers(1, 200), max_size=60), st.integers(1, 9))
def test_every_row_is_in_one_batch_beside_its_like(lengths, size):
    """Fault: a row is lost or read twice; or a short row lies in a batch of longer ones."""
    batches = by_length(lengths, size)
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    assert all(0 < len(batch) <= size for batch in batches)

    for longer, shorter in pairwise(batches):
        assert min(lengths[i] for i in longer) >= max(lengths[i] for i in shorter)
