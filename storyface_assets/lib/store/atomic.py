"""Files of the store: copied durably, with the entry of what was written."""

import hashlib
import os
from pathlib import Path

from storyface_assets.lib.durable import fsync_folder, write_durably
from storyface_assets.lib.store.manifest import Entry

__all__ = ["copy_durably", "fsync_folder", "write_durably"]

_CHUNK = 1 << 20


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
