"""All corpora of a folder as one table, merged, split and without leaks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.corpora.catalogue import CORPORA, Corpus
from storyface_assets.lib.text.corpora.merge import class_of
from storyface_assets.lib.text.corpora.row import BROKEN_FILE, NO_TEXT, Row, group_of
from storyface_assets.lib.text.corpora.splits import drawn_split, without_repeats

#: Column → pandas type. Rows that are not kept have neither split nor emotion, so whoever takes a
#: split gets what is kept alone.
COLUMNS: Final[Mapping[str, str]] = {
    "text": "str",
    "emotion": "str",  # of TEXT_EMOTIONS
    "corpus": "str",  # name in CORPORA
    "split": "str",  # train, validation or test
    "group": "str",  # dialogue, poem or sentence; lies in one split
    "label": "str",  # as published; shares of raters behind it where they are not 1
    "place": "str",  # file and line, row or entry
    "kept": "bool",
    "reason": "str",  # "" for kept rows
}


@dataclass(frozen=True)
class FoundCorpora:
    """What a folder holds.

    Attributes:
        table: a row a sentence, columns COLUMNS; also what is not used, with the reason.
        missing: corpora that are not there, with the reason.
        faults: files that could not be read to their end, in words.
    """

    table: pd.DataFrame
    missing: dict[str, str]
    faults: tuple[str, ...] = ()


def read_corpora(folder: Path) -> FoundCorpora:
    """Read every corpus that ``folder`` has (``kote/``, ``kpoem/``, …; see data/raw/README.md).

    A corpus that is missing is told, a broken file is a row with that reason, and so is a row that
    cannot be used; nothing of it is an error.
    """
    lines: list[tuple[object, ...]] = []
    missing: dict[str, str] = {}
    faults: list[str] = []
    for corpus in CORPORA:
        files = corpus.files(folder / corpus.name)
        if not files:
            missing[corpus.name] = _why_missing(corpus, folder / corpus.name)
        for file in files:
            name = file.relative_to(folder / corpus.name).as_posix()
            for row in _rows(corpus, file, faults):
                lines.append(_line(corpus, name, row))
    table = pd.DataFrame(lines, columns=list(COLUMNS)).astype(dict(COLUMNS))
    table = without_repeats(table)
    table.loc[~table["kept"], ["emotion", "split"]] = ""
    return FoundCorpora(table, missing, tuple(faults))


def closed_files(folder: Path) -> list[str]:
    """Files of the corpora that the system does not open now."""
    closed = []
    for corpus in CORPORA:
        for file in corpus.files(folder / corpus.name):
            try:
                with file.open("rb") as stream:
                    stream.read(1)
            except OSError:
                closed.append(f"{corpus.name}/{file.relative_to(folder / corpus.name).as_posix()}")
    return closed


def _rows(corpus: Corpus, file: Path, faults: list[str]) -> Iterator[Row]:
    """A file's rows; a fault ends them, and what was read before it counts."""
    try:
        yield from corpus.rows(file)
    except BadInput as error:
        faults.append(str(error))
        yield Row("", reason=BROKEN_FILE)


def _line(corpus: Corpus, file: str, row: Row) -> tuple[object, ...]:
    # Half a surrogate pair (from \ud83d in JSON) is no text that a table can hold.
    text = row.text.strip().encode("utf-8", "replace").decode()
    emotion, reason = "", row.reason or ("" if text else NO_TEXT)
    if not reason:
        emotion, reason = class_of(row.labels)
    group = f"{corpus.name}:{row.group or group_of([text])}"
    label = ", ".join(name if share == 1 else f"{name} {share:g}" for name, share in row.labels)
    place = f"{file}: {row.place}" if row.place else file
    split = row.split or drawn_split(group)
    return text, emotion, corpus.name, split, group, label, place, not reason, reason


def _why_missing(corpus: Corpus, folder: Path) -> str:
    if not folder.is_dir():
        return f"no folder {folder.name}/"
    if next(folder.rglob("*.zip"), None):
        return "only a .zip: unpack it"
    return f"no file {' or '.join(('*' + e if e[0] == '.' else e) for e in corpus.endings)}"
