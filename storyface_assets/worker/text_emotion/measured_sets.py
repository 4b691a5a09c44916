"""What text models are measured on: the test stories, and the test parts of general corpora."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.corpora import CORPORA, read_corpora
from storyface_assets.lib.text.labelled_stories import LabelledSentences
from storyface_assets.vocabulary import TEXT_EMOTIONS

STORIES: Final = "test stories"


@dataclass(frozen=True)
class MeasuredSet:
    """Labelled sentences that no candidate learnt from.

    Attributes:
        title: as the table shows it.
        data: sentences; those of a general corpus stand alone, each as a story of its own.
        groups: of each sentence, which intervals draw together.
    """

    title: str
    data: LabelledSentences
    groups: list[str]


def general_test_sets(folder: Path, most: int) -> list[MeasuredSet]:
    """Test parts of the general corpora in a folder, merged to the six emotions.

    Args:
        folder: see :func:`~storyface_assets.lib.text.corpora.read_corpora`.
        most: sentences of each, evenly drawn.

    Raises:
        BadInput: there is no such sentence.
    """
    found = read_corpora(folder)
    rows = found.table[found.table["split"] == "test"]
    if rows.empty:
        problem = f"has no test part that can be read ({'; '.join(found.faults) or 'no files'})."
        raise BadInput(folder, "--corpora", problem, "See data/raw/README.md.")
    sets: list[MeasuredSet] = []
    for corpus in CORPORA:
        mine = rows[rows["corpus"] == corpus.name]
        if mine.empty:
            continue
        some = mine.iloc[np.unique(np.linspace(0, len(mine) - 1, min(most, len(mine))).astype(int))]
        emotions = some["emotion"].map(TEXT_EMOTIONS.index).to_numpy(int)
        alone = [f"{corpus.name} {number}" for number in range(len(some))]
        data = LabelledSentences(alone, some["text"].tolist(), emotions, np.zeros(len(some)))
        sets.append(MeasuredSet(f"{corpus.title} test", data, some["group"].tolist()))
    return sets


def joined(parts: list[LabelledSentences]) -> LabelledSentences:
    """Sentences of several sets, one after the other."""
    return LabelledSentences(
        [story for part in parts for story in part.stories],
        [text for part in parts for text in part.texts],
        np.concatenate([part.emotions for part in parts]),
        np.concatenate([part.intensities for part in parts]),
    )
