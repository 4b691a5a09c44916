"""Running text as inputs."""

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from storyface_assets.lib.text.transformer.rows import Row
from storyface_assets.lib.text.transformer.tokens import Tokens


def rows_of_text(
    tokens: Tokens, texts: Sequence[str], groups: Sequence[str], max_len: int
) -> list[Row]:
    """Inputs ``[CLS] text [SEP]`` as full as can be; each answers for nothing but itself.

    Args:
        tokens: cuts texts into pieces.
        texts: sentences in order.
        groups: story (or poem, dialogue …) of each; an input is of one.
        max_len: pieces of an input at most.
    """
    pieces = tokens.pieces(texts)
    room = max_len - 2
    rows: list[Row] = []
    for _, some in groupby(range(len(texts)), lambda place: groups[place]):
        whole = np.concatenate([pieces[place] for place in some])
        for first in range(0, len(whole), room):
            own = np.concatenate([[tokens.cls], whole[first : first + room], [tokens.sep]])
            span = np.array([[0, len(own)]])
            rows.append(Row(own, np.zeros_like(own), span, np.array([len(rows)])))
    return rows
