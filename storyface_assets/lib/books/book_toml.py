"""``book.toml`` ⇄ :class:`Book`: every field checked, every fault named."""

import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import tomlkit

from storyface_assets.lib.books.book import (
    BECOME,
    ENGINES,
    GENDERS,
    GEOMETRIES,
    LANGUAGES,
    LICENCE_UNSTATED,
    Become,
    Book,
    CharacterWish,
    EmotionOverride,
    Engine,
    FilmWish,
    Gender,
    Geometry,
    VoiceWish,
)
from storyface_assets.lib.books.fields import Fields
from storyface_assets.lib.books.title import check_title
from storyface_assets.lib.errors import BadInput
from storyface_assets.vocabulary import TEXT_EMOTIONS

PHOTO_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
_NO_ONE = (
    "yes",
    "y",
    "ok",
    "true",
    "consent",
    "agreed",
    "예",
    "네",
    "동의",
    "동의함",
    "동의합니다",
)
_CONSENT_MEND = (
    "Name the person (or guardian) who agreed to this use of the photo; "
    "for a rendered face set synthetic = true instead."
)


def parse_book_toml(text: str, slug: str, file: str | Path, story: str = "") -> Book:
    """A book from the text of its ``book.toml``.

    Args:
        text: the TOML.
        slug: name of the book's folder.
        file: the file, for errors.
        story: the story's text, passed on to the book.

    Raises:
        BadInput: not TOML, or a field that is missing, unknown or wrong; the field is named.
    """
    try:
        top = Fields(file, tomllib.loads(text))
    except (ValueError, RecursionError) as error:  # also a number or a nesting without end
        mend = 'Write each field as  name = "text"  under its [table].'
        raise BadInput(file, "", f"is not TOML: {error}.", mend) from error
    title = top.text("title", required='Write the story\'s title, like  title = "미운 아기 오리".')
    book = Book(
        slug=slug,
        title=check_title(title, file),
        author=top.text("author"),
        licence=top.text("licence", default=LICENCE_UNSTATED),
        language=top.choice("language", LANGUAGES) or LANGUAGES[0],
        character=_character(top.table("character")),
        voice=_voice(top.table("voice")),
        film=_film(top.table("film")),
        emotions=_emotions(top.tables("emotions")),
        story=story,
    )
    top.finish()
    return book


def book_toml(book: Book) -> str:
    """The text of a book's ``book.toml``; fields that are at their default are left out."""
    document = tomlkit.document()
    for name in ("title", "author", "licence", "language"):
        if getattr(book, name):
            document[name] = getattr(book, name)
    for name, part, default in (
        ("character", book.character, CharacterWish("")),
        ("voice", book.voice, VoiceWish()),
        ("film", book.film, FilmWish()),
    ):
        usual = asdict(default)
        said = {k: v for k, v in asdict(part).items() if v != usual[k]}
        if said:
            document[name] = _table(said)
    if book.emotions:
        rows = tomlkit.aot()
        for override in book.emotions:
            rows.append(_table({"sentence": override.sentence, "is": override.is_}))
        document["emotions"] = rows
    return tomlkit.dumps(document)


def _table(values: dict[str, Any]) -> Any:
    table = tomlkit.table()
    table.update(values)
    return table


def _character(fields: Fields) -> CharacterWish:
    portrait = fields.text(
        "portrait", required='Name the photo in this folder, like  portrait = "portrait.jpg".'
    )
    if "/" in portrait or "\\" in portrait or portrait.startswith("."):
        problem = f"is {portrait!r}, not a plain file name."
        raise fields.refuse("portrait", problem, "Put the photo into the book's folder.")
    if not portrait.lower().endswith(PHOTO_SUFFIXES):
        mend = f"Use a photo whose name ends in {', '.join(PHOTO_SUFFIXES)}."
        raise fields.refuse("portrait", f"is {portrait!r}.", mend)
    synthetic = fields.flag("synthetic")
    consent = fields.text("consent") or None
    if not synthetic and consent is None:
        raise fields.refuse("consent", "is missing.", _CONSENT_MEND)
    if synthetic and consent is not None:
        problem = "names a person, but synthetic = true says that nobody is shown."
        raise fields.refuse("consent", problem, "Keep the one that is true.")
    if consent is not None and (len(consent) < 2 or consent.casefold().rstrip(".!") in _NO_ONE):
        raise fields.refuse("consent", f"is {consent!r}, which names nobody.", _CONSENT_MEND)
    wish = CharacterWish(
        portrait=portrait,
        consent=consent,
        synthetic=synthetic,
        hair_style=fields.choice("hair_style", _hair_styles),
        hair_colour=fields.choice("hair_colour", _hair_colours),
        gender=cast(Gender | None, fields.choice("gender", GENDERS)),
        age=fields.integer("age", 1, 110),
        become=cast(Become | None, fields.choice("become", BECOME)),
        geometry=cast(Geometry, fields.choice("geometry", GEOMETRIES) or GEOMETRIES[0]),
    )
    fields.finish()
    return wish


# Imported late: hair brings the mesh code, which a list of books does not need.
def _hair_styles() -> tuple[str, ...]:
    from storyface_assets.lib.hair import STYLES

    return tuple(STYLES)


def _hair_colours() -> tuple[str, ...]:
    from storyface_assets.lib.hair import HAIR_COLOURS

    return tuple(HAIR_COLOURS)


def _voice(fields: Fields) -> VoiceWish:
    wish = VoiceWish(
        engine=cast(Engine | None, fields.choice("engine", ENGINES)),
        pitch=fields.integer("pitch", 0, 100),
        rate=fields.integer("rate", 80, 450),
    )
    fields.finish()
    return wish


def _film(fields: Fields) -> FilmWish:
    usual = FilmWish()
    wished = {
        "width": fields.integer("width", 320, 3840, even=True),
        "height": fields.integer("height", 240, 2160, even=True),
        "fps": fields.integer("fps", 10, 60),
        "seed": fields.integer("seed", 0, 2**31 - 1),
    }
    fields.finish()
    return FilmWish(**{k: getattr(usual, k) if v is None else v for k, v in wished.items()})


def _emotions(rows: list[Fields]) -> tuple[EmotionOverride, ...]:
    overrides: dict[int, EmotionOverride] = {}
    for fields in rows:
        sentence = fields.integer("sentence", 1, 10_000)
        is_ = fields.choice("is", TEXT_EMOTIONS)
        fields.finish()
        if sentence is None:
            mend = "Write the sentence's number, counted from 1."
            raise fields.refuse("sentence", "is missing.", mend)
        if is_ is None:
            mend = f"Write one of: {', '.join(TEXT_EMOTIONS)}."
            raise fields.refuse("is", "is missing.", mend)
        if sentence in overrides:
            raise fields.refuse("sentence", f"{sentence} is there twice.", "Keep one of the two.")
        overrides[sentence] = EmotionOverride(sentence, is_)
    return tuple(overrides[number] for number in sorted(overrides))
