"""One entry of AI-Hub 82's label lists → the columns of the raw table.

An entry looks like this (facts: the set's description on aihub.or.kr)::

    {"filename": "<64 hex>_여_20_기쁨_도심 환경_20201209180013-001-008.jpg", "gender": "여",
     "age": 20, "isProf": "일반인", "faceExp_uploader": "기쁨", "bg_uploader": "도심 환경",
     "annot_A": {"boxes": {"maxX": …, "maxY": …, "minX": …, "minY": …}, "faceExp": "기쁨"}, …}

Whatever is missing or of another type is left unknown; only what makes the entry useless is a
fault.
"""

import math
import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from storyface_assets.lib.dataset.archives import is_safe
from storyface_assets.lib.dataset.json_list import REPLACEMENT
from storyface_assets.lib.dataset.schema import ANNOTATORS, BOX_SIDES
from storyface_assets.vocabulary import EXPRESSION_OF_PHOTO_LABEL

#: Faults of an entry.
NOT_AN_ENTRY: Final = "not an entry"
NO_FILENAME: Final = "no filename"
UNSAFE_NAME: Final = "unsafe name"
WRONG_ENCODING: Final = "wrong encoding"
NO_LABEL: Final = "no label"
UNKNOWN_LABEL: Final = "unknown label"

_GENDERS: Final = MappingProxyType({"여": "female", "남": "male", "여자": "female", "남자": "male"})
_PROFESSIONAL: Final = MappingProxyType({"전문인": True, "일반인": False})
_JSON_SIDES: Final = MappingProxyType(
    dict(zip(BOX_SIDES, ("minX", "minY", "maxX", "maxY"), strict=True))
)
_PERSON = re.compile(r"([0-9a-f]{40,64})_", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,3}")
_OLDEST = 120
#: Texts are cut here; no field of the set is nearly as long.
_MAX_TEXT = 512


def label_columns(entry: Any) -> dict[str, Any]:
    """The columns of the raw table that an entry fills, with its fault in ``fault``.

    Args:
        entry: what the JSON list holds; anything is taken.

    Returns:
        ``filename`` to ``box_c_max_y`` as in ``schema.RAW`` (``None`` for unknown numbers), and
        ``fault``: "" or one of this module's names.
    """
    fields: Mapping[str, Any] = entry if isinstance(entry, dict) else {}
    row: dict[str, Any] = {
        "filename": _text(fields.get("filename")),
        "gender": _GENDERS.get(_text(fields.get("gender")), ""),
        "age": _age(fields.get("age")),
        "professional": _professional(fields.get("isProf")),
        "background": _text(fields.get("bg_uploader")),
        "label_uploader": _text(fields.get("faceExp_uploader")),
    }
    row["person"] = person_of(row["filename"])
    for who in ANNOTATORS:
        annotation = fields.get(f"annot_{who.upper()}")
        annotation = annotation if isinstance(annotation, dict) else {}
        row[f"label_{who}"] = _text(annotation.get("faceExp"))
        for side, value in zip(BOX_SIDES, _box(annotation.get("boxes")), strict=True):
            row[f"box_{who}_{side}"] = value
    row["fault"] = _fault(row) if isinstance(entry, dict) else NOT_AN_ENTRY
    return row


def person_of(filename: str) -> str:
    """The uploader's id (40–64 hex digits, lower case) before the first "_" of a file name."""
    found = _PERSON.match(filename)
    return found.group(1).lower() if found else ""


def _fault(row: Mapping[str, Any]) -> str:
    filename: str = row["filename"]
    if not filename:
        return NO_FILENAME
    if REPLACEMENT in filename:
        return WRONG_ENCODING
    if not is_safe(filename) or "/" in filename or "\\" in filename:
        return UNSAFE_NAME
    labels = [row["label_uploader"], *(row[f"label_{who}"] for who in ANNOTATORS)]
    given = [label for label in labels if label]
    if not given:
        return NO_LABEL
    if any(REPLACEMENT in label for label in given):
        return WRONG_ENCODING
    return "" if all(label in EXPRESSION_OF_PHOTO_LABEL for label in given) else UNKNOWN_LABEL


def _text(value: Any) -> str:
    """Text in NFC (macOS takes Hangul apart), a lone surrogate as the replacement character."""
    if not isinstance(value, str):
        return ""
    plain = value[:_MAX_TEXT].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFC", plain).strip()


def _age(value: Any) -> int | None:
    """Years from ``20``, ``20.0``, ``"20"`` or ``"20대"``; unknown if nobody is that old."""
    if isinstance(value, str):
        found = _NUMBER.search(value)
        value = int(found.group()) if found else None
    number = _number(value)
    return int(number) if number is not None and 0 <= number <= _OLDEST else None


def _professional(value: Any) -> bool | None:
    if isinstance(value, str):
        return _PROFESSIONAL.get(_text(value))
    return value if isinstance(value, bool) else None


def _box(value: Any) -> tuple[float | None, ...]:
    """Sides in the order of BOX_SIDES; all unknown unless all are numbers."""
    sides = value if isinstance(value, dict) else {}
    numbers = tuple(_number(sides.get(name)) for name in _JSON_SIDES.values())
    return (None,) * len(numbers) if None in numbers else numbers


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
