"""Tables in the store: one Parquet file, its data version taken from the values."""

import tempfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
from upath import UPath

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store.manifest import MEND, Manifest
from storyface_assets.lib.store.table_hashing import table_hash
from storyface_assets.lib.store.versions import read_version, write_version

TABLE_NAME = "table.parquet"


def write_table(target: UPath | Path, df: pd.DataFrame) -> str:
    """Store a table as the target's new current version and return its data version.

    Raises:
        BadInput: a column that Parquet cannot hold.
        OSError: cannot write; the version before stays current and whole.
    """
    return write_table_manifest(target, df).content


def write_table_manifest(target: UPath | Path, df: pd.DataFrame) -> Manifest:
    """As :func:`write_table`, returning the whole manifest."""
    with tempfile.TemporaryDirectory(prefix="storyface-table-") as scratch:
        path = Path(scratch) / TABLE_NAME
        try:
            content = table_hash(df)
            df.to_parquet(path, engine="pyarrow")
        except (pa.ArrowException, ValueError, TypeError) as error:
            mend = "Give each column one type and a text name."
            raise BadInput(str(target), "", f"cannot be a table ({error}).", mend) from error
        return write_version(target, {TABLE_NAME: path}, "table", content)


def read_table(target: UPath | Path, cache: Path | None = None) -> pd.DataFrame:
    """The target's current table; list columns come back as NumPy arrays.

    Args:
        target: local or remote place of the artifact.
        cache: where copies of remote versions are kept; ``None`` for a folder of this process.

    Raises:
        BadInput: nothing is stored there, it is a folder, or it is damaged (the file is named).
    """
    path, manifest = read_version(target, cache)
    if manifest.kind != "table":
        raise BadInput(str(target), "", "holds a folder of files, not a table.", MEND)
    return table_in(path)


def table_in(folder: Path) -> pd.DataFrame:
    """The table in a version's folder that was checked already."""
    return pd.read_parquet(folder / TABLE_NAME, engine="pyarrow")
