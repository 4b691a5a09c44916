"""Any small table as Markdown."""

import numpy as np
import pandas as pd
from dagster import MarkdownMetadataValue, MetadataValue

_MAX_ROWS = 60
_MAX_LETTERS = 300


def markdown_table(table: pd.DataFrame) -> MarkdownMetadataValue:
    """A table under its column names, at most sixty rows.

    Args:
        table: any; fractions are shown with three digits.
    """
    head = " | ".join(str(name).replace("_", " ") for name in table.columns)
    lines = [f"| {head} |", "|" + " --- |" * len(table.columns)]
    for row in table.head(_MAX_ROWS).itertuples(index=False):
        lines.append("| " + " | ".join(map(_cell, row)) + " |")
    if len(table) > _MAX_ROWS:
        lines.append(f"\n… {len(table) - _MAX_ROWS} more")
    return MetadataValue.md("\n".join(lines))


def _cell(value: object) -> str:
    if isinstance(value, float | np.floating):
        return f"{value:.3f}"
    text = str(value).replace("|", "/").replace("\n", " ")
    return text if len(text) <= _MAX_LETTERS else text[: _MAX_LETTERS - 1] + "…"
