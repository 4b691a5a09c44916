"""Lines of tab-separated text and numbered labels, as KOTE and GoEmotions-Korean write them."""

import csv
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.corpora.row import BROKEN_ROW, NO_LABEL, UNKNOWN_LABEL, Row

#: What publishers call the splits.
SPLIT_OF_STEM: Final = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "dev": "validation",
    "validation": "validation",
    "test": "test",
}


def read_lines(file: Path) -> Iterator[tuple[int, str]]:
    """Number (from 1) and text of each line that is not blank.

    Raises:
        BadInput: the file cannot be opened or is no UTF-8.
    """
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        problem = f"cannot be opened ({error.strerror or error})."
        raise BadInput(file, "", problem, "Allow reading it.") from error
    except UnicodeDecodeError as error:
        raise BadInput(
            file, f"byte {error.start}", "is no UTF-8.", "Fetch it again, or save it as UTF-8."
        ) from error
    # Not splitlines(): comments hold other line separators, such as U+2028.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line.removesuffix("\r")


def numbered_rows(
    file: Path, names: Sequence[str], columns: int, *, is_quoted: bool
) -> Iterator[Row]:
    """Rows ``…, text, label numbers`` (``3,10``); the split is the file's name.

    Args:
        file: tab-separated UTF-8 without a header.
        names: label of each number.
        columns: of a row; the text is in the last but one.
        is_quoted: whether ``"a ""b"" c"`` stands for ``a "b" c``.

    Raises:
        BadInput: see :func:`read_lines`.
    """
    split = SPLIT_OF_STEM.get(unicodedata.normalize("NFC", file.stem).lower(), "")
    for number, line in read_lines(file):
        place = f"line {number}"
        # Line by line, so that a quote that is not closed spoils its own row alone.
        cells = next(csv.reader([line], delimiter="\t")) if is_quoted else line.split("\t")
        if len(cells) < columns:
            yield Row(place, reason=BROKEN_ROW)
            continue
        text, numbers = cells[columns - 2], [n.strip() for n in cells[columns - 1].split(",")]
        known = all(n.isascii() and n.isdecimal() and int(n) < len(names) for n in numbers)
        if numbers == [""]:
            yield Row(place, text, split=split, reason=NO_LABEL)
        elif not known:
            yield Row(place, text, split=split, reason=UNKNOWN_LABEL)
        else:
            yield Row(place, text, tuple((names[int(n)], 1.0) for n in numbers), split)
