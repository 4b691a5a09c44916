"""Adding books: all is checked first; a folder appears whole or not at all."""

import errno
from pathlib import Path

import pytest

from storyface_assets.lib.books import (
    CharacterWish,
    EmotionOverride,
    FilmWish,
    VoiceWish,
    add_book,
    adding,
    list_books,
    read_book,
    remove_book,
)
from storyface_assets.lib.errors import BadInput

CONSENT = "김하나 (어머니)"


@pytest.fixture
def books(tmp_path: Path) -> Path:
    return tmp_path / "books"


def whole(books: Path) -> list[str]:
    """Names in the books' folder, the lock aside."""
    return sorted(p.name for p in books.iterdir() if p.name != ".lock") if books.exists() else []


def test_book_is_added_with_title_and_credits_of_the_story(books, story, portrait):
    """Rights and title typed again, or lost."""
    added = add_book(books, story, portrait, consent=CONSENT)
    book = read_book(added.folder)
    assert added.folder == books / "jageun-gom"
    assert (book.title, book.author, book.licence) == ("작은 곰", "김하나", "CC0")
    assert book.character == CharacterWish("portrait.jpg", CONSENT)
    assert book.story == "옛날에 작은 곰이 살았어요. 곰은 날마다 꿀을 찾았어요."
    assert (added.folder / "portrait.jpg").read_bytes() == portrait.read_bytes()
    assert whole(books) == ["jageun-gom"]


def test_wishes_are_kept(books, story, portrait):
    """A wish of the command line that never reaches book.toml."""
    added = add_book(
        books,
        story,
        portrait,
        "다른 제목",
        synthetic=True,
        author="이둘",
        licence="CC BY",
        character=CharacterWish("ignored", gender="male", age=70),
        voice=VoiceWish(pitch=40),
        film=FilmWish(fps=24),
    )
    book = read_book(added.folder)
    assert (book.title, book.author, book.licence) == ("다른 제목", "이둘", "CC BY")
    assert book.character == CharacterWish("portrait.jpg", synthetic=True, gender="male", age=70)
    assert (book.voice, book.film) == (VoiceWish(pitch=40), FilmWish(fps=24))


def test_same_title_twice_is_refused_then_replaced_on_request(books, story, portrait):
    """The first book overwritten by a second of its name."""
    add_book(books, story, portrait, consent=CONSENT)
    before = (books / "jageun-gom" / "story.txt").read_bytes()
    story.write_text("새 이야기예요.", "utf-8")
    with pytest.raises(BadInput, match=r"is there already .* --replace"):
        add_book(books, story, portrait, "작은 곰", consent=CONSENT)
    assert (books / "jageun-gom" / "story.txt").read_bytes() == before
    add_book(books, story, portrait, "작은 곰", consent=CONSENT, replace_book=True)
    assert read_book(books / "jageun-gom").story == "새 이야기예요."
    assert whole(books) == ["jageun-gom"]


HAND_MADE = """
[voice]
pitch = 40

[film]
fps = 24

[[emotions]]
sentence = 2
is = "행복"
"""


@pytest.mark.parametrize("same_text", [True, False])
def test_replacing_a_book_keeps_what_a_person_decided_in_it(books, story, portrait, same_text):
    """A new photo that throws the editor's voice, format and emotions away."""
    folder = add_book(books, story, portrait, consent=CONSENT).folder
    with (folder / "book.toml").open("a", encoding="utf-8") as toml:
        toml.write(HAND_MADE)
    if not same_text:
        story.write_text("# 작은 곰\n\n새 이야기예요. 곰이 웃었어요.", "utf-8")
    added = add_book(books, story, portrait, consent=CONSENT, replace_book=True)
    book = read_book(folder)
    assert (book.voice, book.film) == (VoiceWish(pitch=40), FilmWish(fps=24))
    # Sentence 2 of another text is another sentence.
    assert book.emotions == ((EmotionOverride(2, "행복"),) if same_text else ())
    assert any("emotions" in warning for warning in added.warnings) is not same_text


def test_a_broken_book_can_be_replaced(books, story, portrait):
    """A book.toml with a typing error that blocks its own replacement."""
    folder = add_book(books, story, portrait, consent=CONSENT).folder
    (folder / "book.toml").write_text("title = ", "utf-8")
    add_book(books, story, portrait, consent=CONSENT, replace_book=True)
    assert read_book(folder).title == "작은 곰"


def test_a_removed_book_leaves_nothing_and_no_other_goes(books, story, portrait):
    """A photo whose consent was withdrawn that stays in a hidden folder."""
    add_book(books, story, portrait, consent=CONSENT)
    add_book(books, story, portrait, "다른 곰", consent=CONSENT)
    assert remove_book(books, "jageun-gom")
    assert whole(books) == ["dareun-gom"]
    assert not remove_book(books, "jageun-gom")


@pytest.mark.parametrize("slug", ["..", "../books", ".", "", "a/b", "/etc"])
def test_an_unsafe_name_removes_nothing(books, story, portrait, slug):
    """``storyface remove ..`` that deletes the data folder."""
    add_book(books, story, portrait, consent=CONSENT)
    with pytest.raises(BadInput, match="not a safe name"):
        remove_book(books, slug)
    assert whole(books) == ["jageun-gom"]


def test_same_title_in_a_folder_of_another_name_is_refused(books, story, portrait):
    """A renamed folder hides that the book is there."""
    add_book(books, story, portrait, consent=CONSENT).folder.rename(books / "bear")
    with pytest.raises(BadInput, match="as well"):
        add_book(books, story, portrait, consent=CONSENT)


@pytest.mark.parametrize("title", ["../up", "/etc/passwd", "C:\\x", "가" * 100, "", "!!", "a\nb"])
def test_bad_titles_write_nothing(books, story, portrait, title):
    """A folder made outside the books, or a name no disk can hold (255 bytes)."""
    with pytest.raises(BadInput) as caught:
        add_book(books, story, portrait, title, consent=CONSENT)
    assert caught.value.field == "title"
    assert whole(books) == []
    assert not (books.parent / "up").exists()


@pytest.mark.parametrize("consent", [None, "", "예"])
def test_photo_without_consent_is_refused(books, story, portrait, consent):
    """A film of a person nobody asked."""
    with pytest.raises(BadInput) as caught:
        add_book(books, story, portrait, consent=consent)
    assert caught.value.field == "character.consent"
    assert whole(books) == []


STORIES = {
    "empty": b"",
    "white": b" \n\n ",
    "english": b"Once upon a time there was a bear who lived in the wood.",
    "nul": "곰이\0살았어요.".encode(),
    "many": "곰이 살았어요.\n\n".encode() * 10_000,
}


@pytest.mark.parametrize("name", STORIES)
def test_bad_stories_write_nothing(books, story, portrait, name):
    """A book that every run will fail on."""
    story.write_bytes(STORIES[name])
    with pytest.raises(BadInput) as caught:
        add_book(books, story, portrait, "곰", consent=CONSENT)
    assert str(story) in str(caught.value)
    assert whole(books) == []


def test_bad_photo_writes_nothing(books, story, portrait):
    """The story copied, then the photo refused."""
    portrait.write_text("not a photo")
    with pytest.raises(BadInput, match="is a text file"):
        add_book(books, story, portrait, consent=CONSENT)
    with pytest.raises(BadInput, match="does not exist"):
        add_book(books, story, portrait.with_name("none.jpg"), consent=CONSENT)
    assert whole(books) == []


@pytest.mark.parametrize("replacing", [False, True])
@pytest.mark.parametrize("step", ["copy_durably", "write_durably", "fsync_folder"])
def test_full_disk_leaves_the_books_as_they_were(
    books, story, portrait, monkeypatch, step, replacing
):
    """Half a book that the sensor finds."""
    if replacing:
        add_book(books, story, portrait, consent=CONSENT)
    before = whole(books)

    def fail(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(adding, step, fail)
        with pytest.raises(OSError, match="No space left"):
            add_book(books, story, portrait, consent=CONSENT, replace_book=replacing)
    if step != "fsync_folder":
        assert whole(books) == before
    assert not [name for name in whole(books) if name.startswith(".new-")]
    assert not list_books(books).refused


def test_writer_killed_between_the_renames_is_recovered(books, story, portrait):
    """``kill -9`` after the old book was moved aside and before the new one was in place."""
    folder = add_book(books, story, portrait, consent=CONSENT).folder
    folder.rename(books / ".old-jageun-gom")
    (books / ".new-12345678").mkdir()
    add_book(books, story, portrait, "다른 곰", consent=CONSENT)
    assert whole(books) == ["dareun-gom", "jageun-gom"]
    assert read_book(folder).title == "작은 곰"
