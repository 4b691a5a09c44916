"""Which split a sentence lies in, and what leaves a split because another has it nearly."""

import hashlib
from typing import Final

import pandas as pd

from storyface_assets.lib.text.near_duplicates import nearly_among

COPY: Final = "equal copy"
NEARLY_IN: Final = {"validation": "nearly in validation", "test": "nearly in test"}
#: Shares of train and validation where the publisher names no split; the rest is test.
_SHARES: Final = (0.8, 0.1)


def drawn_split(group: str) -> str:
    """The split of a group of a corpus that has none: a hash of its name, 80, 10 and 10 %."""
    drawn = int.from_bytes(hashlib.sha256(group.encode()).digest()[:7]) / 2**56
    if drawn < _SHARES[0]:
        return "train"
    return "validation" if drawn < sum(_SHARES) else "test"


def without_repeats(table: pd.DataFrame) -> pd.DataFrame:
    """Take out equal copies, and what another split has nearly.

    A sentence of validation that is nearly in test leaves validation; one of train that is nearly
    in validation or test leaves train. So a figure on test is on sentences that nobody learnt.

    Args:
        table: ``text``, ``emotion``, ``corpus``, ``split``, ``group``, ``kept`` and ``reason``.

    Returns:
        The same rows; those taken out have ``kept`` false and the reason.
    """
    table = table.copy()
    kept = table[table["kept"]]
    columns = ["corpus", "split", "group", "text", "emotion"]
    _take_out(table, kept.index[kept.duplicated(columns)], COPY)
    for split, others in (("validation", ["test"]), ("train", ["test", "validation"])):
        for other in others:
            mine = table[table["kept"] & (table["split"] == split)]
            theirs = table[table["kept"] & (table["split"] == other)]
            near = nearly_among(mine["text"].tolist(), theirs["text"].unique().tolist())
            _take_out(table, mine.index[near], NEARLY_IN[other])
    return table


def _take_out(table: pd.DataFrame, rows: pd.Index, reason: str) -> None:
    table.loc[rows, "kept"] = False
    table.loc[rows, "reason"] = reason
