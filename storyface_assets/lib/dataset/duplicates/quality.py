"""How well duplicates were found, against a set whose duplicates are known."""

from itertools import combinations
from typing import Any

import pandas as pd


def duplicate_quality(grouped: pd.DataFrame, truth: pd.DataFrame) -> dict[str, Any]:
    """Precision and recall of the duplicates found, by pairs of photos.

    Precision counts every pair that stands in one group; recall counts each planted copy with its
    original, so that each kind can be told. Only photos that the step saw count.

    Args:
        grouped: rows with ``photo`` and ``group``.
        truth: rows with ``photo``, ``duplicate_of`` (photo of the original, "" for originals) and
            ``duplicate_kind``.

    Returns:
        ``pairs_found``, ``pairs_true``, ``planted``, ``precision``, ``recall`` (1 where there was
        nothing to find), ``recall_by_kind``, ``planted_by_kind``, ``wrong_pairs`` (at most 20),
        ``missed`` (at most 20: kind and both photos).
    """
    group = dict(zip(grouped["photo"], grouped["group"], strict=True))
    known = truth.drop_duplicates("photo")
    original = {
        photo: source or photo
        for photo, source in zip(known["photo"], known["duplicate_of"], strict=True)
    }
    wrong, right = [], 0
    for _, photos in grouped.groupby("group")["photo"]:
        for first, second in combinations(sorted(photos), 2):
            if original.get(first, first) == original.get(second, second):
                right += 1
            else:
                wrong.append((first, second))
    planted: dict[str, int] = {}
    met: dict[str, int] = {}
    missed = []
    for row in known[known["duplicate_of"] != ""].itertuples():
        if row.photo not in group or row.duplicate_of not in group:
            continue
        kind = str(row.duplicate_kind)
        planted[kind] = planted.get(kind, 0) + 1
        if group[row.photo] == group[row.duplicate_of]:
            met[kind] = met.get(kind, 0) + 1
        else:
            missed.append((kind, str(row.photo), str(row.duplicate_of)))
    found, count = right + len(wrong), sum(planted.values())
    return {
        "pairs_found": found,
        "pairs_true": right,
        "planted": count,
        "precision": right / found if found else 1.0,
        "recall": sum(met.values()) / count if count else 1.0,
        "recall_by_kind": {kind: met.get(kind, 0) / n for kind, n in sorted(planted.items())},
        "planted_by_kind": dict(sorted(planted.items())),
        "wrong_pairs": wrong[:20],
        "missed": missed[:20],
    }
