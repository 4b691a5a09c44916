"""AI-Hub 한국어 감정 정보가 포함된 연속적 대화 (271): dialogues, each utterance with a label.

One .xlsx: above the header (blank, 발화, 감정) stands a row that begins with ``dialog #``; the
first column has an ``S`` where a dialogue begins. Labels as in 단발성, with slips of the pen. The
layout is taken from public programs that read it; nobody here had the file itself.
"""

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from storyface_assets.lib.text.corpora.aihub_single import labelled_row
from storyface_assets.lib.text.corpora.row import Row, group_of
from storyface_assets.lib.text.corpora.xlsx import table_rows

#: Slips of the pen that can mean one label only; others (ㅍ, 줄) are unknown labels.
SLIPS: Final = {"ㅈ중립": "중립", "ㄴ중립": "중립", "중림": "중립", "분ㄴ": "분노", "분": "분노"}
_START: Final = "S"


def continuous_rows(file: Path) -> Iterator[Row]:
    """The utterances of one sheet, grouped by dialogue.

    Raises:
        BadInput: the file cannot be opened, is damaged, or has another layout.
    """
    dialogue: list[tuple[str, str, str]] = []
    for number, cells, columns in table_rows(file, ("발화", "감정")):
        text = cells[columns["발화"]].strip()
        label = unicodedata.normalize("NFC", cells[columns["감정"]]).strip()
        if cells[0].strip().upper() == _START:
            yield from _labelled(dialogue)
            dialogue = []
        if text or label:
            dialogue.append((f"row {number}", text, SLIPS.get(label, label)))
    yield from _labelled(dialogue)


def _labelled(dialogue: list[tuple[str, str, str]]) -> Iterator[Row]:
    group = group_of(text for _, text, _ in dialogue)
    for place, text, label in dialogue:
        yield labelled_row(place, text, label, group)
