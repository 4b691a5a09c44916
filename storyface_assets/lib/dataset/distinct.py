"""Which rows of a raw table are photos that are there, each counted once."""

from typing import Final

import numpy as np
import pandas as pd

#: Reason of a photo whose name and bytes are those of one before it: harmless.
COPY: Final = "equal copy"
#: Name of CelebA's attribute list; its lines without a picture are rows ``<list>#<name>#<line>``.
ATTRIBUTE_LIST: Final = "list_attr_celeba"


def of_lists(table: pd.DataFrame) -> pd.Series:
    """Rows that stand for an entry of a label file or list, and not for a file.

    Args:
        table: of ``schema.RAW`` or ``celeba.CELEBA``.

    Returns:
        A bool a row.
    """
    names = table["photo"].to_numpy(object)
    if "label_file" in table:
        lists = table["label_file"].to_numpy(object)
    else:
        lists = np.full(len(table), ATTRIBUTE_LIST, object)
    found = [
        place != "" and name.startswith(f"{place}#")
        for name, place in zip(names, lists, strict=True)
    ]
    return pd.Series(found, table.index, dtype=bool)


def equal_copies(filename: pd.Series, sha256: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Files of one name: which repeat the first of it, and which differ from another.

    Args:
        filename: of each file.
        sha256: of each, "" for one that could not be read: equal to none.

    Returns:
        Two bools a row: "is an equal copy", "its name is that of files that differ".
    """
    several = pd.DataFrame({"name": filename, "sum": sha256})
    several = several[several["name"].duplicated(keep=False)]
    differs = several.groupby("name")["sum"].nunique() > 1
    unclear = filename.map(differs).fillna(False).astype(bool)
    copies = filename.duplicated() & ~unclear & (sha256 != "")
    return copies, unclear
