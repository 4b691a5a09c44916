"""The pictures inside the metadata of a group's newest materializations."""

import base64
import re
from collections.abc import Iterator

from dagster import AssetRecordsFilter, DagsterInstance, Definitions, MarkdownMetadataValue

_PICTURE = re.compile(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)")


def newest_sheets(
    instance: DagsterInstance, defs: Definitions, group: str
) -> Iterator[tuple[str, bytes]]:
    """File name and JPEG of each picture, in the order of the graph.

    A name is the step's number, the asset's and the metadata's: ``3 deduplicated pairs 1.jpg``.
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
                    yield f"{number} {key.path[-1]} {name}{which}.jpg", base64.b64decode(text)
