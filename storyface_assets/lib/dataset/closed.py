"""Files of a raw set that the system could not open, and whether it can now."""

from pathlib import Path

import pandas as pd

from storyface_assets.lib.dataset.photo_source import NOT_READ, NotRead, PhotoSource
from storyface_assets.lib.errors import BadInput


def come_back(root: Path, table: pd.DataFrame) -> str:
    """The first photo or label list that could not be opened for a table and can be now.

    Args:
        root: folder of the set.
        table: the raw table as it was last stored.

    Returns:
        Its name, "" if there is none.
    """
    source = PhotoSource(root)
    names = table.loc[table["reason"] == NOT_READ, "photo"].tolist()
    if "label_file" in table:
        lists = table.loc[table["reason"] == f"label file {NOT_READ}", "label_file"]
        names += lists.drop_duplicates().tolist()
    return next((name for name in names if _opens(source, name)), "")


def _opens(source: PhotoSource, name: str) -> bool:
    try:
        with source.stream(name) as file:
            file.read(1)
    except (NotRead, OSError):
        return False
    except BadInput:  # it opens, and is found to be damaged
        pass
    return True
