"""Train, validation and test without leaks: who belongs together stays together.

Photos of one person, and near duplicates of one photo, form a *component*, and a component lies
in one split as a whole. Its split follows from a hash of its name alone, so photos that come
later do not move it.
"""

import hashlib
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from storyface_assets.lib.dataset.schema import SPLITS


def assign_splits(
    table: pd.DataFrame, seed: int = 0, shares: Sequence[float] = (0.8, 0.1, 0.1)
) -> pd.Series:
    """The split of every row.

    A component's name is its smallest person id, or its smallest duplicate group where nobody is
    known. Two things alone move a component that was there before: new photos that join it to
    another one, and the minimum rule: with three components or more no split is empty; the
    component whose hash is nearest to an empty split's interval is moved there.

    Args:
        table: rows with ``person`` and ``group``; "" names nobody and no group.
        seed: another one gives another draw.
        shares: of train, validation and test among the components; they sum to 1.

    Returns:
        ``train``, ``validation`` or ``test``, under the table's index.

    Raises:
        ValueError: shares that are not three positive numbers with the sum 1.
    """
    if len(shares) != len(SPLITS) or min(shares) <= 0 or abs(sum(shares) - 1) > 1e-9:
        raise ValueError(f"shares {tuple(shares)} are not three positive numbers that sum to 1")
    of_row, names = _components(table)
    drawn = np.array([_draw(name, seed) for name in names])
    edges = np.cumsum([0.0, *shares])
    split_of = np.clip(np.searchsorted(edges, drawn, side="right") - 1, 0, len(SPLITS) - 1)
    if len(names) >= len(SPLITS):
        _fill_empty(split_of, drawn, edges)
    chosen = np.array(SPLITS, object)[split_of[of_row]]
    return pd.Series(chosen, index=table.index, name="split", dtype="str")


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


def _components(table: pd.DataFrame) -> tuple[np.ndarray, list[str]]:
    """The component of each row, and each component's name."""
    rows = len(table)
    links, names = [], []
    count = rows
    for kind in ("person", "group"):
        values = table[kind].astype("str").to_numpy(object)
        known = np.flatnonzero(values != "")
        codes, uniques = pd.factorize(values[known], sort=True)
        links.append(np.column_stack([known, count + codes]))
        names += [f"{kind} {value}" for value in uniques]
        count += len(uniques)
    ends = np.concatenate(links)
    graph = coo_array((np.ones(len(ends), bool), (ends[:, 0], ends[:, 1])), shape=(count, count))
    n, label = connected_components(graph, directed=False)
    named: list[str] = [""] * n
    # Persons come before groups and both are sorted: the first name of a component is its name.
    for node, name in zip(label[rows:], names, strict=True):
        named[node] = named[node] or name
    for row, node in enumerate(label[:rows]):
        named[node] = named[node] or f"row {table.index[row]}"
    return np.asarray(label[:rows]), named


def _draw(name: str, seed: int) -> float:
    """A number from 0 up to 1 that is the same on every machine."""
    digest = hashlib.sha256(f"{seed} {name}".encode()).digest()
    return int.from_bytes(digest[:7]) / 2**56


def _fill_empty(split_of: np.ndarray, drawn: np.ndarray, edges: np.ndarray) -> None:
    """Move the nearest component into each empty split; a split's last one stays."""
    for split in range(len(SPLITS)):
        counts = np.bincount(split_of, minlength=len(SPLITS))
        if counts[split]:
            continue
        away = np.maximum(edges[split] - drawn, drawn - edges[split + 1])
        away[counts[split_of] < 2] = np.inf
        split_of[int(np.argmin(away))] = split
