"""What came of the corpora, as small tables for the UI."""

from typing import Final

import pandas as pd

from storyface_assets.lib.text.corpora.merge import MERGE, SILENT
from storyface_assets.lib.text.corpora.row import FAULTS
from storyface_assets.lib.text.corpora.splits import NEARLY_IN
from storyface_assets.vocabulary import TEXT_EMOTIONS

SPLITS: Final = ("train", "validation", "test")


def class_counts(table: pd.DataFrame) -> pd.DataFrame:
    """Sentences that are kept: a row a corpus and split, a column a class, and ``all``."""
    kept = table[table["kept"]]
    sizes = kept.groupby(["corpus", "split", "emotion"]).size().unstack(fill_value=0)
    wanted = [(c, s) for c in kept["corpus"].unique() for s in SPLITS]
    counts = sizes.reindex(columns=list(TEXT_EMOTIONS), fill_value=0)
    counts = counts.reindex([pair for pair in wanted if pair in counts.index])
    return counts.assign(all=counts.sum(axis=1)).reset_index()


def overlap_counts(table: pd.DataFrame) -> pd.DataFrame:
    """How many sentences of each corpus left their split, being nearly in another."""
    near = table[table["reason"].isin(NEARLY_IN.values())]
    return near.groupby(["corpus", "reason"]).size().rename("sentences").reset_index()


def reason_counts(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of each corpus that are not used, by reason, the most frequent first."""
    out = table[~table["kept"]]
    counts = out.groupby(["corpus", "reason"]).size().rename("rows").reset_index()
    return counts.sort_values(["corpus", "rows"], ascending=[True, False])


def faulty_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Rows that cannot be read, with their place; rows that a rule of ours leaves out are none."""
    return table.loc[table["reason"].isin(FAULTS), ["corpus", "place", "reason", "label", "text"]]


def merge_table() -> pd.DataFrame:
    """Which labels of the publishers make each class."""
    rows = [(emotion, ", ".join(labels)) for emotion, labels in MERGE.items()]
    return pd.DataFrame([*rows, ("(no say)", ", ".join(SILENT))], columns=["class", "labels"])
