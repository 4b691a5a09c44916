"""Entries of a JSON list one after the other, in any Korean encoding, also when it was cut off."""

import codecs
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any, Final

_PIECE = 1 << 20
#: Characters; an entry that does not end within them is a fault of the file.
MAX_ENTRY: Final = 4 << 20
_SPACE = " \t\r\n"
# A cut may leave a part of a word that JSON knows.
_LONGEST_WORD = "-Infinity"
#: A byte that its encoding does not have becomes this character.
REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True)
class Encoding:
    """How a file's text is written.

    Attributes:
        name: utf-8, utf-8-sig or cp949 (EUC-KR is a part of CP949).
        broken: bytes that this encoding does not have; 0 for a whole file.
    """

    name: str
    broken: int = 0


def detect_encoding(open_file: Callable[[], IO[bytes]]) -> Encoding:
    """The encoding of a file: UTF-8 with or without mark, or CP949; the one with fewer faults.

    UTF-8 is tried first: Korean text in CP949 is practically never valid UTF-8.

    Args:
        open_file: opens it; it is read in pieces, at most twice.
    """
    with open_file() as stream:
        marked = stream.read(3) == codecs.BOM_UTF8
    utf8 = "utf-8-sig" if marked else "utf-8"
    faults = {}
    for name in (utf8, "cp949"):
        with open_file() as stream:
            faults[name] = sum(piece.count(REPLACEMENT) for piece in _texts(stream, name))
        if not faults[name]:
            return Encoding(name)
    best = min(faults, key=lambda name: faults[name])
    return Encoding(best, faults[best])


@dataclass(frozen=True)
class Stop:
    """Why reading ended before the end of the list.

    Attributes:
        fault: ``cut off`` (the file ends inside the list), ``not JSON``,
            ``not a list`` or ``empty``.
        entries: how many were read before.
        byte: about where in the file it stopped, counted from 0.
    """

    fault: str
    entries: int
    byte: int


def json_entries(stream: IO[bytes], encoding: str, piece: int = _PIECE) -> Iterator[Any | Stop]:
    """The list's entries as Python values; a :class:`Stop` comes last if it does not end well.

    At most a piece of the file and an entry are in memory. ``NaN`` passes, as in Python's own.

    Args:
        stream: of the file.
        encoding: of its text; bytes that it does not have become ``REPLACEMENT``.
        piece: bytes that are read at once.
    """
    reader = _Reader(_texts(stream, encoding, piece), encoding)
    first = reader.next_character()
    if first != "[":
        yield Stop("empty" if first == "" else "not a list", 0, 0)
        return
    reader.skip(1)
    count, after = 0, reader.next_character()
    while after != "]":
        found = reader.value()
        if isinstance(found, str):
            yield Stop(found, count, reader.byte())
            return
        yield found[0]
        count += 1
        after = reader.next_character()
        if after not in (",", "]"):
            yield Stop("cut off" if after == "" else "not JSON", count, reader.byte())
            return
        reader.skip(after == ",")
    reader.skip(1)
    if reader.next_character() != "":  # e.g. a second list behind the first
        yield Stop("not JSON", count, reader.byte())


class _Reader:
    """A window on the file's text that moves forward."""

    def __init__(self, pieces: Iterator[str], encoding: str) -> None:
        self._pieces = pieces
        self._text, self._at, self._ended = "", 0, False
        # The mark at the file's start is no part of the text; no piece of it has one of its own.
        self._counted = "utf-8" if encoding == "utf-8-sig" else encoding
        self._passed = 3 if encoding == "utf-8-sig" else 0
        self._decode = json.JSONDecoder().raw_decode

    def _more(self) -> bool:
        """Take another piece behind what is left."""
        piece = next(self._pieces, None)
        if piece is None:
            self._ended = True
            return False
        self._passed = self.byte()
        self._text, self._at = self._text[self._at :] + piece, 0
        return True

    def next_character(self) -> str:
        """The next one that is no space, "" at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def skip(self, count: int) -> None:
        """Go on by some characters."""
        self._at += count

    def value(self) -> tuple[Any] | str:
        """The next value in a tuple, or the name of the fault."""
        if self.next_character() == "":
            return "cut off"
        while True:
            try:
                value, end = self._decode(self._text, self._at)
            except RecursionError:
                return "not JSON"
            except ValueError:
                # A fault, or only the end of the piece; what more text does not mend is a fault.
                if len(self._text) - self._at > MAX_ENTRY:
                    return "not JSON"
                if not self._more():
                    return "cut off" if self._is_open() else "not JSON"
                continue
            # A number at the end of the piece (1, 1. or 1e+) may go on in the next one.
            if end + 2 >= len(self._text) and not self._ended and self._more():
                continue
            self._at = end
            return (value,)

    def _is_open(self) -> bool:
        """Whether what is left is the beginning of a value: the fault is at its very end."""
        try:
            self._decode(self._text, self._at)
        except json.JSONDecodeError as error:
            rest = self._text[error.pos :].strip()
            return error.msg.startswith("Unterminated") or len(rest) <= len(_LONGEST_WORD)
        except ValueError:  # e.g. a number of thousands of digits
            return False
        return False

    def byte(self) -> int:
        """How many bytes of the file lie before the place."""
        return self._passed + len(self._text[: self._at].encode(self._counted, "replace"))


def _texts(stream: IO[bytes], encoding: str, piece: int = _PIECE) -> Iterator[str]:
    """The file's text in pieces; a character that is cut in two by a piece's end stays whole."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    while data := stream.read(piece):
        yield decoder.decode(data)
    # The rest of a character that the file's end cut in two is no fault of the encoding.
