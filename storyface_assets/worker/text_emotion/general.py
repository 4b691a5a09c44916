"""General corpora that a training compares with."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.corpora import CORPORA, read_corpora
from storyface_assets.vocabulary import TEXT_EMOTIONS

#: Evenly drawn from all; enough for a comparison in a few minutes.
MAX_SENTENCES: Final = 20_000


@dataclass(frozen=True)
class General:
    """Sentences of general corpora.

    Attributes:
        texts: n sentences.
        classes: ``(n,)`` int, an index into TEXT_EMOTIONS.
        sizes: how many of them each corpus gave, by its title.
    """

    texts: list[str]
    classes: np.ndarray
    sizes: Mapping[str, int]


def learnt_from(folder: Path) -> pd.DataFrame:
    """What is learnt from of general corpora (of KOTE often only the validation part can be had).

    Returns:
        Rows of ``corpora.read.COLUMNS`` in the training and validation parts.

    Raises:
        BadInput: there is no such sentence.
    """
    found = read_corpora(folder)
    rows = found.table[found.table["split"].isin(["train", "validation"])]
    if rows.empty:
        problem = f"has no corpus in it that can be read ({'; '.join(found.faults) or 'no files'})."
        raise BadInput(folder, "--corpora", problem, "See data/raw/README.md.")
    return rows


def read_general(folder: Path) -> General:
    """What :func:`learnt_from` gives, thinned.

    Raises:
        BadInput: see there.
    """
    rows = learnt_from(folder)
    rows = rows.iloc[:: -(-len(rows) // MAX_SENTENCES)]
    sizes = {corpus.title: int((rows["corpus"] == corpus.name).sum()) for corpus in CORPORA}
    return General(
        rows["text"].tolist(),
        rows["emotion"].map(TEXT_EMOTIONS.index).to_numpy(int),
        {title: size for title, size in sizes.items() if size},
    )
