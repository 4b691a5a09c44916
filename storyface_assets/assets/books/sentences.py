"""books/sentences: the story cut into sentences."""

from dataclasses import asdict

import pandas as pd
from dagster import AssetExecutionContext, MaterializeResult

from storyface_assets.assets.books.sources import STORY
from storyface_assets.assets.declare import book_asset
from storyface_assets.lib.books import read_book
from storyface_assets.lib.progress import Stopwatch
from storyface_assets.lib.text import read_story
from storyface_assets.previews.emotions import sentence_table
from storyface_assets.resources.installation import Installation

_COLUMNS = {"page": "page", "paragraph": "paragraph", "text": "sentence"}


@book_asset(kinds={"table", "pandas"}, code_version="1", deps=[STORY])
def sentences(
    context: AssetExecutionContext, installation: Installation
) -> MaterializeResult[pd.DataFrame]:
    """The story's sentences, one row each, with paragraph, page and whether it is dialogue.

    Quotes stay whole and an interjection stays with the sentence it belongs to.
    """
    watch, folder = Stopwatch(), installation.book_folder(context.partition_key)
    story = read_story(read_book(folder).story, folder / "story.txt")
    table = pd.DataFrame([asdict(sentence) for sentence in story.sentences])
    return MaterializeResult(
        value=table,
        metadata={
            "sentences": len(table),
            "pages": int(table["page"].nunique()),
            "dialogue": int(table["is_dialogue"].sum()),
            "seconds of work": watch.seconds(),
            "warnings": list(story.warnings),
            "preview": sentence_table(table, _COLUMNS),
        },
    )
