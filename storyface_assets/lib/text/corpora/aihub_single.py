"""AI-Hub 한국어 감정 정보가 포함된 단발성 대화 (270): single sentences with one of seven labels.

One .xlsx: Sentence, Emotion (공포 놀람 분노 슬픔 중립 행복 혐오); further columns hold counts. The
layout is taken from public programs that read it; nobody here had the file itself.
"""

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from storyface_assets.lib.text.corpora.row import NO_LABEL, UNKNOWN_LABEL, Row
from storyface_assets.lib.text.corpora.xlsx import table_rows

#: The labels of both KETI corpora.
LABELS: Final = ("공포", "놀람", "분노", "슬픔", "중립", "행복", "혐오")


def single_rows(file: Path) -> Iterator[Row]:
    """The sentences of one sheet.

    Raises:
        BadInput: the file cannot be opened, is damaged, or has another layout.
    """
    for number, cells, columns in table_rows(file, ("Sentence", "Emotion")):
        text = cells[columns["Sentence"]].strip()
        label = unicodedata.normalize("NFC", cells[columns["Emotion"]]).strip()
        if text or label:
            yield labelled_row(f"row {number}", text, label)


def labelled_row(place: str, text: str, label: str, group: str = "") -> Row:
    """A row with one of LABELS, or with the reason why it has none."""
    if label in LABELS:
        return Row(place, text, ((label, 1.0),), group=group)
    return Row(place, text, group=group, reason=UNKNOWN_LABEL if label else NO_LABEL)
