"""books/book: the manuscript, read and checked."""

from dagster import AssetExecutionContext, MaterializeResult

from storyface_assets.assets.books.sources import MANUSCRIPT
from storyface_assets.assets.declare import book_asset
from storyface_assets.lib.books import read_book, save_manuscript
from storyface_assets.lib.store import Folder
from storyface_assets.resources.installation import Installation


@book_asset(kinds={"file"}, code_version="1", deps=[MANUSCRIPT])
def book(context: AssetExecutionContext, installation: Installation) -> MaterializeResult[Folder]:
    """The manuscript (book.toml and story.txt), read, checked and kept as it was rendered.

    A book that a person has to mend fails here, with the file, the field and the mend.
    """
    manuscript = read_book(installation.book_folder(context.partition_key))
    kept = Folder.scratch()
    save_manuscript(manuscript, kept.path)
    return MaterializeResult(
        value=kept,
        metadata={
            "title": manuscript.title,
            "author": manuscript.author,
            "licence": manuscript.licence,
            "language": manuscript.language,
            "characters": len(manuscript.story),
            "photo": "synthetic" if manuscript.character.synthetic else "of a person, with consent",
        },
    )
