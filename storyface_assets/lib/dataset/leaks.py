"""What lies in more than one split, found without trusting how the splits were made."""

from collections.abc import Sequence

import pandas as pd


def leaks(table: pd.DataFrame, kinds: Sequence[str] = ("person", "group")) -> pd.DataFrame:
    """Persons and duplicate groups that lie in more than one split.

    Args:
        table: rows with ``split`` and the columns of ``kinds``; "" in these is nobody and nothing.
        kinds: columns whose values must not cross.

    Returns:
        A row a leak: ``kind`` (the column), ``name`` (the value), ``splits`` ("test, train") and
        ``photos`` (its rows).
    """
    found = []
    for kind in kinds:
        known = table.loc[table[kind].astype("str") != "", [kind, "split"]]
        for name, splits in known.groupby(kind)["split"]:
            if splits.nunique() > 1:
                found.append((kind, str(name), ", ".join(sorted(splits.unique())), len(splits)))
    return pd.DataFrame(found, columns=["kind", "name", "splits", "photos"])


def families(table: pd.DataFrame) -> pd.Series:
    """Rows that are tied, by whatever chain of persons and groups, get one name.

    Args:
        table: rows with ``person`` and ``group``; "" ties nobody.

    Returns:
        The first person of each row's chain (or the first row of nobody), under the index.
    """
    name = pd.Series(range(len(table)), index=table.index)
    ties = [table[kind].astype("str") for kind in ("person", "group")]
    while True:
        before = name
        for tie in ties:
            known = tie != ""
            name = name.where(~known, name[known].groupby(tie[known]).transform("min"))
        name = name.astype("int64")
        if name.equals(before):
            break
    person = table["person"].astype("str").to_numpy(object)
    words = [person[first] or f"row {first}" for first in name]
    return pd.Series(words, table.index, dtype="str")
