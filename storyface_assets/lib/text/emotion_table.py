"""The emotions of a story as a table: what the model reads, and what a person decided."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from storyface_assets.lib.books.book import EmotionOverride
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.sentences import Sentence
from storyface_assets.vocabulary import EXPRESSION_OF_EMOTION, TEXT_EMOTIONS

#: A decided emotion counts as at least this strong: a person saw a reason to name it.
OVERRIDE_INTENSITY = 0.8


def emotion_table(
    sentences: Sequence[Sentence],
    probabilities: Any,
    intensity: Any,
    overrides: Sequence[EmotionOverride] = (),
) -> pd.DataFrame:
    """One row a sentence.

    Args:
        sentences: n of them.
        probabilities: ``(n, 6)`` in the order of ``TEXT_EMOTIONS``.
        intensity: ``(n,)`` 0–1.
        overrides: sentences whose emotion is decided, counted from 1.

    Returns:
        Columns ``index, text, paragraph, page, is_dialogue``; ``emotion`` (the decided one, else
        the likeliest); one per emotion (the model's probability, whoever decided); ``intensity``;
        ``expression`` (of ``FACE_EXPRESSIONS``); ``override``.

    Raises:
        BadInput: an override of a sentence that the story does not have.
    """
    table = pd.DataFrame(
        {
            name: [getattr(sentence, name) for sentence in sentences]
            for name in ("index", "text", "paragraph", "page", "is_dialogue")
        }
    )
    table["emotion"] = [TEXT_EMOTIONS[best] for best in probabilities.argmax(1)]
    for column, name in enumerate(TEXT_EMOTIONS):
        table[name] = probabilities[:, column]
    table["intensity"] = intensity
    table["override"] = False
    for override in overrides:
        row = override.sentence - 1
        if row >= len(table):
            raise BadInput(
                "book.toml",
                "emotions.sentence",
                f"is {override.sentence}, but the story has {len(table)} sentences.",
                "See the numbers with 'storyface read', counted from 1.",
            )
        table.loc[row, ["emotion", "override"]] = [override.is_, True]
        table.loc[row, "intensity"] = max(table.loc[row, "intensity"], OVERRIDE_INTENSITY)
    table["expression"] = table["emotion"].map(dict(EXPRESSION_OF_EMOTION))
    return table
