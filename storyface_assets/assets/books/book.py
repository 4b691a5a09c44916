"""books/book: title, rights and wishes, read and checked."""

from dagster import AssetExecutionContext, MaterializeResult

from storyface_assets.assets.books.sources import WISHES
from storyface_assets.assets.declare import book_asset
from storyface_assets.lib.books import read_book, save_fields
from storyface_assets.lib.store import Folder
from storyface_assets.resources.installation import Installation


@book_asset(kinds={"file"}, code_version="1", deps=[WISHES])
def book(context: AssetExecutionContext, installation: Installation) -> MaterializeResult[Folder]:
    """Title, rights, and the wishes for face, voice and film: book.toml, read and checked.

    A book that a person has to mend fails here, with the file, the field and the mend. The text
    is left out (sentences has it), so that a new word in it makes nothing of the face again.
    """
    found = read_book(installation.book_folder(context.partition_key))
    kept = Folder.scratch()
    save_fields(found, kept.path)
    return MaterializeResult(
        value=kept,
        metadata={
            "title": found.title,
            "author": found.author or "not stated",
            "licence": found.licence,
            "language": found.language,
            "photo": "rendered" if found.character.synthetic else "of a person who consented",
            "film": f"{found.film.width}×{found.film.height}, {found.film.fps} frames a second",
        },
    )
