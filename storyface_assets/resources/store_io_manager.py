"""Hands what assets return to the store, and what they ask for back out of it."""

import errno
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_origin

import pandas as pd
from dagster import (
    DataVersion,
    InputContext,
    IOManager,
    MetadataValue,
    OutputContext,
    TableColumn,
    TableSchema,
)
from upath import UPath

from storyface_assets.lib.books.slug import require_slug
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store.folder import Folder, write_folder
from storyface_assets.lib.store.manifest import Manifest
from storyface_assets.lib.store.tables import table_in, write_table_manifest
from storyface_assets.lib.store.versions import is_stored, local_path, read_version


class StoreIOManager(IOManager):
    """Stores DataFrames and Folders at ``<store>/<asset key>/<partition>``.

    Each materialization's data version is the hash of its content, so that making the same thing
    again leaves everything downstream fresh.

    Attributes:
        store: root of the store; may be remote.
        cache: local folder for copies of remote versions; ``None`` for one of this process.
    """

    def __init__(self, store: UPath, cache: Path | None = None) -> None:
        self.store = store
        self.cache = cache

    def target(self, key: Sequence[str], partition: str | None = None) -> UPath:
        """Where an asset (or one partition of it) is stored.

        Raises:
            BadInput: the partition key is not a slug, so it must not become a path.
        """
        path = self.store.joinpath(*key)
        return path / require_slug(partition, "partition") if partition is not None else path

    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Store one result, and give its materialization a data version and metadata.

        Raises:
            TypeError: the result is neither a DataFrame nor a Folder.
            BadInput: the result cannot be stored, or its partition key is not a slug.
            OSError: cannot write; the version before stays current and whole.
        """
        partition = context.partition_key if context.has_asset_partitions else None
        target = self.target(context.asset_key.path, partition)
        with _full_disk_named(target):
            self._store(context, target, obj)

    def _store(self, context: OutputContext, target: UPath, obj: Any) -> None:
        metadata: dict[str, Any] = {}
        if isinstance(obj, pd.DataFrame):
            manifest = write_table_manifest(target, obj)
            columns = [TableColumn(str(name), str(kind)) for name, kind in obj.dtypes.items()]
            metadata["dagster/row_count"] = len(obj)
            metadata["dagster/column_schema"] = TableSchema(columns=columns)
        elif isinstance(obj, Folder):
            manifest = write_folder(target, obj.path)
            obj.discard()
        else:
            name = context.asset_key.to_user_string()
            raise TypeError(
                f"{name} returned {type(obj).__name__}; return a pandas.DataFrame or a Folder."
            )
        # An OutputContext has no public way to set the data version; the step's context does.
        context.step_context.set_data_version(context.asset_key, DataVersion(manifest.content))
        context.add_output_metadata({**metadata, **_storage_metadata(target, manifest)})

    def load_input(self, context: InputContext) -> Any:
        """The stored input: a DataFrame or a Folder; ``{partition: …}`` where a dict is asked for.

        With ``allow_missing_partitions`` in the input's metadata, a dict leaves out what was never
        materialized.

        Raises:
            BadInput: it was never materialized, or what is stored is damaged.
        """
        key = context.asset_key.path
        if not context.has_asset_partitions:
            return self.load(key)
        partitions = context.asset_partition_keys
        # One partition of many is still a dict for the asset that asked for a dict.
        asked = context.dagster_type.typing_type
        if (get_origin(asked) or asked) not in (dict, Mapping) and len(partitions) == 1:
            return self.load(key, partitions[0])
        notes = context.definition_metadata or {}
        if notes.get("allow_missing_partitions"):
            partitions = [p for p in partitions if is_stored(self.target(key, p))]
        return {partition: self.load(key, partition) for partition in partitions}

    def load(self, key: Sequence[str], partition: str | None = None) -> Any:
        """What an asset (or one partition of it) last stored, outside of a run.

        Raises:
            BadInput: it was never materialized, or what is stored is damaged.
        """
        target = self.target(key, partition)
        name = "/".join(key)
        if not is_stored(target):
            what = f"partition {partition}" if partition is not None else ""
            mend = f"Materialize {name} first{f' for {partition}' if partition else ''}."
            raise BadInput(name, what, "was never materialized.", mend)
        folder, manifest = read_version(target, self.cache)
        return table_in(folder) if manifest.kind == "table" else Folder(folder)


@contextmanager
def _full_disk_named(target: UPath) -> Iterator[None]:
    """A full disk is something that a person can mend."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        mend = "Free some space there, or set STORYFACE_STORE to a place with more."
        raise BadInput(str(target), "disk", "has no room for what was made.", mend) from error


def _storage_metadata(target: UPath, manifest: Manifest) -> dict[str, Any]:
    where = local_path(target)
    return {
        "path": MetadataValue.path(str(where if where is not None else target)),
        "bytes": manifest.bytes,
        "files": len(manifest.files),
    }
