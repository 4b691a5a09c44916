"""The one error that bad input raises: it names the file, the field and the mend."""

from pathlib import Path


class BadInput(ValueError):
    """Input that a person can mend.

    Attributes:
        file: the file (or argument) at fault.
        field: the part of it at fault, e.g. ``character.consent`` or ``line 3``; may be empty.
        problem: what is wrong, one sentence.
        mend: what to do about it, one sentence.
    """

    def __init__(self, file: str | Path, field: str, problem: str, mend: str) -> None:
        self.file, self.field, self.problem, self.mend = str(file), field, problem, mend
        where = f"{self.file}: {field}" if field else self.file
        super().__init__(f"{where}: {problem} {mend}")

    def __reduce__(self) -> tuple[type["BadInput"], tuple[str, str, str, str]]:
        """Pickle by fields, so that the error survives a process boundary."""
        return (type(self), (self.file, self.field, self.problem, self.mend))
