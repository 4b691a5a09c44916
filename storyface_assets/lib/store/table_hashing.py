"""Data versions of tables."""

import hashlib
import json
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from storyface_assets.lib.store.manifest import canonical_json


def table_hash(df: pd.DataFrame) -> str:
    """Data version of a table: names, types, values and index, whatever wrote it.

    A Parquet file's own bytes would not do: they change with the library's version.
    """
    table = pa.Table.from_pandas(df)
    pandas_notes = json.loads((table.schema.metadata or {}).get(b"pandas", b"{}"))
    hasher = hashlib.sha256(canonical_json(pandas_notes.get("index_columns")).encode())
    for name, column in zip(table.column_names, table.columns, strict=True):
        hasher.update(canonical_json(["column", name]).encode())
        _feed(hasher, column.combine_chunks())
    return hasher.hexdigest()


def _feed(hasher: Any, array: Any) -> None:
    """Hash an Arrow array by its values; slots under a null are undefined and left out."""
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    kind = array.type
    nested = pa.types.is_nested(kind) or pa.types.is_dictionary(kind)
    # A text is the same text in Arrow's several layouts of it.
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    label = "text" if is_text else str(kind) if not nested else type(array).__name__
    hasher.update(canonical_json([label, len(array), array.null_count]).encode())
    if array.null_count:
        hasher.update(np.packbits(array.is_valid().to_numpy(zero_copy_only=False)).tobytes())
    if pa.types.is_null(kind):
        return
    if pa.types.is_dictionary(kind):
        _feed(hasher, array.dictionary)
        _feed(hasher, array.indices.cast(pa.int64()))
    elif pa.types.is_struct(kind):
        for field, values in zip(kind, array.flatten(), strict=True):
            hasher.update(canonical_json(field.name).encode())
            _feed(hasher, values)
    elif nested:
        _feed(hasher, pc.list_value_length(array).drop_null().cast(pa.int64()))
        _feed(hasher, array.flatten())
    else:
        values = array.drop_null()
        if is_text or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            _feed(hasher, pc.binary_length(values).cast(pa.int64()))
            hasher.update(b"".join(values.cast(pa.large_binary()).to_pylist()))
        else:
            numbers = values.to_numpy(zero_copy_only=False)
            # Decimals come as objects, whose bytes would be addresses.
            objects = numbers.dtype == object
            hasher.update(repr(numbers.tolist()).encode() if objects else numbers.tobytes())
