"""What lies in more than one split, found without trusting how the splits were made."""

from collections.abc import Sequence

import numpy as np
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
        places = known.drop_duplicates()[kind].value_counts()
        crossing = known[known[kind].isin(places.index[places > 1])]
        for name, splits in crossing.groupby(kind)["split"]:
            found.append((kind, str(name), ", ".join(sorted(splits.unique())), len(splits)))
    return pd.DataFrame(found, columns=["kind", "name", "splits", "photos"])


def families(table: pd.DataFrame) -> pd.Series:
    """Rows that are tied, by whatever chain of persons and groups, get one name.

    Args:
        table: rows with ``person`` and ``group``; "" ties nobody.

    Returns:
        Under the table's index: the first person of each family, or "row n" where it has none.
    """
    first = np.arange(len(table))  # of each row's family, as far as it is known
    ties = [_tie(table[kind]) for kind in ("person", "group")]
    while True:
        before = first.copy()
        for known, codes in ties:
            least = np.full(codes.max(initial=-1) + 1, len(table))
            np.minimum.at(least, codes, first[known])
            # Whom a row went by before goes by the new one too: else long chains take long.
            np.minimum.at(first, first[known], least[codes])
            first[known] = np.minimum(first[known], least[codes])
            first = first[first]
        if np.array_equal(first, before):
            break
    known = np.flatnonzero(table["person"].astype("str") != "")[::-1]
    words = np.array([f"row {n}" for n in range(len(table))], object)
    words[first[known]] = table["person"].astype("str").to_numpy(object)[known]
    return pd.Series(words[first], table.index, dtype="str")


def _tie(names: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """The rows that have a name, and a number a distinct name."""
    texts = names.astype("str").to_numpy(object)
    known = np.flatnonzero(texts != "")
    return known, pd.factorize(texts[known])[0]
