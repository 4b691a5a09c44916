"""AI-Hub 감성대화 말뭉치 (86): a person's feeling told to a system, .json or .xlsx as delivered.

``감성대화말뭉치(최종데이터)_Training`` and ``…_Validation``. JSON: a list of dialogues with
``profile.emotion.type`` (E10 to E69, ten to a large class) and ``talk.content`` (``HS01`` … said by
the person, ``SS01`` … by the system, "" where nothing is said). Sheet: 감정_대분류 (with stray
blanks), 감정_소분류, 사람문장1 … and 시스템문장1 … (an earlier edition: 시스템응답1 …, up to 4).

The layout is taken from public programs that read it; nobody here had the files themselves.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.corpora.row import (
    BROKEN_ROW,
    NO_LABEL,
    NO_TEXT,
    UNKNOWN_LABEL,
    Row,
    group_of,
)
from storyface_assets.lib.text.corpora.xlsx import table_rows

#: Large class by the first digit of the code.
_CLASSES: Final = {"1": "분노", "2": "슬픔", "3": "불안", "4": "상처", "5": "당황", "6": "기쁨"}
_CODE = re.compile(r"E([1-6])[0-9]")
_SAID_JSON = re.compile(r"HS[0-9]+")
_SAID_SHEET = re.compile(r"사람문장[0-9]+")


def dialogue_rows(file: Path) -> Iterator[Row]:
    """What the person says in each dialogue; every sentence has the label of its dialogue.

    Raises:
        BadInput: the file cannot be opened, is damaged, or has another layout.
    """
    name = unicodedata.normalize("NFC", file.stem).lower()
    split = "train" if "train" in name else "validation" if "valid" in name else ""
    is_json = file.suffix.lower() == ".json"
    for place, said, label in _of_json(file) if is_json else _of_sheet(file):
        if said is None:
            yield Row(place, reason=BROKEN_ROW)
            continue
        texts = [text.strip() for text in said if text.strip()]
        reason = NO_LABEL if label == "" else UNKNOWN_LABEL if label is None else ""
        group = group_of(texts)
        if not texts:
            yield Row(place, split=split, reason=NO_TEXT)
        for text in texts:
            labels = ((label, 1.0),) if label else ()
            yield Row(place, text, labels, split, group, reason)


def _of_json(file: Path) -> Iterator[tuple[str, list[str] | None, str | None]]:
    """Place, sentences (``None`` for a broken entry) and label (``None`` if unknown)."""
    for number, entry in enumerate(_entries(file), start=1):
        place = f"entry {number}"
        try:
            code, content = entry["profile"]["emotion"]["type"], entry["talk"]["content"]
            turns = sorted(key for key in content if _SAID_JSON.fullmatch(key))
            said = [str(content[key] or "") for key in turns]
            found = _CODE.fullmatch(code.strip())
        except (KeyError, TypeError, AttributeError):
            yield place, None, None
            continue
        yield place, said, _CLASSES[found[1]] if found else None if code.strip() else ""


def _entries(file: Path) -> list[Any]:
    mend = "Fetch it again; it is a list of dialogues."
    try:
        entries = json.loads(file.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        problem = f"cannot be opened ({error.strerror or error})."
        raise BadInput(file, "", problem, "Allow reading it.") from error
    except (ValueError, RecursionError) as error:
        raise BadInput(file, "", f"is no JSON in UTF-8 ({error}).", mend) from error
    if not isinstance(entries, list):
        raise BadInput(file, "", "is not a list.", mend)
    return entries


def _of_sheet(file: Path) -> Iterator[tuple[str, list[str] | None, str | None]]:
    for number, cells, columns in table_rows(file, ("감정_대분류", "사람문장1")):
        turns = sorted(name for name in columns if _SAID_SHEET.fullmatch(name))
        said = [cells[columns[name]] for name in turns]
        label = unicodedata.normalize("NFC", cells[columns["감정_대분류"]]).strip()
        if label or any(text.strip() for text in said):  # sheets end with blank rows
            known = label in _CLASSES.values() or label == ""
            yield f"row {number}", said, label if known else None
