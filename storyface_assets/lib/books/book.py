"""A book: its story, its character, and what the person who added it wishes."""

from dataclasses import dataclass, field
from typing import Final, Literal

Engine = Literal["espeak", "gtts"]
Gender = Literal["female", "male"]
Geometry = Literal["auto", "deca", "fit"]
Become = Literal["female young", "male young", "female old", "male old"]

ENGINES: Final = ("espeak", "gtts")
GENDERS: Final = ("female", "male")
#: From a face to its head; see ``fit.geometry.find_head``.
GEOMETRIES: Final = ("auto", "deca", "fit")
BECOME: Final = ("female young", "male young", "female old", "male old")
LANGUAGES: Final = ("ko",)
#: Written for a book whose licence nobody stated.
LICENCE_UNSTATED: Final = "not stated"


@dataclass(frozen=True)
class CharacterWish:
    """Whose face tells the story, and how it should look.

    Attributes:
        portrait: file name of the photo in the book's folder.
        consent: who agreed to the use of a real photo; ``None`` only if ``synthetic``.
        synthetic: the portrait was rendered; no living person is shown.
        hair_style: a style of ``lib.hair``; ``None`` to go by the photo.
        hair_colour: a colour name of ``lib.hair``; ``None`` to go by the photo.
        gender: ``None`` to go by the photo.
        age: years; ``None`` to go by the photo.
        become: the character is the person of the photo as another gender or age; ``None`` for
            the person as they are.
        geometry: how the 3D head is found: by DECA's encoder, by fitting, or (``auto``) by the
            encoder and then fitting.
    """

    portrait: str
    consent: str | None = None
    synthetic: bool = False
    hair_style: str | None = None
    hair_colour: str | None = None
    gender: Gender | None = None
    age: int | None = None
    become: Become | None = None
    geometry: Geometry = "auto"


@dataclass(frozen=True)
class VoiceWish:
    """How the story is read aloud.

    Attributes:
        engine: ``None`` for the profile's own.
        pitch: 0–100, 50 = as suits the character; ``None`` is the same as 50.
        rate: words a minute, 80–450; ``None`` for what suits the character.
    """

    engine: Engine | None = None
    pitch: int | None = None
    rate: int | None = None


@dataclass(frozen=True)
class FilmWish:
    """The film's format.

    Attributes:
        width: pixels, even.
        height: pixels, even.
        fps: frames a second.
        seed: of blinks, glances and sway; the same seed gives the same film.
    """

    width: int = 1280
    height: int = 720
    fps: int = 30
    seed: int = 1


@dataclass(frozen=True)
class EmotionOverride:
    """A sentence whose emotion a person decided.

    Attributes:
        sentence: number of the sentence, counted from 1 as people do.
        is_: one of ``vocabulary.TEXT_EMOTIONS`` (``is`` in book.toml).
    """

    sentence: int
    is_: str


@dataclass(frozen=True)
class Book:
    """Everything in a book's folder but the photo's pixels.

    Attributes:
        slug: name of the folder and partition key.
        title: as people read it, NFC.
        author: who wrote it; empty if nobody said.
        licence: of the text, e.g. ``CC BY 4.0``.
        language: ``ko``.
        character: the face.
        voice: the voice.
        film: the film's format.
        emotions: sentences whose emotion is decided, by rising number.
        story: the text, NFC; an empty line parts paragraphs, a line ``---`` parts pages.
    """

    slug: str
    title: str
    author: str
    licence: str
    language: str
    character: CharacterWish
    voice: VoiceWish = field(default_factory=VoiceWish)
    film: FilmWish = field(default_factory=FilmWish)
    emotions: tuple[EmotionOverride, ...] = ()
    story: str = ""
