"""A story's emotions as one bar, and sentences as a table."""

import cv2
import numpy as np
import pandas as pd
from dagster import MarkdownMetadataValue, MetadataValue

from storyface_assets.previews.colours import EMOTION_COLOURS
from storyface_assets.vocabulary import TEXT_EMOTIONS

_BAR_SIZE = (720, 72)
_MAX_ROWS = 40


def emotion_bar(table: pd.DataFrame) -> np.ndarray:
    """One column a sentence, left to right: the six probabilities stacked in their colours.

    Args:
        table: one row a sentence with a column per name of ``TEXT_EMOTIONS``.

    Returns:
        ``(72, 720, 3)`` uint8 sRGB.
    """
    probabilities = table[list(TEXT_EMOTIONS)].to_numpy(np.float64)
    colours = np.array([EMOTION_COLOURS[name] for name in TEXT_EMOTIONS], np.uint8)
    width, height = _BAR_SIZE
    edges = np.cumsum(probabilities, axis=1)
    levels = (np.arange(height)[::-1] + 0.5) / height
    # The first emotion whose running sum passes the level owns the pixel.
    owner = (levels[:, None, None] > edges[None]).sum(2).clip(max=len(TEXT_EMOTIONS) - 1)
    bar = colours[owner]
    return cv2.resize(bar, (width, height), interpolation=cv2.INTER_NEAREST)


def emotion_legend() -> np.ndarray:
    """Swatches in the order of ``TEXT_EMOTIONS``, ``(24, 720, 3)`` uint8."""
    swatches = np.array([[EMOTION_COLOURS[name] for name in TEXT_EMOTIONS]], np.uint8)
    return cv2.resize(swatches, (_BAR_SIZE[0], 24), interpolation=cv2.INTER_NEAREST)


def sentence_table(table: pd.DataFrame, columns: dict[str, str]) -> MarkdownMetadataValue:
    """Rows of a sentence table as Markdown, at most forty.

    Args:
        table: any table.
        columns: heading shown for each column, in order.
    """
    head = " | ".join(columns.values())
    lines = [f"| {head} |", "|" + " --- |" * len(columns)]
    for row in table[list(columns)].head(_MAX_ROWS).itertuples(index=False):
        lines.append("| " + " | ".join(_cell(value) for value in row) + " |")
    if len(table) > _MAX_ROWS:
        lines.append(f"\n… {len(table) - _MAX_ROWS} more")
    return MetadataValue.md("\n".join(lines))


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}"
    if value is None:
        return ""
    text = str(value).replace("|", "/").replace("\n", " ")
    return text if len(text) <= 120 else text[:119] + "…"
