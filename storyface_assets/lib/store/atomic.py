"""Local files that survive a kill or a power cut whole: write beside, flush, rename."""

import hashlib
import os
import uuid
from pathlib import Path

from storyface_assets.lib.store.manifest import Entry

_CHUNK = 1 << 20


def fsync_folder(folder: Path) -> None:
    """Make the names in a folder durable (systems that cannot open a folder need no such step)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def copy_durably(source: Path, target: Path) -> Entry:
    """Copy a file to a new path, flush it, and return the entry of what was written.

    Raises:
        OSError: cannot read or write; ``target`` may then be half-written.
    """
    hasher, size = hashlib.sha256(), 0
    with source.open("rb") as reader, target.open("xb") as writer:
        while chunk := reader.read(_CHUNK):
            hasher.update(chunk)
            size += writer.write(chunk)
        writer.flush()
        os.fsync(writer.fileno())
    return Entry(hasher.hexdigest(), size)


def write_durably(target: Path, data: bytes) -> None:
    """Replace a file in one step: readers see the old bytes or the new, never a part."""
    beside = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.tmp")
    try:
        with beside.open("xb") as writer:
            writer.write(data)
            writer.flush()
            os.fsync(writer.fileno())
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)
    fsync_folder(target.parent)
