"""Refusals: texts that no Korean film can be made of, each with what to do about it."""

import re
import unicodedata
from pathlib import Path

from storyface_assets.lib.errors import BadInput

#: About three hours of film; a picture book has 10 to 60 sentences, a chapter book 1,500.
MAX_SENTENCES = 2_000
#: Checked before anything is analysed, so that a wrong file is refused at once.
MAX_CHARS = 400_000
#: Share of the letters that must be hangul. Names and single words may be in other scripts.
MIN_HANGUL_SHARE = 0.5

_FIELD = "story"
_HANGUL = re.compile("[가-힣]")
_ALLOWED_CONTROLS = "\n\r\t\f\v\x85"


def refuse_too_many(count: int, file: str | Path) -> None:
    """Refuse a story of more than MAX_SENTENCES sentences.

    Raises:
        BadInput: with the count.
    """
    if count > MAX_SENTENCES:
        raise BadInput(
            file,
            _FIELD,
            f"has {count:,} sentences; a film may have {MAX_SENTENCES:,} (about three hours).",
            "Split it into several books, for example one for each chapter.",
        )


def _refuse_broken_characters(text: str, file: str | Path) -> None:
    for place, char in enumerate(text):
        if unicodedata.category(char) in ("Cc", "Cs") and char not in _ALLOWED_CONTROLS:
            line = text.count("\n", 0, place) + 1
            raise BadInput(
                file,
                f"line {line}",
                f"has the control character U+{ord(char):04X}, so it is probably not a text file.",
                "Save the story as plain text (UTF-8).",
            )
    if "\ufffd" in text:
        line = text.count("\n", 0, text.index("\ufffd")) + 1
        raise BadInput(
            file,
            f"line {line}",
            "has characters that were lost when the file was saved (�).",
            "Save the story again as UTF-8 from the program it was written in.",
        )


def refuse_unreadable(text: str, file: str | Path) -> None:
    """Refuse a text that cannot be read as a Korean story.

    Refused: no text; control characters (NUL …) or lost characters; no Korean syllables, or most
    letters in another script; more than MAX_CHARS characters. The number of sentences is refused
    after cutting, by ``refuse_too_many``.

    Args:
        text: the story.
        file: named in the error.

    Raises:
        BadInput: with the file, the place and the mend.
    """
    if len(text) > MAX_CHARS:
        raise BadInput(
            file,
            _FIELD,
            f"has {len(text):,} characters; a book may have {MAX_CHARS:,}.",
            "Split it into several books, for example one for each chapter.",
        )
    _refuse_broken_characters(text, file)
    text = unicodedata.normalize("NFC", text)
    if not text.strip():
        raise BadInput(file, _FIELD, "is empty.", "Write the story's text into it.")
    letters = sum(char.isalpha() for char in text)
    hangul = len(_HANGUL.findall(text))
    if not letters:
        raise BadInput(
            file, _FIELD, "has no words in it.", "Write the story's text into it, in Korean."
        )
    if hangul < MIN_HANGUL_SHARE * letters:
        raise BadInput(
            file,
            _FIELD,
            f"is not Korean: {hangul} of its {letters} letters are hangul syllables.",
            "Give a story written in Korean.",
        )
