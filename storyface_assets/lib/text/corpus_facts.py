"""What is in a corpus of labelled stories: counts, and how well its labellers agree."""

import numpy as np
import pandas as pd

from storyface_assets.lib.measures import cohens_kappa
from storyface_assets.lib.text.labelled_stories import LabelledSentences
from storyface_assets.lib.text.story_corpus import StoryCorpus, mould_of
from storyface_assets.vocabulary import TEXT_EMOTIONS


def corpus_counts(corpus: StoryCorpus) -> pd.DataFrame:
    """A row a part and mould: ``part``, ``mould``, ``stories``, ``sentences``, the six classes."""
    parts = {"train": corpus.train, "test": corpus.test, "left out": corpus.left_out}
    rows = []
    for part, data in parts.items():
        moulds = np.array([mould_of(story) for story in data.stories])
        for mould in sorted(set(moulds.tolist())):
            here = np.flatnonzero(moulds == mould)
            counts = np.bincount(data.emotions[here], minlength=len(TEXT_EMOTIONS))
            rows.append(
                {
                    "part": part,
                    "mould": mould,
                    "stories": len({data.stories[i] for i in here}),
                    "sentences": len(here),
                    **dict(zip(TEXT_EMOTIONS, counts.tolist(), strict=True)),
                }
            )
    return pd.DataFrame(rows)


def labellers_kappa(data: LabelledSentences) -> float:
    """Cohen's kappa of the two labellers; NaN where the table does not tell what they said."""
    if not len(data.labellers):
        return float("nan")
    return cohens_kappa(data.labellers[:, 0], data.labellers[:, 1], len(TEXT_EMOTIONS))
