"""What each step kept, what it left out, and why."""

from collections.abc import Iterable
from typing import Final

import pandas as pd

#: The steps whose tables have ``kept`` and ``reason``, in order.
STEPS: Final = (
    "raw_emotion_images",
    "label_filtered",
    "deduplicated",
    "box_checked",
    "cropped_faces",
    "augmented_faces",
)


def step_counts(step: str, table: pd.DataFrame) -> pd.DataFrame:
    """One step's rows, counted.

    Args:
        step: its name.
        table: what it returned, with ``kept`` and ``reason``.

    Returns:
        ``step``, ``reason`` ("" for what was kept, always the first row) and ``rows``; the most
        frequent reason first.
    """
    kept = table["kept"].astype(bool)
    # Many rows with one reason must not look like several because of a number in brackets.
    reasons = table.loc[~kept, "reason"].astype("str").replace("", "no reason given")
    counts = reasons.value_counts().rename_axis("reason").reset_index(name="rows")
    counts = counts.sort_values(["rows", "reason"], ascending=[False, True])
    first = pd.DataFrame({"reason": [""], "rows": [int(kept.sum())]})
    whole = pd.concat([first, counts], ignore_index=True)
    whole.insert(0, "step", step)
    return whole.astype({"step": "str", "reason": "str", "rows": "int64"})


def funnel(counts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """The steps below each other.

    Args:
        counts: of each step, as :func:`step_counts` returns them, in order.

    Returns:
        ``step``, ``rows`` (that it looked at), ``kept``, ``left_out`` and ``why``
        ("wrong label 12, no face inside 3").
    """
    lines = []
    for step in counts:
        out = step[step["reason"] != ""]
        kept = int(step.loc[step["reason"] == "", "rows"].sum())
        why = ", ".join(f"{row.reason} {row.rows}" for row in out.itertuples())
        left_out = int(out["rows"].sum())
        lines.append((step["step"].iat[0], kept + left_out, kept, left_out, why))
    return pd.DataFrame(lines, columns=["step", "rows", "kept", "left_out", "why"])
