"""Adds a book: everything is checked first, then its folder appears whole or not at all."""

import shutil
import unicodedata
import uuid
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock

from storyface_assets.lib.books.book import (
    LICENCE_UNSTATED,
    Book,
    CharacterWish,
    FilmWish,
    VoiceWish,
)
from storyface_assets.lib.books.book_folder import BOOK_NAME, STORY_NAME, list_books, read_book
from storyface_assets.lib.books.book_toml import book_toml, parse_book_toml
from storyface_assets.lib.books.slug import require_slug, slugify
from storyface_assets.lib.books.story_file import StoryFile, parse_story_file
from storyface_assets.lib.books.title import check_title
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.images import open_photo
from storyface_assets.lib.store.atomic import copy_durably, fsync_folder, write_durably
from storyface_assets.lib.text import read_story

_NEW, _OLD, _GONE = ".new-", ".old-", ".gone-"


@dataclass(frozen=True)
class AddedBook:
    """A book that was added.

    Attributes:
        folder: its folder; the name is the slug.
        warnings: what the person should know about the story or the photo.
    """

    folder: Path
    warnings: tuple[str, ...]


def add_book(
    books_dir: Path,
    story: Path,
    portrait: Path,
    title: str | None = None,
    *,
    consent: str | None = None,
    synthetic: bool = False,
    author: str | None = None,
    licence: str | None = None,
    character: CharacterWish | None = None,
    voice: VoiceWish | None = None,
    film: FilmWish | None = None,
    replace_book: bool = False,
) -> AddedBook:
    """Check a story and a photo, and make a book of them.

    Args:
        books_dir: folder of all books; made if missing.
        story: text or Markdown file, or a folder with one.
        portrait: front photo of one person.
        title: by default the story's own heading.
        consent: who agreed to the use of a real photo.
        synthetic: the portrait was rendered; nobody's consent is needed.
        author: by default as the story's credits say.
        licence: by default as the story's credits say.
        character: hair, gender and age wishes; its portrait and consent are set here.
        voice: wishes for the voice; by default those of the book that is replaced.
        film: the film's format; by default that of the book that is replaced.
        replace_book: replace a book of the same title. Its decided emotions are kept while the
            text is the same: they go by the sentences' numbers.

    Raises:
        BadInput: anything at all is wrong; nothing was written.
        OSError: cannot write; nothing was added.
    """
    found = parse_story_file(story)
    title = _title(title, found, story)
    warnings = read_story(found.text, story).warnings + open_photo(portrait).warnings
    name = f"portrait{_suffix(portrait)}"
    wish = character or CharacterWish(name)
    slug = slugify(title)
    old = _readable(books_dir / slug) if replace_book else None
    emotions = old.emotions if old else ()
    if old and emotions and old.story != found.text:
        emotions = ()
        warnings += ("The text is another, so the old book's decided emotions were left out.",)
    book = Book(
        slug=slug,
        title=title,
        author=found.credits.byline if author is None else author,
        licence=licence or found.credits.licence or LICENCE_UNSTATED,
        language="ko",
        character=replace(wish, portrait=name, consent=consent, synthetic=synthetic),
        voice=voice or (old.voice if old else VoiceWish()),
        film=film or (old.film if old else FilmWish()),
        emotions=emotions,
        story=found.text,
    )
    folder = write_book(books_dir, book, portrait, replace_book=replace_book)
    return AddedBook(folder, warnings)


def write_book(books_dir: Path, book: Book, portrait: Path, *, replace_book: bool = False) -> Path:
    """Write a book's folder, whole or not at all, and return it.

    Args:
        books_dir: folder of all books; made if missing.
        book: what to write; ``book.character.portrait`` is the photo's name there.
        portrait: the photo to copy.
        replace_book: replace a book of the same title.

    Raises:
        BadInput: a field is wrong, or there is a book of that title; nothing was written.
        OSError: cannot write; the books are as they were.
    """
    toml = book_toml(book)
    # What is written is what will be read, so the reader's own rules decide.
    parse_book_toml(toml, require_slug(book.slug, "slug"), BOOK_NAME)
    books_dir.mkdir(parents=True, exist_ok=True)
    folder = books_dir / book.slug
    with FileLock(books_dir / ".lock"):
        _recover(books_dir)
        if not replace_book:
            _refuse_same_title(books_dir, book)
        new = books_dir / f"{_NEW}{uuid.uuid4().hex[:8]}"
        new.mkdir()
        try:
            copy_durably(portrait, new / book.character.portrait)
            write_durably(new / STORY_NAME, f"{book.story.rstrip()}\n".encode())
            write_durably(new / BOOK_NAME, toml.encode())
            _put_in_place(new, folder)
        finally:
            shutil.rmtree(new, ignore_errors=True)
    return folder


def remove_book(books_dir: Path, slug: str) -> bool:
    """Delete a book's folder, whole or not at all, whether or not it can be read.

    Returns:
        Whether there was one.

    Raises:
        BadInput: ``slug`` is no slug, so it must not become a path.
        OSError: cannot delete it; the book is as it was, or out of sight.
    """
    folder = books_dir / require_slug(slug, "book")
    if not books_dir.is_dir():
        return False
    with FileLock(books_dir / ".lock"):
        _recover(books_dir)
        if folder.is_symlink():
            folder.unlink()
            return True
        if not folder.is_dir():
            return False
        gone = books_dir / f"{_GONE}{uuid.uuid4().hex[:8]}"
        folder.rename(gone)
        shutil.rmtree(gone)
    return True


def _put_in_place(new: Path, folder: Path) -> None:
    """Rename the new folder over the old one; :func:`_recover` mends a kill between the steps."""
    old = folder.with_name(f"{_OLD}{folder.name}")
    if folder.exists():
        folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    fsync_folder(folder.parent)
    shutil.rmtree(old, ignore_errors=True)


def _recover(books_dir: Path) -> None:
    """Finish what a killed writer left; call it with the lock held."""
    for path in list(books_dir.iterdir()):
        if path.name.startswith(_OLD) and path.is_dir():
            book = books_dir / path.name.removeprefix(_OLD)
            if book.exists():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.rename(book)
        elif path.name.startswith((_NEW, _GONE)) and path.is_dir():
            shutil.rmtree(path, ignore_errors=True)


def _readable(folder: Path) -> Book | None:
    """The book in a folder; ``None`` where there is none, or none that can be read."""
    try:
        return read_book(folder) if folder.is_dir() else None
    except (BadInput, OSError):
        return None


def _title(title: str | None, found: StoryFile, story: Path) -> str:
    if title is not None:
        return check_title(title, "the new book")
    if found.title is None:
        mend = "Give one with --title, or write  # title  on the story's first line."
        raise BadInput(story, "title", "is missing.", mend)
    return check_title(found.title, story)


def _suffix(portrait: Path) -> str:
    suffix = portrait.suffix.lower()
    return suffix if suffix in (".png", ".webp") else ".jpg"


def _refuse_same_title(books_dir: Path, book: Book) -> None:
    mend = "Choose another title, or replace that book with --replace."
    if (books_dir / book.slug).exists():
        where = books_dir / book.slug
        raise BadInput(where, "", f"is there already ({book.title!r} takes this name).", mend)
    title = unicodedata.normalize("NFC", book.title).casefold()
    for slug, other in list_books(books_dir).books.items():
        if other.title.casefold() == title:
            raise BadInput(books_dir / slug, "title", f"is {other.title!r} as well.", mend)
