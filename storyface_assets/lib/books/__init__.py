"""Books on disk: titles, stories, wishes, and the folder that holds them."""

from storyface_assets.lib.books.adding import AddedBook, add_book, remove_book, write_book
from storyface_assets.lib.books.book import (
    Book,
    CharacterWish,
    EmotionOverride,
    FilmWish,
    VoiceWish,
)
from storyface_assets.lib.books.book_folder import (
    BookParts,
    Shelf,
    book_parts,
    list_books,
    read_book,
)
from storyface_assets.lib.books.credits import Credits
from storyface_assets.lib.books.kept_fields import load_fields, save_fields
from storyface_assets.lib.books.slug import is_slug, require_slug, slugify
from storyface_assets.lib.books.story_file import StoryFile, parse_story_file
from storyface_assets.lib.books.story_text import read_story_text

__all__ = [
    "AddedBook",
    "Book",
    "BookParts",
    "CharacterWish",
    "Credits",
    "EmotionOverride",
    "FilmWish",
    "Shelf",
    "StoryFile",
    "VoiceWish",
    "add_book",
    "book_parts",
    "is_slug",
    "list_books",
    "load_fields",
    "parse_story_file",
    "read_book",
    "read_story_text",
    "remove_book",
    "require_slug",
    "save_fields",
    "slugify",
    "write_book",
]
