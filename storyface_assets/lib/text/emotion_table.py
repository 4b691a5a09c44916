"""The emotions of a story as a table."""

from collections.abc import Sequence

import pandas as pd

from storyface_assets.lib.text.emotion_reader import EmotionReading
from storyface_assets.lib.text.sentences import Sentence
from storyface_assets.vocabulary import EXPRESSION_OF_EMOTION, TEXT_EMOTIONS

_OF_SENTENCE = ("index", "text", "paragraph", "page", "is_dialogue")


def emotion_table(sentences: Sequence[Sentence], reading: EmotionReading) -> pd.DataFrame:
    """One row a sentence.

    Args:
        sentences: n of them.
        reading: their emotions, with what a person decided.

    Returns:
        Columns ``index, text, paragraph, page, is_dialogue``; ``emotion``; one per emotion (the
        model's probability, whoever decided); ``intensity`` 0-1; ``override``: a person decided;
        ``expression`` (of ``FACE_EXPRESSIONS``).
    """
    columns = {name: [getattr(sentence, name) for sentence in sentences] for name in _OF_SENTENCE}
    table = pd.DataFrame(columns)
    table["emotion"] = reading.labels
    for column, name in enumerate(TEXT_EMOTIONS):
        table[name] = reading.probabilities[:, column]
    table["intensity"] = reading.intensity
    table["override"] = reading.overruled
    table["expression"] = table["emotion"].map(dict(EXPRESSION_OF_EMOTION))
    return table
