"""The files a person writes, as observed sources: their data version is what the files say.

Three of them, so that a new photo leaves the text's work alone, and the text the photo's.
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

STORY = book_key("story")
WISHES = book_key("wishes")
PHOTO = book_key("photo")
DATA_VERSION = "dagster/data_version"

_FILES = {
    STORY: ("story.txt", "The text, as a person wrote it."),
    WISHES: ("book.toml", "Title, rights, and wishes for face, voice and film."),
    PHOTO: ("the portrait", "The front photo of the character."),
}
_SPECS = [
    AssetSpec(
        key,
        description=f"{what} In data/books/<slug>: {file}.",
        group_name="books",
        owners=list(OWNERS),
        kinds={"image"} if key == PHOTO else {"file"},
        code_version="1",
    )
    for key, (file, what) in _FILES.items()
]


def observations(folder: Path) -> Iterator[AssetObservation]:
    """What a book's three sources say now.

    Args:
        folder: the book's folder.

    Raises:
        BadInput: the book is refused; a person has to mend it.
    """
    wishes = asdict(book_parts(folder))
    versions = {PHOTO: wishes.pop("portrait"), STORY: wishes.pop("story")}
    for key, version in (versions | {WISHES: content_hash(wishes)}).items():
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
