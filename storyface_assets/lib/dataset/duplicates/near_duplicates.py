"""Which photos are one picture: hash every photo, compare the near ones, group the copies."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from storyface_assets.lib.dataset.duplicates import hashes as hashing
from storyface_assets.lib.dataset.duplicates import verify
from storyface_assets.lib.dataset.duplicates.candidates import candidate_pairs
from storyface_assets.lib.dataset.duplicates.groups import Groups
from storyface_assets.lib.dataset.duplicates.hamming import rank_in_runs
from storyface_assets.lib.dataset.duplicates.hashes import Hashes, OpenMemo, read_hashes
from storyface_assets.lib.dataset.each import work_on_each
from storyface_assets.lib.dataset.schema import GROUPED, require_columns
from storyface_assets.lib.progress import Stopwatch

#: The nearest pairs are compared first: who is joined by them need not be compared again.
_ROUNDS = (2, 6, 128)
#: With fewer pairs than this, other processes take longer to start than to work.
_WORTH_PROCESSES = 300
_NEEDED: Final[Mapping[str, str]] = {"photo": "str", "sha256": "str"}


@dataclass(frozen=True)
class NearDuplicatesReport:
    """How it went.

    Attributes:
        pairs: a row a compared pair: ``first``, ``second`` (photos), ``distance`` (bits),
            ``same``, ``difference``, ``uneven``, ``why``.
        seconds: by stage.
    """

    pairs: pd.DataFrame
    seconds: dict[str, float] = field(default_factory=dict)

    def by_distance(self) -> pd.DataFrame:
        """A row a hash distance: ``distance``, ``compared``, ``same``, ``different``."""
        counts = self.pairs.groupby("distance")["same"].agg(compared="size", same="sum")
        counts["different"] = counts["compared"] - counts["same"]
        return counts.reset_index().astype("int64")


def find_near_duplicates(
    table: pd.DataFrame,
    root: Path,
    cache_dir: Path,
    open_memo: OpenMemo,
    workers: int | None = None,
    verified: bool = True,
) -> tuple[pd.DataFrame, NearDuplicatesReport]:
    """Group the photos that are one picture.

    Args:
        table: rows with ``photo`` and ``sha256``; faces are already read (a photo without a face
            is found by the whole picture alone, so not if it was cropped).
        root: the set's folder.
        cache_dir: the installation's cache folder.
        open_memo: gives the memo of a step and a recipe.
        workers: processes and threads.
        verified: ``False`` to take near hashes for duplicates, for comparison.

    Returns:
        The rows with the columns of ``schema.GROUPED``; the report.

    Raises:
        BadInput: columns are missing.
    """
    require_columns(table, _NEEDED, "raw_emotion_images")
    watch, seconds = Stopwatch(), {}
    memo = open_memo(hashing.STEP, hashing.RECIPE)
    hashes = read_hashes(table, root, cache_dir, memo, workers)
    seconds["hashes"] = watch.seconds()
    watch = Stopwatch()
    pairs = candidate_pairs(hashes, workers=workers)
    seconds["all pairs"] = watch.seconds()
    watch = Stopwatch()
    photos = dict(zip(table["sha256"], table["photo"], strict=True))
    groups = Groups(len(hashes.sha256))
    if verified:
        compared = _compare(hashes, pairs, groups, photos, root, cache_dir, open_memo, workers)
    else:
        for i, j, _ in pairs:
            groups.join(int(i), int(j))
        compared = []
    seconds["comparing"] = watch.seconds()
    result = _with_groups(table, hashes, groups).astype(dict(GROUPED))
    columns = ["first", "second", "distance", "same", "difference", "uneven", "why"]
    return result, NearDuplicatesReport(pd.DataFrame(compared, columns=columns), seconds)


def _compare(
    hashes: Hashes,
    pairs: np.ndarray,
    groups: Groups,
    photos: dict[str, str],
    root: Path,
    cache_dir: Path,
    open_memo: OpenMemo,
    workers: int | None,
) -> list[tuple[str, str, int, bool, float, float, str]]:
    """Join the pairs that are one picture; a row for each that was compared."""
    memo = open_memo(verify.STEP, verify.RECIPE)
    names = [(str(sha256), photos[sha256]) for sha256 in hashes.sha256]
    rows = []
    for now in _rounds(pairs, groups):
        waiting = {
            verify.pair_key(names[i][0], names[j][0]): (int(i), int(j), int(distance))
            for i, j, distance in now
        }
        jobs = {
            key: (str(root), str(cache_dir), names[i], names[j])
            for key, (i, j, _) in waiting.items()
        }
        few = 1 if len(jobs) < _WORTH_PROCESSES else workers
        found = work_on_each("comparing look-alikes", jobs, verify.verify_pair, memo, few)
        for key, (same, *figures) in found.items():
            i, j, distance = waiting[key]
            rows.append((names[i][1], names[j][1], distance, same, *figures))
            if same:
                groups.join(i, j)
    return rows


def _rounds(pairs: np.ndarray, groups: Groups) -> Iterator[np.ndarray]:
    """Some of the pairs at a time, without those that the rounds before have joined.

    Nearest first; and of each photo one pair, then two more, then four: many copies of one picture
    are joined by the first, instead of each being compared with each.
    """
    reached = -1
    for limit in _ROUNDS:
        left = pairs[(pairs[:, 2] > reached) & (pairs[:, 2] <= limit)]
        # In the order of the photos, so that a decoded one is used for all its pairs.
        left = left[np.lexsort((left[:, 1], left[:, 2], left[:, 0]))]
        reached, at_once = limit, 1
        while len(left := left[_apart(left, groups)]):
            now = rank_in_runs(left[:, 0]) < at_once
            yield left[now]
            left, at_once = left[~now], 2 * at_once


def _apart(pairs: np.ndarray, groups: Groups) -> np.ndarray:
    roots = groups.roots()
    return np.asarray(roots[pairs[:, 0]] != roots[pairs[:, 1]])


def _with_groups(table: pd.DataFrame, hashes: Hashes, groups: Groups) -> pd.DataFrame:
    """The rows with ``group``, ``sharpness``, ``pixels`` and ``problem``."""
    # ``hashes`` is sorted by SHA-256, so the smallest member of a set has the smallest one.
    facts = pd.DataFrame(
        {
            "sha256": hashes.sha256,
            "group": hashes.sha256[groups.roots()],
            "sharpness": hashes.sharpness,
            "pixels": hashes.pixels,
            "problem": hashes.problem,
        }
    )
    old = [name for name in facts.columns if name != "sha256" and name in table]
    merged = table.drop(columns=old).merge(facts, on="sha256", how="left", validate="many_to_one")
    return merged.set_index(table.index)
