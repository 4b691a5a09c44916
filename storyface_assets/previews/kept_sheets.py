"""Contact sheets of a group's steps: small ones in the metadata, whole ones as files."""

import base64
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from dagster import (
    AssetKey,
    AssetRecordsFilter,
    DagsterInstance,
    Definitions,
    MarkdownMetadataValue,
)

from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.images import encode_preview
from storyface_assets.previews.pictures import picture_row

_PICTURE = re.compile(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)")
#: A whole sheet; one that would be larger is made smaller.
_MAX_BYTES = 4_000_000


def sheet_metadata(
    cache_dir: Path, key: AssetKey, name: str, pictures: Sequence[tuple[str, np.ndarray]]
) -> dict[str, MarkdownMetadataValue]:
    """Metadata with sheets as ``picture_row`` shows them, and each kept whole in a file.

    Args:
        cache_dir: of the installation.
        key: the asset's.
        name: the metadata's, also of the files.
        pictures: caption and ``(H, W, 3)`` uint8 sRGB of each.

    Returns:
        The pictures, at most 30 KB, under the name.

    Raises:
        OSError: a file cannot be written.
    """
    for number, (_, picture) in enumerate(pictures, 1):
        path = _file(cache_dir, key, name, number)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(path, encode_preview(picture, _MAX_BYTES))
    return {name: picture_row(pictures)}


def newest_sheets(
    instance: DagsterInstance, defs: Definitions, group: str, cache_dir: Path
) -> Iterator[tuple[str, bytes]]:
    """File name and JPEG of each picture, in the order of the graph.

    A name is the step's number, the asset's and the metadata's: ``3 near_duplicates pairs 1.jpg``.
    Where the cache was deleted, the picture is the small one of the UI.
    """
    graph = defs.resolve_asset_graph()
    keys = [k for k in graph.toposorted_asset_keys if k.path[0] == group]
    made = [k for k in keys if graph.get(k).is_materializable]
    for number, key in enumerate(made, 1):
        records = instance.fetch_materializations(AssetRecordsFilter(asset_key=key), 1).records
        event = records[0].asset_materialization if records else None
        for name, value in (event.metadata if event else {}).items():
            if isinstance(value, MarkdownMetadataValue) and value.md_str:
                pictures = _PICTURE.findall(value.md_str)
                for count, text in enumerate(pictures, 1):
                    which = f" {count}" if len(pictures) > 1 else ""
                    whole = _file(cache_dir, key, name, count)
                    jpeg = whole.read_bytes() if whole.is_file() else base64.b64decode(text)
                    yield f"{number} {key.path[-1]} {name}{which}.jpg", jpeg


def _file(cache_dir: Path, key: AssetKey, name: str, number: int) -> Path:
    return cache_dir / "sheets" / "-".join(key.path) / f"{name} {number}.jpg"
