"""What the README tells people to type and write is what the program takes."""

import re

from storyface_assets.lib.books import slugify
from storyface_assets.lib.books.book_toml import parse_book_toml
from storyface_assets_tests.tiny_books import REPOSITORY

README = (REPOSITORY / "README.md").read_text("utf-8")


def test_the_book_toml_of_the_readme_is_accepted():
    # A field that was renamed in the code only: a person who copies the example is refused.
    [example] = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    book = parse_book_toml('title = "가"\n' + example, "ga", "README.md")
    assert book.emotions and book.voice.rate and book.character.hair_style


def test_the_added_book_is_the_one_that_is_rendered():
    [title] = re.findall(r'storyface add .*--title "([^"]+)"', README)
    assert f"storyface render {slugify(title)}\n" in README
