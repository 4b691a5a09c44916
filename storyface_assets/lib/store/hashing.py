"""Data versions: hashes of content that do not change with time, order of writing or library."""

import hashlib
from pathlib import Path
from typing import Any

from storyface_assets.lib.store.manifest import (
    MANIFEST_NAME,
    Manifest,
    canonical_json,
    file_entry,
    files_under,
    folder_content,
)


def content_hash(value: Any) -> str:
    """Data version (64 hex digits) of bytes, text, a table, a file, a folder or a JSON value.

    Args:
        value: ``bytes``; ``str``; ``pandas.DataFrame``; ``Path`` of a file or folder; or anything
            that JSON can write.

    Raises:
        TypeError: a value that JSON cannot write.
    """
    if (kind := type(value)).__name__ == "DataFrame" and kind.__module__.startswith("pandas"):
        # Here, for a machine that only trains has neither pandas nor Arrow.
        from storyface_assets.lib.store.table_hashing import table_hash

        return table_hash(value)
    if isinstance(value, Path):
        if (stored := value / MANIFEST_NAME).is_file():  # a version of the store, checked on read
            return Manifest.from_json(stored.read_text("utf-8"), str(stored)).content
        if value.is_dir():
            return folder_content({n: file_entry(p) for n, p in files_under(value).items()})
        return file_entry(value).sha256
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    text = value if isinstance(value, str) else canonical_json(value)
    return hashlib.sha256(text.encode()).hexdigest()
