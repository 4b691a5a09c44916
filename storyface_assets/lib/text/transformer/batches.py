"""Rows of different lengths as tensors, with as little filling as can be."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor

from storyface_assets.lib.text.transformer.rows import Row

#: Batches whose rows are ordered by length together: enough to fill up little, few enough that a
#: row meets others in every epoch.
_TOGETHER: Final = 50


@dataclass(frozen=True)
class Batch:
    """Inputs of an encoder.

    Attributes:
        pieces: ``(B, L)`` int64.
        marks: ``(B, L)`` int64, segment of each piece.
        seen: ``(B, L)`` int64, 0 on what only fills up.
        spans: ``(n, 3)`` int64: input, first piece and the one after the last of each sentence that
            is read, in the order of the inputs.
    """

    pieces: Tensor
    marks: Tensor
    seen: Tensor
    spans: Tensor


def as_batch(
    rows: Sequence[Row], pad: int, device: torch.device, length: int | None = None
) -> Batch:
    """Rows side by side.

    Args:
        rows: one at least.
        pad: number of the piece that fills up.
        device: of the tensors.
        length: to fill up to; ``None`` for the longest of these rows.
    """
    lengths = np.array([len(row) for row in rows])
    shape = (len(rows), max(length or 0, int(lengths.max())))
    pieces, marks = np.full(shape, pad, np.int64), np.zeros(shape, np.int64)
    for place, row in enumerate(rows):
        pieces[place, : len(row)], marks[place, : len(row)] = row.pieces, row.marks
    seen = (np.arange(shape[1]) < lengths[:, None]).astype(np.int64)
    spans = np.concatenate(
        [np.insert(row.spans.astype(np.int64), 0, place, axis=1) for place, row in enumerate(rows)]
    )
    return Batch(*(torch.from_numpy(array).to(device) for array in (pieces, marks, seen, spans)))


def by_length(lengths: Sequence[int], size: int) -> list[np.ndarray]:
    """Numbers of the rows of each batch, rows of like length together, the longest first.

    The longest first: what does not fit in memory fails at once, not at the end.

    Args:
        lengths: of the rows.
        size: rows of a batch at most.
    """
    order = np.argsort(-np.asarray(lengths, int), kind="stable")
    return [order[first : first + size] for first in range(0, len(order), size)]


def of_like_length(
    order: np.ndarray, lengths: np.ndarray, size: int, rng: np.random.Generator
) -> np.ndarray:
    """Full batches of rows of like length, in an order by chance.

    Args:
        order: ``(n,)`` numbers of rows, shuffled.
        lengths: of all rows.
        size: rows of a batch.
        rng: shuffles the batches.

    Returns:
        ``(n // size, size)`` numbers of rows, each at most once.
    """
    full = order[: len(order) // size * size]
    made = []
    for first in range(0, len(full), size * _TOGETHER):
        some = full[first : first + size * _TOGETHER]
        made.append(some[np.argsort(lengths[some], kind="stable")].reshape(-1, size))
    batches = np.concatenate(made) if made else np.zeros((0, size), np.int64)
    return batches[rng.permutation(len(batches))]


def of_like_size(
    order: np.ndarray, lengths: np.ndarray, pieces: int, rng: np.random.Generator
) -> list[np.ndarray]:
    """Batches of rows of like length, each of about so many pieces, in an order by chance.

    Args:
        order: ``(n,)`` numbers of rows, shuffled.
        lengths: of all rows.
        pieces: of a batch at most, with what fills up; a longer row is a batch by itself.
        rng: shuffles the batches.

    Returns:
        Numbers of the rows of each batch, each row once.
    """
    made: list[np.ndarray] = []
    together = max(int(pieces * _TOGETHER / max(lengths.mean(), 1)), 1) if len(lengths) else 1
    for first in range(0, len(order), together):
        some = order[first : first + together]
        some = some[np.argsort(lengths[some], kind="stable")]
        begin = 0
        for stop in range(1, len(some) + 1):
            if stop == len(some) or lengths[some[stop]] * (stop + 1 - begin) > pieces:
                made.append(some[begin:stop])
                begin = stop
    return [made[i] for i in rng.permutation(len(made))]
