"""Book folders: read, listed, fingerprinted."""

from dataclasses import asdict
from pathlib import Path

import pytest

from storyface_assets.lib.books import add_book, book_parts, list_books, read_book
from storyface_assets.lib.errors import BadInput


@pytest.fixture
def book(tmp_path: Path, story: Path, portrait: Path) -> Path:
    return add_book(tmp_path / "books", story, portrait, "작은 곰", consent="김하나").folder


def test_one_bad_book_never_stops_the_others(book, story, portrait):
    """A typing error in one book.toml that empties the whole catalogue."""
    books = book.parent
    for title in ("둘", "셋", "넷"):
        add_book(books, story, portrait, title, consent="김하나")
    (books / "dul" / "book.toml").write_text("title = ")
    (books / "set" / "portrait.jpg").unlink()
    (books / "A Book").mkdir()
    (books / ".hidden").mkdir()
    (books / "notes.txt").write_text("x")
    shelf = list_books(books)
    assert list(shelf.books) == ["jageun-gom", "net"]
    assert {name: type(e) for name, e in shelf.refused.items()} == {
        "A Book": BadInput,
        "dul": BadInput,
        "set": BadInput,
    }
    assert "not TOML" in shelf.refused["dul"].problem
    assert "a-book" in shelf.refused["A Book"].mend
    assert list_books(books / "none").books == {}


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("book.toml", None, "is missing"),
        ("story.txt", None, "does not exist"),
        ("story.txt", b" ", "is empty"),
        ("story.txt", b"a\0b", "control character"),
        ("portrait.jpg", None, "is missing"),
        ("portrait.jpg", b"", "0 bytes"),
        ("book.toml", b"\xff\xfe\xff", "book.toml"),
        ("book.toml", b"#" * 300_000, "too large"),
    ],
)
def test_each_broken_file_is_named(book, name, data, says):
    """FileNotFoundError from the middle of a run."""
    (book / name).unlink()
    if data is not None:
        (book / name).write_bytes(data)
    with pytest.raises(BadInput) as caught:
        read_book(book)
    assert name in caught.value.file
    assert says in str(caught.value)


def test_files_saved_by_windows_are_read(book):
    """Notepad's BOM before the first field; CP949 for the story."""
    toml, story = book / "book.toml", book / "story.txt"
    toml.write_bytes(b"\xef\xbb\xbf" + toml.read_bytes().replace(b"\n", b"\r\n"))
    text = story.read_text("utf-8")
    story.write_bytes(text.encode("cp949"))
    again = read_book(book)
    assert (again.title, again.story) == ("작은 곰", text.strip())


def change_story(book: Path) -> None:
    (book / "story.txt").write_text("다른 이야기예요.", "utf-8")


def change_portrait(book: Path) -> None:
    with (book / "portrait.jpg").open("ab") as stream:
        stream.write(b"\0")


def change_film(book: Path) -> None:
    with (book / "book.toml").open("a") as stream:
        stream.write("\n[film]\nfps = 24\n")


def change_voice(book: Path) -> None:
    with (book / "book.toml").open("a") as stream:
        stream.write("\n[voice]\nrate = 120\n")


def change_emotions(book: Path) -> None:
    with (book / "book.toml").open("a", encoding="utf-8") as stream:
        stream.write('\n[[emotions]]\nsentence = 1\nis = "슬픔"\n')


def change_character(book: Path) -> None:
    toml = book / "book.toml"
    toml.write_text(toml.read_text("utf-8").replace("consent =", "age = 9\nconsent ="), "utf-8")


def change_title(book: Path) -> None:
    toml = book / "book.toml"
    toml.write_text(toml.read_text("utf-8").replace("작은 곰", "큰 곰"), "utf-8")


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (change_story, "story"),
        (change_portrait, "portrait"),
        (change_film, "film"),
        (change_title, "film"),
        (change_voice, "voice"),
        (change_emotions, "emotions"),
        (change_character, "character"),
    ],
)
def test_change_of_one_part_leaves_the_others(book, change, part):
    """A corrected comma that fits the photo anew."""
    before = asdict(book_parts(book))
    change(book)
    after = asdict(book_parts(book))
    assert {name for name in before if before[name] != after[name]} == {part}


def test_formatting_of_the_toml_changes_no_part(book):
    """A comment in book.toml that renders the film again."""
    before = book_parts(book)
    toml = book / "book.toml"
    toml.write_text("# mine\n" + toml.read_text("utf-8").replace(" = ", "="), "utf-8")
    assert book_parts(book) == before
