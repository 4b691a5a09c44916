"""AI-Hub 82's label files, read entry by entry into one compact table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from storyface_assets.lib.dataset.aihub_entry import label_columns
from storyface_assets.lib.dataset.json_list import Encoding, Stop, detect_encoding, json_entries
from storyface_assets.lib.dataset.listing import as_text
from storyface_assets.lib.dataset.photo_source import (
    NOT_READ,
    UNREADABLE,
    NotRead,
    PhotoSource,
)
from storyface_assets.lib.dataset.schema import RAW
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.progress import report_progress

#: Arrow types of the columns of ``schema.RAW``.
ARROW: Final = {
    "str": pa.large_string(),
    "int64": pa.int64(),
    "Int64": pa.int64(),
    "boolean": pa.bool_(),
    "bool": pa.bool_(),
    "Float64": pa.float64(),
}
_OF_PHOTO = ("photo", "sha256", "bytes", "width", "height", "kept", "reason")
#: ``entry``: its place in the file from 0; ``content``: equal for entries that say the same, in
#: this process; ``fault``: "" or why it is of no use.
LABELS: Final = pa.schema(
    [(name, ARROW[kind]) for name, kind in RAW.items() if name not in _OF_PHOTO]
    + [("entry", pa.int64()), ("content", pa.int64()), ("fault", pa.large_string())]
)
_BATCH = 10_000


@dataclass(frozen=True)
class LabelFile:
    """What was found in one label file.

    Attributes:
        name: POSIX path below the set's folder, as text.
        encoding: of its text, "" if it cannot be read.
        entries: how many were read.
        fault: "" or why reading ended early, with the byte and the entry.
    """

    name: str
    encoding: str
    entries: int
    fault: str = ""


def read_labels(source: PhotoSource, names: Sequence[str]) -> tuple[pa.Table, list[LabelFile]]:
    """All entries of some label files; a fault of a file is a row too.

    Args:
        source: the set.
        names: of the JSON files, as the source takes them.

    Returns:
        Table of ``LABELS`` in the order of the files and their entries, and a report a file.
    """
    rows: dict[str, list[Any]] = {name: [] for name in LABELS.names}
    batches: list[pa.RecordBatch] = []
    files: list[LabelFile] = []
    for done, name in enumerate(names, 1):
        for found in _rows_of(source, name):
            if isinstance(found, LabelFile):
                files.append(found)
                continue
            for column, values in rows.items():
                values.append(found[column])
            if len(rows["entry"]) == _BATCH:
                batches.append(pa.record_batch(rows, schema=LABELS))
                rows = {name: [] for name in LABELS.names}
        report_progress("reading label files", done, len(names))
    batches.append(pa.record_batch(rows, schema=LABELS))
    return pa.Table.from_batches(batches), files


def _rows_of(source: PhotoSource, name: str) -> Iterator[dict[str, Any] | LabelFile]:
    """A row an entry and one for a fault of the file; last the report."""
    encoding, count, fault, told = Encoding(""), 0, "", as_text(name)
    try:
        encoding = detect_encoding(lambda: source.stream(name))
        with source.stream(name) as stream:
            for entry in json_entries(stream, encoding.name):
                if isinstance(entry, Stop):
                    fault = f"{entry.fault} at byte {entry.byte}, after entry {entry.entries}"
                    yield _row(told, count, None, f"label file {entry.fault}")
                    break
                yield _row(told, count, entry)
                count += 1
    except (*UNREADABLE, BadInput) as error:
        fault = f"unreadable after entry {count}: {error}"
        why = NOT_READ if isinstance(error, NotRead) else "unreadable"
        yield _row(told, count, None, f"label file {why}")
    if encoding.broken and not fault:
        fault = f"{encoding.broken} bytes are not {encoding.name}"
    yield LabelFile(told, encoding.name, count, as_text(fault))


def _row(label_file: str, entry: int, value: Any, fault: str = "") -> dict[str, Any]:
    row = label_columns(value)
    content = hash(tuple(row.values()))
    place = {"label_file": label_file, "entry": entry, "content": content}
    return row | place | ({"fault": fault} if fault else {})
