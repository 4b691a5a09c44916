"""Train, validation and test without leaks: who belongs together stays together.

Photos of one person, and near duplicates of one photo, form a *component*, and a component lies
in one split as a whole. Everybody draws a number, a hash of the name, and the component goes by
the smallest draw of its people. So the split follows from the set alone, and new photos, who may
join two components, move nobody from train to validation or test: a model trained before is
never tested on somebody it has seen. The price: the more people are tied, the more lie in train.
"""

import hashlib
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from storyface_assets.lib.dataset.schema import SPLITS


def assign_splits(
    table: pd.DataFrame,
    seed: int = 0,
    shares: Sequence[float] = (0.8, 0.1, 0.1),
    used: np.ndarray | None = None,
) -> pd.Series:
    """The split of every row.

    Photos of nobody known draw by their content. One rule alone goes by how many there are: with
    three components or more no split is empty; the one whose draw is nearest to an empty split's
    interval is moved there. So where a split is nearly empty (below some 40 components), new photos
    can move somebody; and whoever is no longer tied goes by an own draw again.

    Args:
        table: rows with ``person``, ``group`` and ``sha256``; "" names nobody and no group.
        seed: another one gives another draw.
        shares: of train, validation and test in the draws; they sum to 1. Components of several
            people lie in train more often.
        used: ``(N,)`` bool, the rows that will be in the splits; ``None`` for all. The others only
            tie them together.

    Returns:
        ``train``, ``validation`` or ``test``, under the table's index.

    Raises:
        ValueError: shares that are not three positive numbers with the sum 1.
    """
    if len(shares) != len(SPLITS) or min(shares) <= 0 or abs(sum(shares) - 1) > 1e-9:
        raise ValueError(f"shares {tuple(shares)} are not three positive numbers that sum to 1")
    of_row, count = _components(table)
    drawn = np.ones(count)
    np.minimum.at(drawn, of_row, _draws(table, seed))
    edges = np.cumsum([0.0, *shares])
    split_of = np.clip(np.searchsorted(edges, drawn, side="right") - 1, 0, len(SPLITS) - 1)
    seen = np.unique(of_row if used is None else of_row[used])
    if len(seen) >= len(SPLITS):
        split_of[seen] = _without_empty(split_of[seen], drawn[seen], edges)
    chosen = np.array(SPLITS, object)[split_of[of_row]]
    return pd.Series(chosen, index=table.index, name="split", dtype="str")


def _components(table: pd.DataFrame) -> tuple[np.ndarray, int]:
    """The component of each row, and how many there are."""
    rows = len(table)
    links, nodes = [np.empty((0, 2), np.int64)], rows
    for kind in ("person", "group"):
        values = table[kind].astype("str").to_numpy(object)
        known = np.flatnonzero(values != "")
        codes, uniques = pd.factorize(values[known])
        links.append(np.column_stack([known, nodes + codes]))
        nodes += len(uniques)
    ends = np.concatenate(links)
    graph = coo_array((np.ones(len(ends), bool), (ends[:, 0], ends[:, 1])), shape=(nodes, nodes))
    count, label = connected_components(graph, directed=False)
    return np.asarray(label[:rows]), int(count)


def _draws(table: pd.DataFrame, seed: int) -> np.ndarray:
    """What each row's person (or the photo, of nobody) draws ``(N,)``."""
    person, photo = table["person"].astype("str"), table["sha256"].astype("str")
    names = ("person " + person).where(person != "", "photo " + photo)
    drawn = {name: _draw(name, seed) for name in names.unique()}
    return np.array([drawn[name] for name in names], float)


def _draw(name: str, seed: int) -> float:
    """A number from 0 up to 1 that is the same on every machine."""
    digest = hashlib.sha256(f"{seed} {name}".encode()).digest()
    return int.from_bytes(digest[:7]) / 2**56


def _without_empty(split_of: np.ndarray, drawn: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Move the nearest component into each empty split; a split's last one stays."""
    for split in range(len(SPLITS)):
        counts = np.bincount(split_of, minlength=len(SPLITS))
        if counts[split]:
            continue
        away = np.maximum(edges[split] - drawn, drawn - edges[split + 1])
        away[counts[split_of] < 2] = np.inf
        split_of[int(np.argmin(away))] = split
    return split_of
