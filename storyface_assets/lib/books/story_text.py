"""Bytes of a story → text: the encodings Korean files come in, brought to one form."""

import codecs
import re
import unicodedata
from pathlib import Path

from storyface_assets.lib.errors import BadInput

#: A novel has about one megabyte; more is not a story.
MAX_STORY_BYTES = 4_000_000

_SAVE_MEND = "Save the story again as plain text in UTF-8."
_KEPT_CONTROLS = "\n\t\f"
# Zero-width characters carry nothing to read aloud or to print (the joiner holds emoji together).
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u2060\u00ad"))


def read_story_text(source: Path | bytes, file: str | Path | None = None) -> str:
    r"""A story's text in NFC, its lines ended by ``\n``.

    UTF-8 (with or without BOM), UTF-16 with BOM and CP949 (which holds EUC-KR) are understood.

    Args:
        source: the file, or its bytes.
        file: name for errors; by default the path.

    Raises:
        BadInput: missing, not a file, too large, empty, not text, or with control characters (the
            line is named).
    """
    name = file if file is not None else source if isinstance(source, Path) else "story"
    data = _read(source, name) if isinstance(source, Path) else source
    if len(data) > MAX_STORY_BYTES:
        problem = f"has {len(data):,} bytes, more than a story has."
        raise BadInput(name, "", problem, f"Give a text of at most {MAX_STORY_BYTES:,} bytes.")
    text = unicodedata.normalize("NFC", decode_text(data, name))
    text = re.sub(r"\r\n?|\u2028|\x85|\x0b", "\n", text).replace("\u2029", "\n\n")
    text = text.translate(_INVISIBLE)
    _refuse_controls(text, name)
    if not text.strip():
        raise BadInput(name, "", "is empty.", "Write the story into it.")
    return text


def decode_text(data: bytes, file: str | Path) -> str:
    """Decode bytes by their byte order mark, as UTF-8, or as CP949.

    Raises:
        BadInput: they are none of these.
    """
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        nul = data.find(b"\0")
        if nul >= 0:
            line = f"line {data.count(bytes([10]), 0, nul) + 1}"
            problem = "has a NUL byte, so this is not a text file."
            raise BadInput(file, line, problem, _SAVE_MEND) from None
        try:
            return data.decode("cp949")
        except UnicodeDecodeError:
            line = f"line {data.count(bytes([10]), 0, broken.start) + 1}"
            problem = "is neither UTF-8 nor CP949 (EUC-KR) nor UTF-16 with its mark."
            raise BadInput(file, line, problem, _SAVE_MEND) from None


def _read(path: Path, name: str | Path) -> bytes:
    if not path.exists():
        raise BadInput(name, "", "does not exist.", "Check the path of the story.")
    if not path.is_file():
        raise BadInput(name, "", "is not a file.", "Give a text file (.txt or .md).")
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_STORY_BYTES + 1)
    except OSError as error:
        raise BadInput(name, "", f"cannot be read ({error.strerror}).", "Allow reading it.") from (
            error
        )


def _refuse_controls(text: str, file: str | Path) -> None:
    for place, char in enumerate(text):
        # Cc: control characters; Cs: halves of UTF-16 pairs; U+FFFD: lost when it was saved.
        if unicodedata.category(char) in ("Cc", "Cs") and char not in _KEPT_CONTROLS:
            problem = f"has the control character U+{ord(char):04X}."
        elif char == "\ufffd":
            problem = "has characters that were lost when the file was saved (�)."
        else:
            continue
        line = text.count("\n", 0, place) + 1
        raise BadInput(file, f"line {line}", problem, _SAVE_MEND)
