"""The store: tables and folders that are whole or absent, checked on read, versioned by content.

A *target* is one place in the store (one asset, one partition). It holds::

    current.json                  which version is current (the only file ever replaced)
    .versions/<version>/          one whole version: the files and their manifest.json
    .lock                         held by the one writer at work (local stores only)

A writer builds a new version beside the others and then replaces ``current.json`` in one step, so
a reader sees the old version or the new one, never a mixture, whenever the writer dies.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from storyface_assets.lib.store.hashing import content_hash
from storyface_assets.lib.store.manifest import Entry, Manifest

if TYPE_CHECKING:
    from storyface_assets.lib.store.blobs import BlobStore
    from storyface_assets.lib.store.folder import Folder, read_folder, write_folder
    from storyface_assets.lib.store.memo import Memo
    from storyface_assets.lib.store.table_hashing import table_hash
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

#: What needs pandas, Arrow or universal_pathlib is loaded when it is asked for: a machine that only
#: trains takes hashes from here, and has none of them.
_HOMES: Final = {
    "BlobStore": "blobs",
    "Folder": "folder",
    "Memo": "memo",
    "is_stored": "versions",
    "read_folder": "folder",
    "read_table": "tables",
    "table_hash": "table_hashing",
    "write_folder": "folder",
    "write_table": "tables",
}


def __getattr__(name: str) -> Any:
    """A name of ``_HOMES``, from its module (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
