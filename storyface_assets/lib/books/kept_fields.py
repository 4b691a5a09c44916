"""A book's fields as the store keeps them: checked, each spelt one way, without the text."""

from pathlib import Path

from storyface_assets.lib.books.book import Book
from storyface_assets.lib.books.book_folder import BOOK_NAME
from storyface_assets.lib.books.book_toml import book_toml, parse_book_toml
from storyface_assets.lib.errors import BadInput


def save_fields(book: Book, folder: Path) -> None:
    """Write ``book.toml``; comments and order of the original are not kept, nor is the story."""
    (folder / BOOK_NAME).write_text(book_toml(book), "utf-8")


def load_fields(folder: Path, slug: str) -> Book:
    """Read what :func:`save_fields` wrote; ``story`` is empty.

    Raises:
        BadInput: the file is missing or broken.
    """
    try:
        text = (folder / BOOK_NAME).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            folder, "", f"holds no book's fields ({error}).", "Materialize it again."
        ) from error
    return parse_book_toml(text, slug, folder / BOOK_NAME)
