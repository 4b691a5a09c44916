"""Reads a TOML table field by field; whatever is wrong is named with its mend."""

import difflib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from storyface_assets.lib.errors import BadInput

_TYPE_NAMES = {bool: "true or false", int: "a whole number", str: "a text", dict: "a table"}


class Fields:
    """One table of a TOML file; each field is taken once, and :meth:`finish` refuses the rest.

    Args:
        file: the file, for errors.
        table: the parsed table.
        prefix: its dotted name in the file; empty for the top.
    """

    def __init__(self, file: str | Path, table: Mapping[str, Any], prefix: str = "") -> None:
        self.file, self.prefix = file, prefix
        self._left = dict(table)
        self._known: list[str] = []

    def name(self, field: str) -> str:
        """The field's dotted name in the file."""
        return f"{self.prefix}.{field}" if self.prefix else field

    def refuse(self, field: str, problem: str, mend: str) -> BadInput:
        """The error for a field, to be raised."""
        return BadInput(self.file, self.name(field), problem, mend)

    def text(self, field: str, *, required: str = "", default: str = "", longest: int = 500) -> str:
        """A text on one line, NFC and stripped.

        Args:
            field: its name.
            required: what to write there; if given, the field must be present and not empty.
            default: its value if it is absent.
            longest: greatest length in characters.
        """
        value = self._take(field, str)
        if value is None:
            if required:
                near = difflib.get_close_matches(field, self._left, 1)
                hint = f" ({near[0]!r} looks like it.)" if near else ""
                raise self.refuse(field, f"is missing.{hint}", required)
            return default
        value = unicodedata.normalize("NFC", value).strip()
        if any(unicodedata.category(c) in ("Cc", "Cs") for c in value):
            raise self.refuse(field, "has a line break or a control character.", "Write one line.")
        if not value and required:
            raise self.refuse(field, "is empty.", required)
        if len(value) > longest:
            problem = f"has {len(value)} characters."
            raise self.refuse(field, problem, f"Use at most {longest}.")
        return value

    def choice(
        self, field: str, choices: Sequence[str] | Callable[[], Sequence[str]]
    ) -> str | None:
        """One of a few words (or of what a function lists), or ``None`` if the field is absent."""
        value = self._take(field, str)
        if value is None:
            return None
        choices = choices() if callable(choices) else choices
        if value not in choices:
            near = difflib.get_close_matches(value, choices, 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise self.refuse(field, f"is {value!r}.{hint}", f"Use one of: {', '.join(choices)}.")
        return value

    def integer(self, field: str, low: int, high: int, *, even: bool = False) -> int | None:
        """A whole number from ``low`` to ``high``, or ``None`` if the field is absent."""
        value = self._take(field, int)
        if value is not None and (not low <= value <= high or (even and value % 2)):
            kind = "an even number" if even else "a whole number"
            raise self.refuse(field, f"is {value}.", f"Use {kind} from {low} to {high}.")
        return value

    def flag(self, field: str) -> bool:
        """True or false; false if the field is absent."""
        return bool(self._take(field, bool))

    def table(self, field: str) -> "Fields":
        """A table inside this one; an absent one is empty."""
        return Fields(self.file, self._take(field, dict) or {}, self.name(field))

    def tables(self, field: str) -> "list[Fields]":
        """An array of tables; an absent one is empty."""
        self._known.append(field)
        rows = self._left.pop(field, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            mend = f"Write [[{self.name(field)}]] before each entry."
            raise self.refuse(field, "is not a list of tables.", mend)
        return [Fields(self.file, row, f"{self.name(field)}[{i}]") for i, row in enumerate(rows, 1)]

    def finish(self) -> None:
        """Refuse fields that nobody took, with a hint at the one that was meant."""
        for field in self._left:
            near = difflib.get_close_matches(field, self._known, 1, cutoff=0.5)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            known = ", ".join(self._known)
            raise self.refuse(
                field, f"is not a field of a book.{hint}", f"Remove it, or use one of: {known}."
            )

    def _take(self, field: str, kind: type) -> Any:
        self._known.append(field)
        value = self._left.pop(field, None)
        # In Python true is a whole number; in a book it is not.
        fits = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
        if value is not None and not fits:
            got = _TYPE_NAMES.get(type(value), type(value).__name__)
            raise self.refuse(field, f"is {got}.", f"Write {_TYPE_NAMES[kind]}.")
        return value
