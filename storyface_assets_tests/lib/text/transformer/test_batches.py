"""Filling up and sorting."""

from itertools import pairwise

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.lib.text.transformer.batches import (
    as_batch,
    by_length,
    of_like_length,
    of_like_size,
)
from storyface_assets.lib.text.transformer.rows import Row

CPU = torch.device("cpu")


def row(*pieces):
    whole = np.array([[0, len(pieces)]])
    return Row(np.array(pieces), np.ones(len(pieces), np.int64), whole, np.array([0]))


def test_what_fills_up_is_not_seen():
    """Fault: the network attends to filling, or not to the last piece."""
    batch = as_batch([row(5, 6, 7), row(8)], 9, CPU)
    assert batch.pieces.tolist() == [[5, 6, 7], [8, 9, 9]]
    assert batch.seen.tolist() == [[1, 1, 1], [1, 0, 0]]
    assert batch.marks.tolist() == [[1, 1, 1], [1, 0, 0]]
    assert batch.spans.tolist() == [[0, 0, 3], [1, 0, 1]]
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


@given(st.lists(st.integers(1, 120), max_size=200), st.integers(20, 400))
def test_batches_of_like_size_are_never_too_large_and_hold_each_row_once(lengths, pieces):
    """Fault: memory for one long row too many, or half of a step fills up."""
    rng = np.random.default_rng(0)
    sizes = np.array(lengths, int)
    batches = of_like_size(rng.permutation(len(sizes)), sizes, pieces, rng)
    assert sorted(i for batch in batches for i in batch) == list(range(len(sizes)))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * sizes[batch].max() <= pieces


def test_batches_of_like_size_are_filled_up_little():
    """Fault: short rows lie beside long ones, and a third of a step is filling."""
    rng = np.random.default_rng(0)
    lengths = rng.integers(5, 380, 3000)
    batches = of_like_size(rng.permutation(3000), lengths, 1536, rng)
    filled = sum(len(batch) * lengths[batch].max() for batch in batches)
    assert sum(lengths[batch].sum() for batch in batches) > 0.9 * filled
