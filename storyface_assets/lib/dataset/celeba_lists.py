"""CelebA's list files: attributes, partition and identities, as published or as CSV.

Facts: http://mmlab.ie.cuhk.edu.hk/projects/CelebA.html. ``list_attr_celeba.txt`` has the number
of pictures, then the names of 40 attributes, then a line a picture with −1 or 1 for each. Copies
on Kaggle are CSV with a header and no number. Fields are parted by spaces or commas alike.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from storyface_assets.lib.errors import BadInput

#: The official names in the official order.
ATTRIBUTES: Final = (
    *("5_o_Clock_Shadow", "Arched_Eyebrows", "Attractive", "Bags_Under_Eyes", "Bald", "Bangs"),
    *("Big_Lips", "Big_Nose", "Black_Hair", "Blond_Hair", "Blurry", "Brown_Hair"),
    *("Bushy_Eyebrows", "Chubby", "Double_Chin", "Eyeglasses", "Goatee", "Gray_Hair"),
    *("Heavy_Makeup", "High_Cheekbones", "Male", "Mouth_Slightly_Open", "Mustache"),
    *("Narrow_Eyes", "No_Beard", "Oval_Face", "Pale_Skin", "Pointy_Nose", "Receding_Hairline"),
    *("Rosy_Cheeks", "Sideburns", "Smiling", "Straight_Hair", "Wavy_Hair", "Wearing_Earrings"),
    *("Wearing_Hat", "Wearing_Lipstick", "Wearing_Necklace", "Wearing_Necktie", "Young"),
)
_VALUES: Final = {"-1": -1, "1": 1, "0": -1}  # some copies write 0 for "no"
_SPLIT_OF: Final = {"0": "train", "1": "validation", "2": "test"}
_FIELDS = re.compile(r"[\s,]+")
_AGAIN = "Copy the list from the publisher again."
#: A list of which more lines are bad is another kind of file.
_MAX_BAD_SHARE = 0.5


@dataclass
class AttributeList:
    """What the attribute list says.

    Attributes:
        filenames: in the order of the list, also those of bad lines.
        values: ``(N, 40)`` int8, −1 or 1 in the order of ATTRIBUTES; 0 in bad lines.
        faults: "" or what is wrong with the line.
        declared: number of pictures by the list's own first line; ``None`` in a CSV.
    """

    filenames: list[str] = field(default_factory=list)
    values: np.ndarray = field(default_factory=lambda: np.zeros((0, len(ATTRIBUTES)), np.int8))
    faults: list[str] = field(default_factory=list)
    declared: int | None = None


def read_attributes(path: Path) -> AttributeList:
    """Read ``list_attr_celeba.txt`` (or ``.csv``).

    A line with too few values or another value than −1, 0 or 1 is kept with its fault.

    Raises:
        BadInput: not such a list; names line and mend.
    """
    lines = _lines(path)
    number, first = next(lines, (1, []))
    result = AttributeList()
    if len(first) == 1 and first[0].isdigit():
        result.declared = int(first[0])
        number, first = next(lines, (2, []))
    header = first[1:] if first[:1] == ["image_id"] else first
    order = _require_header(path, number, header)
    rows = bytearray()
    bad: list[tuple[int, str]] = []
    for number, words in lines:
        values = [_VALUES.get(word) for word in words[1:]]
        fault = ""
        if len(values) != len(order):
            fault = "wrong number of attributes"
        elif None in values:
            fault = "wrong attribute value"
        if fault:
            bad.append((number, fault))
        result.filenames.append(words[0])
        result.faults.append(fault)
        whole = [0] * len(order) if fault else values
        rows += bytes((whole[k] or 0) & 0xFF for k in order)
    result.values = np.frombuffer(bytes(rows), np.int8).reshape(-1, len(ATTRIBUTES))
    _require_good(path, bad, len(result.filenames))
    return result


def read_splits(path: Path) -> dict[str, str]:
    """File name → train, validation or test, from ``list_eval_partition.txt`` (or ``.csv``).

    A picture whose line is bad is left out.

    Raises:
        BadInput: not such a list.
    """
    pairs = _pairs(path, "partition", lambda word: word in _SPLIT_OF)
    return {name: _SPLIT_OF[word] for name, word in pairs.items()}


def read_identities(path: Path) -> dict[str, str]:
    """File name → number of the person, from ``identity_CelebA.txt``.

    Raises:
        BadInput: not such a list.
    """
    return _pairs(path, "identity", str.isdigit)


def find_list(root: Path, name: str, *, required: bool = True) -> Path | None:
    """A list file below the root, ``.txt`` or ``.csv``, in any folder; the shallowest.

    Raises:
        BadInput: it is required and missing.
    """
    found = [p for ending in ("txt", "csv") for p in sorted(root.rglob(f"{name}.{ending}"))]
    if found:
        return min(found, key=lambda path: len(path.parts))
    if required:
        mend = "Put it there as the publisher gives it; data/raw/README.md shows how."
        raise BadInput(root / f"{name}.txt", "", "is missing.", mend)
    return None


def _pairs(path: Path, what: str, is_good: Callable[[str], bool]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    bad: list[tuple[int, str]] = []
    for number, words in _lines(path):
        if words[0] == "image_id":
            continue
        if len(words) == 2 and is_good(words[1]):
            pairs[words[0]] = words[1]
        else:
            bad.append((number, f"is no file name with its {what}"))
    _require_good(path, bad, len(pairs) + len(bad))
    return pairs


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Number from 1 and fields of each line that is not empty."""
    try:
        with path.open(encoding="utf-8-sig") as stream:
            for number, line in enumerate(stream, 1):
                words = [word for word in _FIELDS.split(line) if word]
                if words:
                    yield number, words
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(path, "", f"cannot be read as text ({error}).", _AGAIN) from error


def _require_header(path: Path, number: int, header: list[str]) -> list[int]:
    """For each official attribute the column that holds it."""
    unknown = sorted(set(header) - set(ATTRIBUTES))
    if unknown:
        problem = f"names attributes that CelebA has not: {', '.join(unknown[:5])}."
        raise BadInput(path, f"line {number}", problem, _AGAIN)
    if len(header) != len(ATTRIBUTES) or set(header) != set(ATTRIBUTES):
        problem = f"must name the {len(ATTRIBUTES)} attributes, and has {len(header)} names."
        raise BadInput(path, f"line {number}", problem, _AGAIN)
    return [header.index(name) for name in ATTRIBUTES]


def _require_good(path: Path, bad: list[tuple[int, str]], total: int) -> None:
    if not total:
        raise BadInput(path, "", "names no picture.", _AGAIN)
    if len(bad) > _MAX_BAD_SHARE * total:
        number, fault = bad[0]
        problem = f"{fault}; so are {len(bad)} of {total} lines."
        raise BadInput(path, f"line {number}", problem, _AGAIN)
