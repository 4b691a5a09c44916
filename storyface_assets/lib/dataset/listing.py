"""What lies in a set's folder: its photos and its other files, also inside zip archives."""

import hashlib
import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyarrow as pa

from storyface_assets.lib.dataset.archives import OpenArchive, is_safe
from storyface_assets.lib.dataset.photo_source import INSIDE, inner_name
from storyface_assets.lib.dataset.photo_source import UNREADABLE as ZIP_FAULTS
from storyface_assets.lib.store.manifest import canonical_json

#: Photos by their names; those that no reader here takes become rows that say so.
PHOTO_SUFFIXES: Final = frozenset(
    ".jpg .jpeg .jpe .jfif .png .webp .gif .bmp .tif .tiff .heic .heif .avif".split()
)
UNSAFE, UNREADABLE_NAME = "unsafe name", "unreadable name"
UNREADABLE = "unreadable archive or folder"
#: One row a photo: name for ``PhotoSource``; file name in NFC; bytes; what tells that the file was
#: changed (time of the last change, or an archive member's CRC-32); fault of the name or "".
PHOTOS: Final = pa.schema(
    [
        ("photo", pa.large_string()),
        ("filename", pa.large_string()),
        ("bytes", pa.int64()),
        ("stamp", pa.large_string()),
        ("fault", pa.large_string()),
    ]
)
_BATCH = 20_000


@dataclass(frozen=True)
class Listed:
    """A file of the set.

    Attributes:
        name: as ``PhotoSource`` takes it.
        bytes: its size.
        stamp: changes when the file does.
    """

    name: str
    bytes: int
    stamp: str


@dataclass(frozen=True)
class Listing:
    """A set's files.

    Attributes:
        photos: table of ``PHOTOS``, sorted by ``photo``; archives and folders that cannot be read
            have a row too, with this fault.
        others: names of the files that are no photos, sorted, as the file system has them: one
            that is no text is opened by it, and stored by its :func:`as_text`.
        unreadable: archives and folders that cannot be read (as text), with the reason.
    """

    photos: pa.Table
    others: tuple[str, ...] = ()
    unreadable: dict[str, str] = field(default_factory=dict)


def list_set(root: Path) -> Listing:
    """List a set; only names and sizes are read.

    Args:
        root: folder of the set; archives (``*.zip``) anywhere below it count as folders. Links
            to folders are followed, hidden files and macOS's ``__MACOSX`` are not listed.
    """
    others: list[str] = []
    unreadable: dict[str, str] = {}
    table = _Batches()
    for file in _files(root, unreadable):
        if Path(file.name).suffix.lower() in PHOTO_SUFFIXES:
            table.add(file)
        else:
            others.append(file.name)
    for name in unreadable:
        table.add(Listed(name, 0, ""), UNREADABLE)
    told = {as_text(name): as_text(why) for name, why in unreadable.items()}
    return Listing(table.sorted(), tuple(sorted(others)), told)


class _Batches:
    """Collects rows of ``PHOTOS`` without keeping half a million Python objects."""

    def __init__(self) -> None:
        self._batches: list[pa.RecordBatch] = []
        self._rows: list[tuple[str, str, int, str, str]] = []

    def add(self, file: Listed, fault: str = "") -> None:
        name, name_fault = _usable_name(file.name)
        filename = unicodedata.normalize("NFC", name.rsplit("/", 1)[-1])
        self._rows.append((name, filename, file.bytes, file.stamp, fault or name_fault))
        if len(self._rows) == _BATCH:
            self._flush()

    def _flush(self) -> None:
        columns = list(zip(*self._rows, strict=True)) or [()] * len(PHOTOS)
        arrays = [pa.array(c, kind) for c, kind in zip(columns, PHOTOS.types, strict=True)]
        self._batches.append(pa.record_batch(arrays, schema=PHOTOS))
        self._rows = []

    def sorted(self) -> pa.Table:
        self._flush()
        return pa.Table.from_batches(self._batches).sort_by("photo")


def listing_version(root: Path) -> str:
    """Data version of a set by its files' names, sizes and stamps; no file is read.

    Args:
        root: folder of the set; one that is missing has a version too.
    """
    unreadable: dict[str, str] = {}
    # Names by their bytes: some are no text.
    sums = sorted(
        hashlib.sha256(
            canonical_json([os.fsencode(f.name).hex(), f.bytes, f.stamp]).encode()
        ).digest()
        for f in _files(root, unreadable)
    )
    broken = canonical_json(sorted(os.fsencode(name).hex() for name in unreadable))
    return hashlib.sha256(b"".join(sums) + broken.encode()).hexdigest()


def _files(root: Path, unreadable: dict[str, str]) -> Iterator[Listed]:
    seen: set[tuple[int, int]] = set()

    def note(error: OSError) -> None:
        name = Path(os.path.relpath(error.filename, root)).as_posix()
        unreadable[name] = error.strerror or "cannot be read"

    for folder, folders, names in os.walk(root, onerror=note, followlinks=True):
        here = os.stat(folder)
        if (here.st_dev, here.st_ino) in seen:  # a link to a folder above
            folders.clear()
            continue
        seen.add((here.st_dev, here.st_ino))
        folders[:] = [name for name in folders if not _is_hidden(name)]
        below = Path(folder).relative_to(root).as_posix()
        for name in names:
            path = name if below == "." else f"{below}/{name}"
            if _is_hidden(name):
                continue
            try:
                status = os.stat(os.path.join(folder, name))
            except OSError as error:  # e.g. a link to nowhere
                note(error)
                continue
            if name.lower().endswith(".zip"):
                yield from _members(root, path, unreadable)
            else:
                yield Listed(path, status.st_size, str(status.st_mtime_ns))


def _members(root: Path, archive: str, unreadable: dict[str, str]) -> Iterator[Listed]:
    try:
        members = OpenArchive(root / archive).members()
    except ZIP_FAULTS as error:
        unreadable[archive] = str(error)
        return
    for name, info in members.items():
        if not any(_is_hidden(part) for part in name.split("/") if part != ".."):
            yield Listed(f"{archive}{INSIDE}{name}", info.file_size, f"crc {info.CRC:08x}")


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name == "__MACOSX"


def as_text(name: str) -> str:
    """A name that a table can hold: bytes that are no text are written out.

    Such is a file name of bytes that are no UTF-8, e.g. unpacked by a program that kept CP949.
    """
    return name.encode("utf-8", "backslashreplace").decode()


def _usable_name(name: str) -> tuple[str, str]:
    """A name that a table can hold, and what is wrong with it."""
    text = as_text(name)
    if text != name:
        return text, UNREADABLE_NAME
    inside = inner_name(name)
    unsafe = not is_safe(name) or (inside != "" and not is_safe(inside))
    return name, UNSAFE if unsafe else ""
