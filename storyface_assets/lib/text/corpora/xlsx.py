"""The first sheet of an .xlsx workbook, row by row, as text.

Just what the corpora need (ECMA-376: shared, inline and formula strings, numbers, gaps between
cells); no styles, dates or formulas. openpyxl is no dependency of this project.
"""

import posixpath
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Final
from xml.etree import ElementTree  # noqa: S405 - see _elements

from storyface_assets.lib.errors import BadInput

#: Bytes of one part when unpacked, and columns of a sheet (Excel's own limit).
MAX_PART: Final = 1 << 30
_MAX_COLUMNS: Final = 16_384
_HEAD: Final = 1 << 16
#: The names of the columns are looked for in so many rows.
_HEADER_ROWS: Final = 10
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    ElementTree.ParseError,
    KeyError,
    IndexError,
    ValueError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)


def sheet_rows(file: Path) -> Iterator[tuple[int, list[str]]]:
    """Number (from 1) and cells of each row of the workbook's first sheet; "" for empty cells.

    Raises:
        BadInput: the file cannot be opened, is no workbook, or is damaged; rows before come first.
    """
    try:
        with zipfile.ZipFile(file) as book:
            strings = _shared_strings(book)
            with _part(book, _first_sheet(book)) as sheet:
                yield from _rows(sheet, strings)
    except OSError as error:
        problem = f"cannot be opened ({error.strerror or error})."
        raise BadInput(file, "", problem, "Allow reading it.") from error
    except BadInput:
        raise
    except _FAULTS as error:
        problem = f"is no .xlsx workbook, or damaged ({type(error).__name__}: {error})."
        mend = "Fetch it again, or save it as .xlsx without a password."
        raise BadInput(file, "", problem, mend) from error


def table_rows(
    file: Path, needed: Sequence[str]
) -> Iterator[tuple[int, list[str], dict[str, int]]]:
    """Rows below the header: number, cells, and the column of each name of the header.

    Args:
        file: an .xlsx workbook.
        needed: names of columns; the header is the first row that has all of them, among ten.

    Raises:
        BadInput: as :func:`sheet_rows`, or no such header.
    """
    columns: dict[str, int] = {}
    for number, cells in sheet_rows(file):
        if columns:
            yield number, cells + [""] * (max(columns.values()) + 1 - len(cells)), columns
            continue
        # Of two columns with one name the first counts.
        names = {name: k for k, name in reversed(list(enumerate(map(_name, cells)))) if name}
        if set(needed) <= set(names):
            columns = names
        elif number >= _HEADER_ROWS:
            break
    if not columns:
        problem = f"has no columns {', '.join(needed)} in its first rows."
        raise BadInput(file, "", problem, "Put the publisher's file there, unchanged.")


def _name(cell: str) -> str:
    return unicodedata.normalize("NFC", cell).strip()


def _part(book: zipfile.ZipFile, name: str) -> IO[bytes]:
    if book.getinfo(name).file_size > MAX_PART:
        raise ValueError(f"{name} is larger than {MAX_PART} bytes")
    return book.open(name)


def _elements(part: IO[bytes]) -> Iterator[tuple[str, ElementTree.Element]]:
    """Finished elements under their local names (strict workbooks have other namespaces).

    A workbook declares no document type, so none is taken and no entity expanded.
    """
    if b"<!DOCTYPE" in part.read(_HEAD).replace(b"\x00", b""):  # also in UTF-16
        raise ValueError("a document type is declared")
    part.seek(0)
    for _, element in ElementTree.iterparse(part):  # noqa: S314 - as said above
        yield element.tag.rpartition("}")[2], element


def _first_sheet(book: zipfile.ZipFile) -> str:
    with _part(book, "xl/workbook.xml") as part:
        [sheet, *_] = [e for name, e in _elements(part) if name == "sheet"]
    [target_id] = [value for key, value in sheet.attrib.items() if key.endswith("}id")]
    with _part(book, "xl/_rels/workbook.xml.rels") as part:
        targets = {e.get("Id"): e.get("Target", "") for _, e in _elements(part)}
    return posixpath.normpath(posixpath.join("xl", targets[target_id])).lstrip("/")


def _shared_strings(book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    strings = []
    with _part(book, "xl/sharedStrings.xml") as part:
        for name, element in _elements(part):
            if name == "si":
                strings.append(_text(element))
                element.clear()
    return strings


def _text(element: ElementTree.Element) -> str:
    """All its runs; how a word is pronounced (``rPh``) is no part of it."""
    parts = []
    for child in element:
        name = child.tag.rpartition("}")[2]
        if name == "t":
            parts.append(child.text or "")
        elif name == "r":
            parts.append(_text(child))
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), "".join(parts))


def _rows(sheet: IO[bytes], strings: list[str]) -> Iterator[tuple[int, list[str]]]:
    number = 0
    for name, element in _elements(sheet):
        if name == "row":
            number = int(element.get("r", number + 1))
            cells: list[str] = []
            for cell in element:
                column = _column(cell.get("r", ""), len(cells))
                cells += [""] * (column + 1 - len(cells))
                cells[column] = _value(cell, strings)
            yield number, cells
            element.clear()


def _column(reference: str, following: int) -> int:
    """Column (from 0) of a reference such as ``AB12``; cells without one follow each other."""
    letters = reference.rstrip("0123456789").upper()
    if not letters:
        return following
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    if not 0 < column <= _MAX_COLUMNS:
        raise ValueError(f"cell {reference}")
    return column - 1


def _value(cell: ElementTree.Element, strings: list[str]) -> str:
    kind, parts = cell.get("t", "n"), {c.tag.rpartition("}")[2]: c for c in cell}
    if kind == "inlineStr":
        return _text(parts["is"]) if "is" in parts else ""
    value = (parts["v"].text or "") if "v" in parts else ""
    if kind == "s":
        return strings[int(value)] if value else ""
    return "" if kind == "e" else value
