"""The list of a version's files with their hashes, as ``manifest.json``."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from storyface_assets.lib.errors import BadInput

MANIFEST_NAME = "manifest.json"
MEND = "Materialize it again."

Kind = Literal["folder", "table"]


def canonical_json(value: Any) -> str:
    """JSON with one spelling per value: sorted keys, no spaces, text as it is."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class Entry:
    """One file: its SHA-256 (hex) and its size in bytes."""

    sha256: str
    bytes: int


@dataclass(frozen=True)
class Manifest:
    """What one version holds.

    Attributes:
        kind: ``folder`` (any files) or ``table`` (one Parquet file).
        files: entry of each file by its relative POSIX path.
        content: data version; equal for equal content, whatever the time and order of writing.
    """

    kind: Kind
    files: Mapping[str, Entry]
    content: str

    @property
    def bytes(self) -> int:
        """Size of all files together."""
        return sum(entry.bytes for entry in self.files.values())

    def to_json(self) -> str:
        """Canonical JSON, one spelling per manifest."""
        files = {name: {"bytes": e.bytes, "sha256": e.sha256} for name, e in self.files.items()}
        return canonical_json({"content": self.content, "files": files, "kind": self.kind})

    @classmethod
    def from_json(cls, text: str, file: str) -> "Manifest":
        """Read :meth:`to_json`'s text.

        Args:
            text: the JSON.
            file: where it came from, for the error.

        Raises:
            BadInput: it is no manifest, or it names a path outside its folder.
        """
        try:
            data = json.loads(text)
            files = {n: Entry(str(e["sha256"]), int(e["bytes"])) for n, e in data["files"].items()}
            manifest = cls(data["kind"], files, str(data["content"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadInput(file, "", f"is not a manifest ({error}).", MEND) from error
        if manifest.kind not in ("folder", "table"):
            raise BadInput(file, "kind", f"is {manifest.kind!r}.", MEND)
        for name in files:
            if not is_inside(name):
                raise BadInput(file, "files", f"names {name!r}, outside its folder.", MEND)
        return manifest


def is_inside(name: str) -> bool:
    """Whether a relative POSIX path stays inside the folder it is joined to."""
    parts = name.split("/")
    return not ({"", ".", ".."} & set(parts)) and "\\" not in name and "\0" not in name


def folder_content(files: Mapping[str, Entry]) -> str:
    """Data version of a folder: SHA-256 over the paths and hashes of its files."""
    listing = {name: entry.sha256 for name, entry in files.items()}
    return hashlib.sha256(canonical_json(listing).encode()).hexdigest()


def file_entry(path: Path) -> Entry:
    """Hash one local file."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return Entry(digest, stream.tell())


def files_under(folder: Path) -> dict[str, Path]:
    """Every regular file below a folder by its relative POSIX path, sorted.

    Raises:
        BadInput: the folder is not there, or holds a link or a device (which a copy in the store
            could not keep), or a name that another system cannot write.
    """
    if not folder.is_dir():
        raise BadInput(folder, "", "is not a folder.", "Write the files there before storing it.")
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise BadInput(path, "", "is a link or a device.", "Store plain files only.")
        if path.is_file():
            if name == MANIFEST_NAME or not is_inside(name):
                raise BadInput(path, "", "has a name the store cannot take.", "Rename the file.")
            found[name] = path
    return found
