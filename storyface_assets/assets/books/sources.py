"""The files a person writes, as observed sources: their data version is what the files say.

Two of them, so that a change of the text leaves everything made of the photo alone.
"""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from dagster import (
    AssetExecutionContext,
    AssetObservation,
    AssetSpec,
    multi_observable_source_asset,
)

from storyface_assets.assets.declare import book_key
from storyface_assets.lib.books import book_parts, list_books
from storyface_assets.lib.store import content_hash
from storyface_assets.partitions import BOOKS
from storyface_assets.resources.installation import Installation
from storyface_assets.vocabulary import OWNERS

MANUSCRIPT = book_key("manuscript")
PHOTO = book_key("photo")
DATA_VERSION = "dagster/data_version"

_SPECS = [
    AssetSpec(
        MANUSCRIPT,
        description="book.toml and story.txt in data/books/<slug>, as a person wrote them.",
        group_name="books",
        owners=list(OWNERS),
        kinds={"file"},
        code_version="1",
    ),
    AssetSpec(
        PHOTO,
        description="The front photo in data/books/<slug>.",
        group_name="books",
        owners=list(OWNERS),
        kinds={"file", "image"},
        code_version="1",
    ),
]


def observations(folder: Path) -> Iterator[AssetObservation]:
    """What a book's two sources say now.

    Args:
        folder: the book's folder.

    Raises:
        BadInput: the book is refused; a person has to mend it.
    """
    parts = asdict(book_parts(folder))
    photo = parts.pop("portrait")
    for key, version in ((MANUSCRIPT, content_hash(parts)), (PHOTO, photo)):
        yield AssetObservation(key, partition=folder.name, tags={DATA_VERSION: version})


@multi_observable_source_asset(specs=_SPECS, partitions_def=BOOKS, name="book_sources")
def book_sources(
    context: AssetExecutionContext, installation: Installation
) -> Iterator[AssetObservation]:
    """Look at the book folders and record the versions of what is in them."""
    asked = set(context.partition_keys) if context.has_partition_key else None
    shelf = list_books(installation.settings.books_dir)
    for slug, error in shelf.refused.items():
        context.log.warning(f"{slug}: {error}")
    for slug in shelf.books:
        if asked is None or slug in asked:
            yield from observations(installation.book_folder(slug))
