"""book.toml: every field there and back, every fault named."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.lib.books import Book, CharacterWish, EmotionOverride, FilmWish, VoiceWish
from storyface_assets.lib.books.book import BECOME, GEOMETRIES
from storyface_assets.lib.books.book_toml import book_toml, parse_book_toml
from storyface_assets.lib.errors import BadInput
from storyface_assets.vocabulary import TEXT_EMOTIONS

LINE = st.text(st.characters(categories=["L", "N", "P"]), min_size=3, max_size=30)
GOOD = """
title = "미운 아기 오리"
author = "안데르센"
licence = "CC0"
language = "ko"
[character]
portrait = "portrait.jpg"
consent = "김하나 (어머니)"
gender = "female"
age = 7
[voice]
engine = "espeak"
pitch = 60
rate = 150
[film]
width = 640
height = 360
fps = 24
seed = 3
[[emotions]]
sentence = 2
is = "행복"
"""


def read(text: str) -> Book:
    return parse_book_toml(text, "slug", "book.toml", "이야기")


def test_every_field_is_read():
    """A wish that is silently not followed."""
    assert read(GOOD) == Book(
        slug="slug",
        title="미운 아기 오리",
        author="안데르센",
        licence="CC0",
        language="ko",
        character=CharacterWish("portrait.jpg", "김하나 (어머니)", gender="female", age=7),
        voice=VoiceWish("espeak", 60, 150),
        film=FilmWish(640, 360, 24, 3),
        emotions=(EmotionOverride(2, "행복"),),
        story="이야기",
    )


def maybe(strategy):
    return st.none() | strategy


BOOKS = st.builds(
    Book,
    slug=st.just("slug"),
    title=LINE.map(lambda t: f"가{t}"),
    author=LINE,
    licence=LINE,
    language=st.just("ko"),
    character=st.builds(
        CharacterWish,
        portrait=st.just("p.png"),
        consent=LINE.map(lambda t: f"김하나 {t}"),
        gender=maybe(st.sampled_from(["female", "male"])),
        age=maybe(st.integers(1, 110)),
        become=maybe(st.sampled_from(BECOME)),
        geometry=st.sampled_from(GEOMETRIES),
    )
    | st.just(CharacterWish("p.webp", synthetic=True)),
    voice=st.builds(
        VoiceWish,
        maybe(st.sampled_from(["espeak", "gtts"])),
        maybe(st.integers(0, 100)),
        maybe(st.integers(80, 450)),
    ),
    film=st.builds(FilmWish, st.just(640), st.just(360), st.integers(10, 60), st.integers(0, 99)),
    emotions=st.lists(
        st.builds(EmotionOverride, st.integers(1, 99), st.sampled_from(TEXT_EMOTIONS)),
        unique_by=lambda o: o.sentence,
        max_size=3,
    ).map(lambda found: tuple(sorted(found, key=lambda o: o.sentence))),
    story=st.just("이야기"),
)


@given(BOOKS)
def test_round_trip(book):
    """A quote or backslash in a title that breaks the file it was written to."""

    def nfc(text):
        return None if text is None else unicodedata.normalize("NFC", text)

    back = read(book_toml(book))
    assert (back.title, back.author) == (nfc(book.title), nfc(book.author))
    assert back.character.consent == nfc(book.character.consent)
    assert back.character.become == book.character.become
    assert back.character.geometry == book.character.geometry
    assert (back.voice, back.film, back.emotions) == (book.voice, book.film, book.emotions)
    assert (back.character.age, back.character.gender, back.character.synthetic) == (
        book.character.age,
        book.character.gender,
        book.character.synthetic,
    )


@pytest.mark.parametrize(
    ("old", "new", "field", "says"),
    [
        ('title = "미운 아기 오리"', "", "title", "is missing"),
        ('title = "미운 아기 오리"', 'titel = "오리"', "title", "'titel' looks like it"),
        ("미운 아기 오리", "  ", "title", "is empty"),
        ("미운 아기 오리", "오" * 100, "title", "has 300 bytes"),
        ("미운 아기 오리", "../오리", "title", "looks like a path"),
        ('"미운 아기 오리"', "3", "title", "is a whole number"),
        ("author =", "auther =", "auther", "Did you mean 'author'"),
        ('"ko"', '"en"', "language", "is 'en'"),
        ("[character]", "[charakter]", "character.portrait", "is missing"),
        ("portrait.jpg", "../p.jpg", "character.portrait", "not a plain file name"),
        ("portrait.jpg", "/etc/p.jpg", "character.portrait", "not a plain file name"),
        ("portrait.jpg", "p.heic", "character.portrait", "is 'p.heic'"),
        ('consent = "김하나 (어머니)"', "", "character.consent", "is missing"),
        ('consent = "김하나 (어머니)"', "consent = true", "character.consent", "is true or false"),
        ("김하나 (어머니)", "네", "character.consent", "names nobody"),
        ('gender = "female"', "synthetic = true", "character.consent", "nobody is shown"),
        ("female", "femal", "character.gender", "Did you mean 'female'"),
        ("age = 7", 'become = "male"', "character.become", "is 'male'"),
        ("age = 7", 'geometry = "flame"', "character.geometry", "is 'flame'"),
        ("age = 7", "age = 0", "character.age", "is 0"),
        ("age = 7", "age = true", "character.age", "is true or false"),
        ("age = 7", "age = 7.5", "character.age", "is float"),
        ("age = 7", "agee = 7", "character.agee", "Did you mean 'age'"),
        ('"espeak"', '"espaek"', "voice.engine", "Did you mean 'espeak'"),
        ("age = 7", 'hair_style = "bobb"', "character.hair_style", "Did you mean 'bob'"),
        ("age = 7", 'hair_colour = "blonde"', "character.hair_colour", "Did you mean 'blond'"),
        ("pitch = 60", "pitch = 101", "voice.pitch", "is 101"),
        ("rate = 150", 'rate = "fast"', "voice.rate", "is a text"),
        ("width = 640", "width = 641", "film.width", "is 641"),
        ("fps = 24", "fps = 0", "film.fps", "is 0"),
        ("행복", "행복해", "emotions[1].is", "Did you mean '행복'"),
        ("sentence = 2", "sentence = 0", "emotions[1].sentence", "is 0"),
        ("sentence = 2", "", "emotions[1].sentence", "is missing"),
        ("[[emotions]]", "[emotions]", "emotions", "is not a list"),
        ("[voice]", "[[voice]]", "voice", "is list"),
        ('author = "안데르센"', 'author = "안\\n데르센"', "author", "line break"),
    ],
)
def test_each_fault_is_named(old, new, field, says):
    """A wrong field ignored, or a KeyError."""
    assert old in GOOD
    with pytest.raises(BadInput) as caught:
        read(GOOD.replace(old, new, 1))
    assert caught.value.field == field
    assert says in caught.value.problem
    assert caught.value.file == "book.toml"
    assert caught.value.mend


@given(st.text(max_size=80))
def test_any_text_is_refused_not_crashed_on(text):
    """An error without a file name."""
    with pytest.raises(BadInput):
        read(text)


@pytest.mark.parametrize("text", ["title = " + "9" * 9_000, "title = " + "[" * 9_000])
def test_numbers_and_nesting_without_end_are_refused(text):
    """Python's own limits are no TOMLDecodeError, and would stop the list of all books."""
    with pytest.raises(BadInput, match="is not TOML"):
        read(text)


def test_sentence_decided_twice_is_refused():
    """Which of two emotions wins would depend on their order."""
    twice = GOOD + '[[emotions]]\nsentence = 2\nis = "슬픔"\n'
    with pytest.raises(BadInput, match=r"emotions\[2\]\.sentence: 2 is there twice"):
        read(twice)
