"""Groups of near duplicates: which photos belong together, which one is kept, and what it shows."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

NEAR_DUPLICATE = "near duplicate"
DISAGREE = "duplicates disagree"


class Groups:
    """Disjoint sets of 0 … n − 1 (union-find with path halving).

    Args:
        n: how many members.
    """

    def __init__(self, n: int) -> None:
        self._parent = list(range(n))

    def find(self, member: int) -> int:
        """The smallest member of its set."""
        parent = self._parent
        while parent[member] != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    def join(self, first: int, second: int) -> None:
        """Make two sets one."""
        a, b = sorted((self.find(first), self.find(second)))
        self._parent[b] = a

    def joined(self, first: int, second: int) -> bool:
        """Whether two members are in one set."""
        return self.find(first) == self.find(second)

    def roots(self) -> np.ndarray:
        """The smallest member of each one's set ``(n,)``."""
        return np.array([self.find(member) for member in range(len(self._parent))], np.int64)


def keep_best(table: pd.DataFrame) -> pd.DataFrame:
    """Keep one photo of each group.

    The best has more pixels, then is sharper, then has more bytes, then the smaller name. Where
    the copies carry different labels, those that a person decided count, else all of them; the
    label of more than half of these is the group's, and the best of the photos that carry it is
    kept. If none has more than half, nobody knows what the picture shows, and all are left out.

    Args:
        table: rows with ``photo``, ``group``, ``pixels``, ``sharpness``, ``bytes`` and, if labels
            are known, ``expression`` and ``decided_by``.

    Returns:
        The rows in their order with ``group_size``, ``duplicate_of`` (the kept photo; "" for kept
        ones), ``kept`` and ``reason``.
    """
    result = table.copy()
    size = result.groupby("group")["photo"].transform("size").astype("int64")
    kept = (size == 1).to_numpy(copy=True)
    duplicate_of, reason = [""] * len(result), [""] * len(result)
    several = np.flatnonzero(~kept)
    order = result.iloc[several].sort_values(
        ["group", "pixels", "sharpness", "bytes", "photo"],
        ascending=[True, False, False, False, True],
    )
    places = pd.Series(np.arange(len(result)), index=result.index)
    for _, group in order.groupby("group", sort=False):
        best = _best_of(group)
        for index, photo in zip(group.index, group["photo"], strict=True):
            place = int(places[index])
            if best is None:
                reason[place] = DISAGREE
            elif photo == best:
                kept[place] = True
            else:
                reason[place], duplicate_of[place] = NEAR_DUPLICATE, best
    result["group_size"] = size
    result["duplicate_of"] = pd.Series(duplicate_of, result.index, "str")
    result["kept"], result["reason"] = kept, pd.Series(reason, result.index, "str")
    return result


def _best_of(group: pd.DataFrame) -> str | None:
    """The photo to keep of rows from best to worst; ``None`` where their labels cannot be one."""
    if "expression" not in group or group["expression"].nunique() == 1:
        return str(group["photo"].iloc[0])
    by_person = group[group["decided_by"] == "person"]
    label = majority(by_person["expression"] if len(by_person) else group["expression"])
    if label is None:
        return None
    return str(group.loc[group["expression"] == label, "photo"].iloc[0])


def majority(labels: Iterable[str]) -> str | None:
    """What more than half of the labels say, or ``None``."""
    given: Sequence[str] = list(labels)
    most = max(set(given), key=given.count, default=None)
    return most if most is not None and 2 * given.count(most) > len(given) else None
