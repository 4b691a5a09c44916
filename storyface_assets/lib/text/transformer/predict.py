"""What a network says of many rows, quickly, in the order in which they came."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from torch import nn

from storyface_assets.lib.text.transformer.batches import as_batch, by_length
from storyface_assets.lib.text.transformer.rows import Row
from storyface_assets.vocabulary import TEXT_EMOTIONS

#: Rows at once. On a CPU more of them bring nothing but filling.
_AT_ONCE: Final = {"cpu": 16, "cuda": 256}


def predict(
    network: nn.Module,
    rows: Sequence[Row],
    pad: int,
    at_once: int | None = None,
    length: int | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Scores ``(n, 6)`` and intensities ``(n,)`` float32 of all sentences, in their order.

    Rows of like length are read together, so that little is filled up.

    Args:
        network: an ``EmotionNetwork`` on any device, or one that answers like it.
        rows: the inputs; each sentence is answered for by one of them.
        pad: number of the piece that fills up.
        at_once: rows of a batch; ``None`` for what suits the device.
        length: that every row is filled up to; ``None`` for the longest of its batch.
    """
    device = next(network.parameters()).device
    count = sum(len(row.answers) for row in rows)
    scores = np.zeros((count, len(TEXT_EMOTIONS)), np.float32)
    intensity = np.zeros(count, np.float32)
    network.eval()
    size = at_once or _AT_ONCE.get(device.type, 64)
    with torch.inference_mode():
        for places in by_length([len(row) for row in rows], size):
            some = [rows[i] for i in places]
            told = network(as_batch(some, pad, device, length))
            answers = np.concatenate([row.answers for row in some])
            scores[answers] = told.scores.float().cpu().numpy()
            intensity[answers] = told.intensity.float().cpu().numpy()
    return scores, intensity
