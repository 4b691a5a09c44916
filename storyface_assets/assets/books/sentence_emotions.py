"""books/sentence_emotions: the emotion of every sentence."""

import pandas as pd
from dagster import AssetExecutionContext, MaterializeResult

from storyface_assets.assets.declare import book_asset, model_key
from storyface_assets.lib.books import load_fields
from storyface_assets.lib.progress import Stopwatch
from storyface_assets.lib.store import Folder
from storyface_assets.lib.text import Sentence
from storyface_assets.lib.text.emotion_table import emotion_table
from storyface_assets.lib.text.overrides import apply_overrides
from storyface_assets.previews.emotions import emotion_bar, sentence_table
from storyface_assets.previews.pictures import picture_row
from storyface_assets.resources.installation import Installation
from storyface_assets.vocabulary import TEXT_EMOTIONS

_COLUMNS = {
    "text": "sentence",
    "emotion": "emotion",
    "intensity": "intensity",
    "expression": "face",
    "override": "by hand",
}


@book_asset(
    inputs=["book", "sentences"],
    deps=[model_key("text_emotion_champion")],
    kinds={"table", "numpy"},
    code_version="1",
)
def sentence_emotions(
    context: AssetExecutionContext,
    installation: Installation,
    book: Folder,
    sentences: pd.DataFrame,
) -> MaterializeResult[pd.DataFrame]:
    """Emotion, six probabilities, intensity and face expression of every sentence.

    What the model reads; where book.toml names an emotion for a sentence, that one counts and
    the row says so.
    """
    watch = Stopwatch()
    rows = [Sentence(*row) for row in sentences.itertuples(index=False)]
    overrides = load_fields(book.path, context.partition_key).emotions
    reading = apply_overrides(installation.emotion_reader().read(rows), overrides)
    table = emotion_table(rows, reading)
    return MaterializeResult(
        value=table,
        metadata={
            "bar": picture_row([(" · ".join(TEXT_EMOTIONS), emotion_bar(table))]),
            "counts": table["emotion"].value_counts().to_dict(),
            "mean confidence": round(float(table[list(TEXT_EMOTIONS)].max(axis=1).mean()), 3),
            "seconds of work": watch.seconds(),
            "overrides": int(table["override"].sum()),
            "preview": sentence_table(table, _COLUMNS),
        },
    )
