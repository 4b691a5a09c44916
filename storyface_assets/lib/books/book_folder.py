"""A book's folder: ``book.toml``, ``story.txt`` and the portrait."""

from dataclasses import asdict, dataclass
from pathlib import Path

from storyface_assets.lib.books.book import Book
from storyface_assets.lib.books.book_toml import parse_book_toml
from storyface_assets.lib.books.slug import is_slug, slugify
from storyface_assets.lib.books.story_file import parse_story
from storyface_assets.lib.books.story_text import decode_text, read_story_text
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store import content_hash

BOOK_NAME = "book.toml"
STORY_NAME = "story.txt"
MAX_TOML_BYTES = 200_000


def read_book(folder: Path) -> Book:
    """Read and check a book's folder (the photo's pixels are looked at later, when it is fitted).

    Raises:
        BadInput: the folder's name is no slug; a file is missing, empty or not text; a field of
            book.toml is missing, unknown or wrong.
    """
    if not is_slug(folder.name):
        mend = f"Rename the folder, for example to {slugify(folder.name)!r}."
        raise BadInput(folder, "", "has a name that is not small letters, digits and '-'.", mend)
    toml, story = folder / BOOK_NAME, folder / STORY_NAME
    if not toml.is_file():
        mend = "Add the book with 'storyface add', which writes it."
        raise BadInput(toml, "", "is missing, so this is not a book.", mend)
    if toml.stat().st_size > MAX_TOML_BYTES:
        raise BadInput(toml, "", "is too large.", "Put the story into story.txt.")
    text = parse_story(read_story_text(story), story).text
    book = parse_book_toml(decode_text(toml.read_bytes(), toml), folder.name, toml, text)
    portrait = folder / book.character.portrait
    if not portrait.is_file():
        mend = f"Put the photo there, or correct character.portrait in {BOOK_NAME}."
        raise BadInput(portrait, "", "is missing.", mend)
    if not portrait.stat().st_size:
        raise BadInput(portrait, "", "is empty (0 bytes).", "Copy the photo again.")
    return book


@dataclass(frozen=True)
class Shelf:
    """All books of a folder.

    Attributes:
        books: the good ones by slug.
        refused: why each of the others was refused, by folder name.
    """

    books: dict[str, Book]
    refused: dict[str, BadInput]


def list_books(books_dir: Path) -> Shelf:
    """Read every book; one that is bad never stops the others.

    Folders whose name starts with a dot are left out: a book being added is built in one.
    """
    shelf = Shelf({}, {})
    if not books_dir.is_dir():
        return shelf
    for folder in sorted(books_dir.iterdir()):
        if folder.name.startswith(".") or not folder.is_dir():
            continue
        try:
            shelf.books[folder.name] = read_book(folder)
        except BadInput as error:
            shelf.refused[folder.name] = error
        except OSError as error:
            problem = f"cannot be read ({error.strerror or error})."
            shelf.refused[folder.name] = BadInput(folder, "", problem, "Allow reading its files.")
    return shelf


@dataclass(frozen=True)
class BookParts:
    """A hash of each part of a book, so that a change of one leaves the others' work alone.

    Attributes:
        story: the text.
        emotions: the sentences whose emotion is decided.
        portrait: the photo's bytes.
        character: the wishes for the face.
        voice: the wishes for the voice.
        film: the film's format, title, author and licence.
    """

    story: str
    emotions: str
    portrait: str
    character: str
    voice: str
    film: str


def book_parts(folder: Path) -> BookParts:
    """Fingerprint of each part of a book.

    Raises:
        BadInput: the book is refused by :func:`read_book`.
    """
    book = read_book(folder)
    shown = {"title": book.title, "author": book.author, "licence": book.licence}
    return BookParts(
        story=content_hash([book.language, book.story]),
        emotions=content_hash([asdict(override) for override in book.emotions]),
        portrait=content_hash(folder / book.character.portrait),
        character=content_hash(asdict(book.character)),
        voice=content_hash(asdict(book.voice)),
        film=content_hash({**asdict(book.film), **shown}),
    )
