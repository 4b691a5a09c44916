"""What people decided about single photos after they looked at them; their word counts.

``label_decisions.csv`` has a line a photo: ``photo`` (its path in the set, or its file name),
``decision`` (``keep``, ``remove``, or the expression that it shows: one of this project's or
AI-Hub's word), ``by`` (who decided) and ``note`` (why; may be empty).
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from storyface_assets.lib.errors import BadInput
from storyface_assets.vocabulary import EXPRESSION_OF_PHOTO_LABEL, FACE_EXPRESSIONS

COLUMNS: Final = ("photo", "decision", "by", "note")
KEEP: Final = "keep"
REMOVE: Final = "remove"
REMOVED: Final = "removed by a person"
#: A spreadsheet in Korea saves CSV in the second.
_ENCODINGS: Final = ("utf-8-sig", "cp949")
_WORDS: Final = {
    KEEP: KEEP,
    REMOVE: REMOVE,
    **{name: name for name in FACE_EXPRESSIONS},
    **{label: name for label, name in EXPRESSION_OF_PHOTO_LABEL.items() if name},
}


@dataclass(frozen=True)
class Decision:
    """One line of the file.

    Attributes:
        photo: path in the set, or file name.
        verdict: KEEP, REMOVE or an expression of ``FACE_EXPRESSIONS``.
        by: who decided.
        note: why.
        line: in the file, from 1.
    """

    photo: str
    verdict: str
    by: str
    note: str
    line: int


@dataclass(frozen=True)
class Decisions:
    """All lines of a file.

    Attributes:
        file: where they are from.
        all: in the file's order.
    """

    file: Path
    all: tuple[Decision, ...] = ()


def read_decisions(file: Path) -> Decisions:
    """Read the file; one that is not there decides nothing.

    Raises:
        BadInput: a column, a name or a decision is missing or unknown, or a photo is decided
            twice; file, line and field are named.
    """
    if not file.is_file():
        return Decisions(file)
    # csv and not pandas: errors name the line.
    rows = csv.reader(io.StringIO(_text(file), newline=""))
    header = [name.strip().lower() for name in next(rows, [])]
    missing = [name for name in COLUMNS[:3] if name not in header]
    if missing:
        mend = f"Let the first line read {','.join(COLUMNS)}."
        raise BadInput(file, "line 1", f"has no column {', '.join(missing)}.", mend)
    found: dict[str, Decision] = {}
    for row in rows:
        line = rows.line_num
        cells = dict(zip(header, (cell.strip() for cell in row), strict=False))
        if not any(cells.values()):
            continue
        decision = _decision(file, line, cells)
        before = found.setdefault(decision.photo, decision)
        if before is not decision:
            problem = f"{decision.photo} is decided in line {before.line} already."
            raise BadInput(file, f"line {line}: photo", problem, "Agree on one line; delete one.")
    return Decisions(file, tuple(found.values()))


def _text(file: Path) -> str:
    data = file.read_bytes()
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput(file, "", "is neither UTF-8 nor CP949 text.", "Save it as UTF-8 CSV.")


def _decision(file: Path, line: int, cells: Mapping[str, str]) -> Decision:
    where = f"line {line}"
    photo, word, by = (cells.get(name, "") for name in COLUMNS[:3])
    if not photo:
        mend = "Write the photo's path or file name as label_filtered's table has it."
        raise BadInput(file, f"{where}: photo", "is empty.", mend)
    if word.lower() not in _WORDS:
        problem = f"{word!r} is no decision." if word else "is empty."
        mend = f"Write one of {', '.join(_WORDS)}."
        raise BadInput(file, f"{where}: decision", problem, mend)
    if not by:
        raise BadInput(file, f"{where}: by", "is empty.", "Write who decided it.")
    return Decision(photo, _WORDS[word.lower()], by, cells.get("note", ""), line)


def apply_decisions(
    table: pd.DataFrame, decisions: Decisions
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Let people's word count.

    Args:
        table: rows with ``photo``, ``filename``, ``expression``, ``kept``, ``reason`` and
            ``decided_by``.
        decisions: of :func:`read_decisions`.

    Returns:
        The table with the decided rows changed (``decided_by`` is "person"), and a warning for
        each decision whose photo is not in it.

    Raises:
        BadInput: ``keep`` for a photo whose labels come to no expression, or a file name that
            more than one photo has.
    """
    result, warnings = table.copy(), []
    by_path = {photo: [row] for row, photo in enumerate(table["photo"])}
    by_name: dict[str, list[int]] = {}
    for row, name in enumerate(table["filename"]):
        by_name.setdefault(str(name), []).append(row)
    expressions, kept = list(table["expression"]), list(table["kept"])
    reasons, decided_by = list(table["reason"]), list(table["decided_by"])
    for one in decisions.all:
        rows = by_path.get(one.photo) or by_name.get(one.photo, [])
        where = f"line {one.line}"
        if not rows:
            warnings.append(f"{decisions.file.name}: {where}: no photo {one.photo!r} in the set.")
            continue
        if len(rows) > 1:
            problem = f"{len(rows)} photos are called {one.photo}."
            mend = "Write the photo's path in the set."
            raise BadInput(decisions.file, f"{where}: photo", problem, mend)
        (row,) = rows
        if one.verdict == KEEP and not expressions[row]:
            problem = f"keeps {one.photo}, whose labels come to no expression."
            mend = "Write the expression that it shows instead."
            raise BadInput(decisions.file, f"{where}: decision", problem, mend)
        if one.verdict in FACE_EXPRESSIONS:
            expressions[row] = one.verdict
        kept[row] = one.verdict != REMOVE
        reasons[row] = "" if kept[row] else REMOVED
        decided_by[row] = "person"
    return result.assign(
        expression=pd.array(expressions, dtype="str"),
        kept=kept,
        reason=pd.array(reasons, dtype="str"),
        decided_by=pd.array(decided_by, dtype="str"),
    ), tuple(warnings)
