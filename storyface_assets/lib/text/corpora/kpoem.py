"""KPoEM: lines of modern Korean poems with the share of five raters for each label (MIT).

``kpoem_docstore.jsonl``: ``{"text", "poet", "emotion": {KOTE's label: share}}``, first the lines of
all poems (7,007), then the poems as a whole in the same order (615). A line belongs to the poem
that it is found in. There is no published split in the file.
"""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from storyface_assets.lib.text.corpora.row import BROKEN_ROW, WHOLE_POEM, Row, group_of
from storyface_assets.lib.text.corpora.tsv import read_lines


def kpoem_rows(file: Path) -> Iterator[Row]:
    """The lines of one file, grouped by poem; whole poems are rows with that reason.

    Raises:
        BadInput: the file cannot be opened or is no UTF-8.
    """
    rows = [_row(f"line {number}", line) for number, line in read_lines(file)]
    letters = [_letters(row.text) for row in rows]
    first = _first_poem(letters)
    poems, at = letters[first:], 0
    for row, line in zip(rows[:first], letters[:first], strict=True):
        while at < len(poems) and line not in poems[at]:
            # A line that is in none is of the poem of the lines around it.
            if not any(line in poem for poem in poems[at + 1 : at + 3]):
                break
            at += 1
        group = group_of([poems[at]]) if at < len(poems) else ""
        yield Row(row.place, row.text, row.labels, "", group, row.reason)
    for row in rows[first:]:
        yield Row(row.place, row.text, row.labels, "", "", row.reason or WHOLE_POEM)


def _row(place: str, line: str) -> Row:
    try:
        entry: Any = json.loads(line)
        text, emotion = entry["text"], entry["emotion"]
        labels = tuple((str(label), float(share)) for label, share in emotion.items())
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Row(place, reason=BROKEN_ROW)
    if not isinstance(text, str) or not all(math.isfinite(s) and s >= 0 for _, s in labels):
        return Row(place, reason=BROKEN_ROW)
    return Row(place, text, labels)


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def _first_poem(letters: list[str]) -> int:
    """Where the whole poems begin: with the one that begins with the file's first two lines."""
    if len(letters) > 2:
        for k, poem in enumerate(letters[2:], start=2):
            if len(letters[0]) > 0 and poem.startswith(letters[0] + letters[1]):
                return k
    return len(letters)
