"""books/sentences: the story cut into sentences."""

from dataclasses import asdict

import pandas as pd
from dagster import AssetExecutionContext, MaterializeResult

from storyface_assets.assets.declare import book_asset
from storyface_assets.lib.books import load_manuscript
from storyface_assets.lib.store import Folder
from storyface_assets.lib.text import read_story
from storyface_assets.previews.emotions import sentence_table

_COLUMNS = {"index": "#", "page": "page", "paragraph": "paragraph", "text": "sentence"}


@book_asset(inputs=["book"], kinds={"table", "pandas"}, code_version="1")
def sentences(context: AssetExecutionContext, book: Folder) -> MaterializeResult[pd.DataFrame]:
    """The story's sentences, one row each, with paragraph, page and whether it is dialogue.

    Quotes stay whole and an interjection stays with the sentence it belongs to.
    """
    slug = context.partition_key
    story = read_story(load_manuscript(book.path, slug).story, f"{slug}/story.txt")
    table = pd.DataFrame([asdict(sentence) for sentence in story.sentences])
    return MaterializeResult(
        value=table,
        metadata={
            "sentences": len(table),
            "pages": int(table["page"].nunique()),
            "dialogue": int(table["is_dialogue"].sum()),
            "warnings": list(story.warnings),
            "preview": sentence_table(table, _COLUMNS),
        },
    )
