"""A book as the store keeps it: checked, with every field spelt one way."""

from pathlib import Path

from storyface_assets.lib.books.book import Book
from storyface_assets.lib.books.book_toml import book_toml, parse_book_toml
from storyface_assets.lib.errors import BadInput


def save_manuscript(book: Book, folder: Path) -> None:
    """Write ``book.toml`` and ``story.txt``; comments and order of the original are not kept."""
    (folder / "book.toml").write_text(book_toml(book), "utf-8")
    (folder / "story.txt").write_text(book.story, "utf-8")


def load_manuscript(folder: Path, slug: str) -> Book:
    """Read what :func:`save_manuscript` wrote.

    Raises:
        BadInput: a file is missing or broken.
    """
    try:
        text, story = ((folder / n).read_text("utf-8") for n in ("book.toml", "story.txt"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            folder, "", f"is not a saved manuscript ({error}).", "Materialize it again."
        ) from error
    return parse_book_toml(text, slug, folder / "book.toml", story)
