"""Filling up and sorting."""

from itertools import pairwise

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.lib.text.transformer.batches import as_batch, by_length, of_like_length
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


def test_batches_of_like_length_hold_each_row_once_in_another_order():
    """Fault: rows are lost or twice in an epoch, or short rows always come first."""
    rng = np.random.default_rng(0)
    lengths = rng.integers(5, 100, 1003)
    batches = of_like_length(rng.permutation(1003), lengths, 4, rng)
    assert batches.shape == (250, 4) and len(set(batches.ravel().tolist())) == 1000
    spread = np.ptp(lengths[batches], axis=1)
    assert spread.mean() < 0.2 * np.ptp(lengths[:1000].reshape(-1, 4), axis=1).mean()
    shortest = lengths[batches].max(1)
    assert abs(shortest[:125].mean() - shortest[125:].mean()) < 10
    assert of_like_length(np.arange(3), lengths, 4, rng).shape == (0, 4)
