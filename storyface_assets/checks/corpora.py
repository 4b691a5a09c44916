"""Checks of the general sentences: nothing leaks, and what was dropped in could be read."""

from typing import Final

import pandas as pd

from storyface_assets.checks.factories import Verdict, dataset_check
from storyface_assets.lib.text.corpora.report import faulty_rows
from storyface_assets.lib.text.corpora.row import BROKEN_FILE
from storyface_assets.lib.text.near_duplicates import nearly_among
from storyface_assets.resources.installation import Installation
from storyface_assets.vocabulary import TEXT_EMOTIONS

#: Share of a corpus's rows that may be bad before its file is taken for broken.
MAX_BAD: Final = 0.1
#: Sentences of train, from all over, that are compared with all of test.
_COMPARED: Final = 2_000


def sentences_do_not_cross(table: pd.DataFrame, installation: Installation) -> Verdict:
    """No dialogue, poem or sentence is in two splits, and nothing of train is nearly in test."""
    kept = table[table["kept"]]
    torn = int((kept.groupby("group")["split"].nunique() > 1).sum())
    train = kept.loc[kept["split"] == "train", "text"]
    some = train.iloc[:: max(1, len(train) // _COMPARED)].tolist()
    test = kept.loc[kept["split"] == "test", "text"].unique().tolist()
    near = int(nearly_among(some, test).sum())
    text = f"{len(kept)} sentences, {torn} groups in two splits, {near} of {len(some)} near test"
    return Verdict(not torn and not near, text, {"torn": torn, "near": near})


def sentences_have_a_class(table: pd.DataFrame, installation: Installation) -> Verdict:
    """Every sentence that is kept has one of the six emotions and a text."""
    kept = table[table["kept"]]
    bad = int((~kept["emotion"].isin(TEXT_EMOTIONS) | (kept["text"] == "")).sum())
    return Verdict(not bad, f"{bad} of {len(kept)} sentences have no text or class")


def corpora_can_be_read(table: pd.DataFrame, installation: Installation) -> Verdict:
    """No file is broken, and at most a tenth of a corpus's rows is bad."""
    faulty = faulty_rows(table)
    broken = faulty.loc[faulty["reason"] == BROKEN_FILE]
    shares = faulty.groupby("corpus").size() / table.groupby("corpus").size()
    told = [f"{row.corpus}/{row.place} is broken" for row in broken.itertuples()]
    told += [f"{share:.1%} of {c} is bad" for c, share in shares.items() if share > MAX_BAD]
    text = "; ".join(told[:5]) or f"{len(faulty)} of {len(table)} rows are bad"
    mend = " Its metadata says what to do." if told else ""
    return Verdict(not told, text + "." + mend, {"bad": len(faulty), "rows": len(table)})


CORPORA_CHECKS = [
    dataset_check("general_sentences", sentences_do_not_cross, blocking=True),
    dataset_check("general_sentences", sentences_have_a_class, blocking=True),
    dataset_check("general_sentences", corpora_can_be_read, blocking=False),
]
