"""The one shape into which every corpus is read, and why a row is not used."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

NO_TEXT: Final = "no text"
NO_LABEL: Final = "no label"
UNKNOWN_LABEL: Final = "unknown label"
BROKEN_ROW: Final = "broken row"
BROKEN_FILE: Final = "broken file"
WHOLE_POEM: Final = "a whole poem"
#: What is wrong with the files; the other reasons are rules of ours.
FAULTS: Final = (NO_TEXT, NO_LABEL, UNKNOWN_LABEL, BROKEN_ROW, BROKEN_FILE)


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence as its publisher gives it.

    Attributes:
        place: where it stands, e.g. ``val.tsv: line 3``.
        text: the sentence.
        labels: each label with the share of raters (or 1) that gave it.
        split: train, validation or test, where the publisher says so; else "".
        group: what must stay in one split (dialogue, poem); "" for the sentence alone.
        reason: why it cannot be used; "" if it can.
    """

    place: str
    text: str = ""
    labels: tuple[tuple[str, float], ...] = ()
    split: str = ""
    group: str = ""
    reason: str = ""


def group_of(texts: Iterable[str]) -> str:
    """A name for sentences that belong together: the same for the same sentences, in any file."""
    return hashlib.sha256("\n".join(texts).encode("utf-8", "backslashreplace")).hexdigest()[:16]
