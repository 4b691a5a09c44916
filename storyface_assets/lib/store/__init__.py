"""The store: tables and folders that are whole or absent, checked on read, versioned by content.

A *target* is one place in the store (one asset, one partition). It holds::

    current.json                  which version is current (the only file ever replaced)
    .versions/<version>/          one whole version: the files and their manifest.json
    .lock                         held by the one writer at work (local stores only)

A writer builds a new version beside the others and then replaces ``current.json`` in one step, so
a reader sees the old version or the new one, never a mixture, whenever the writer dies.
"""

from storyface_assets.lib.store.blobs import BlobStore
from storyface_assets.lib.store.folder import Folder, read_folder, write_folder
from storyface_assets.lib.store.hashing import content_hash, table_hash
from storyface_assets.lib.store.manifest import Entry, Manifest
from storyface_assets.lib.store.memo import Memo
from storyface_assets.lib.store.tables import read_table, write_table
from storyface_assets.lib.store.versions import is_stored

__all__ = [
    "BlobStore",
    "Entry",
    "Folder",
    "Manifest",
    "Memo",
    "content_hash",
    "is_stored",
    "read_folder",
    "read_table",
    "table_hash",
    "write_folder",
    "write_table",
]
