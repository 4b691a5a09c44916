"""A story's emotions as one bar, and sentences as a table."""

import cv2
import numpy as np
import pandas as pd
from dagster import MarkdownMetadataValue, MetadataValue

from storyface_assets.previews.colours import EMOTION_COLOURS
from storyface_assets.vocabulary import TEXT_EMOTIONS

_BAR_SIZE = (720, 72)
#: Height of the legend and of the white line above it, pixels.
_LEGEND, _GAP = 16, 8
_MAX_ROWS = 40


def emotion_bar(table: pd.DataFrame) -> np.ndarray:
    """A story's emotions from left to right, over a legend in the order of ``TEXT_EMOTIONS``.

    One column a sentence: the six probabilities stacked in their colours.

    Args:
        table: one row a sentence with a column per name of ``TEXT_EMOTIONS``.

    Returns:
        ``(96, 720, 3)`` uint8 sRGB.
    """
    probabilities = table[list(TEXT_EMOTIONS)].to_numpy(np.float64)
    colours = np.array([EMOTION_COLOURS[name] for name in TEXT_EMOTIONS], np.uint8)
    width, height = _BAR_SIZE
    edges = np.cumsum(probabilities, axis=1)
    levels = (np.arange(height)[::-1] + 0.5) / height
    # The first emotion whose running sum passes the level owns the pixel.
    owner = (levels[:, None, None] > edges[None]).sum(2).clip(max=len(TEXT_EMOTIONS) - 1)
    bar = cv2.resize(colours[owner], (width, height), interpolation=cv2.INTER_NEAREST)
    legend = cv2.resize(colours[None], (width, _LEGEND), interpolation=cv2.INTER_NEAREST)
    return np.concatenate([bar, np.full((_GAP, width, 3), 255, np.uint8), legend])


def sentence_table(table: pd.DataFrame, columns: dict[str, str]) -> MarkdownMetadataValue:
    """Rows of a sentence table as Markdown, at most forty, counted from 1 as book.toml does.

    Args:
        table: any table.
        columns: heading shown for each column, in order.
    """
    head = " | ".join(["#", *columns.values()])
    lines = [f"| {head} |", "|" + " --- |" * (len(columns) + 1)]
    for number, row in enumerate(table[list(columns)].head(_MAX_ROWS).to_numpy(), start=1):
        lines.append("| " + " | ".join([str(number), *map(_cell, row)]) + " |")
    if len(table) > _MAX_ROWS:
        lines.append(f"\n… {len(table) - _MAX_ROWS} more")
    return MetadataValue.md("\n".join(lines))


def _cell(value: object) -> str:
    if isinstance(value, float | np.floating):
        return f"{value:.2f}"
    if value is None or isinstance(value, bool | np.bool_):
        return "✓" if value else ""
    text = str(value).replace("|", "/").replace("\n", " ")
    return text if len(text) <= 120 else text[:119] + "…"
