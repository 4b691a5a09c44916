"""Which version of a target is current, and which earlier ones a reader may still be using."""

import hashlib
import json
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store.manifest import MEND, Manifest, canonical_json

POINTER_NAME = "current.json"
VERSIONS_NAME = ".versions"

#: A reader that looked the version up before it was replaced has this long to finish with it.
GRACE = timedelta(hours=1)
#: A version that no pointer names belongs to a writer at work, or, after this long, to a dead one.
LONGEST_UPLOAD = timedelta(days=1)

_VERSION = re.compile(r"(\d{8}T\d{6})-[0-9a-f]{12}-[0-9a-f]{8}")
_TIME = "%Y%m%dT%H%M%S"


@dataclass(frozen=True)
class Pointer:
    """Content of ``current.json``.

    Attributes:
        version: name of the current version's folder.
        manifest_sha256: hash of that version's ``manifest.json``.
        earlier: ``(version, time it was replaced)`` of versions still kept for their readers.
    """

    version: str
    manifest_sha256: str
    earlier: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> str:
        """Canonical JSON."""
        return canonical_json(
            {
                "version": self.version,
                "manifest_sha256": self.manifest_sha256,
                "earlier": [list(pair) for pair in self.earlier],
            }
        )

    @classmethod
    def from_json(cls, text: str, file: str) -> "Pointer":
        """Read :meth:`to_json`'s text.

        Raises:
            BadInput: it is no pointer; ``file`` is named.
        """
        try:
            data = json.loads(text)
            earlier = tuple((str(name), str(time)) for name, time in data["earlier"])
            pointer = cls(str(data["version"]), str(data["manifest_sha256"]), earlier)
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput(file, "", f"names no current version ({error}).", MEND) from error
        if not _VERSION.fullmatch(pointer.version):
            raise BadInput(file, "version", f"is {pointer.version!r}.", MEND)
        return pointer

    @classmethod
    def to_new(cls, version: str, manifest: Manifest, before: "Pointer | None") -> "Pointer":
        """A pointer to a new version that remembers the one before it."""
        now = datetime.now(UTC)
        recent = [p for p in (before.earlier if before else ()) if now - _when(p[1]) < GRACE]
        if before:
            recent.append((before.version, now.strftime(_TIME)))
        return cls(version, manifest_sha256(manifest.to_json()), tuple(recent))

    def names(self, version: str) -> bool:
        """Whether a version is current, or replaced so lately that a reader may be using it."""
        return version == self.version or version in dict(self.earlier)


def is_recent(version: str) -> bool:
    """Whether a version is so young that its writer may still be at work."""
    named = _VERSION.fullmatch(version)
    return named is not None and datetime.now(UTC) - _when(named[1]) < LONGEST_UPLOAD


def new_version(content: str) -> str:
    """A fresh version name: time, content, and a number of its own."""
    return f"{datetime.now(UTC).strftime(_TIME)}-{content[:12]}-{uuid.uuid4().hex[:8]}"


def manifest_sha256(text: str) -> str:
    """Hash of a manifest's text, as the pointer carries it."""
    return hashlib.sha256(text.encode()).hexdigest()


def _when(time: str) -> datetime:
    """Parse a version's time; one that cannot be read counts as long ago."""
    try:
        return datetime.strptime(time, _TIME).replace(tzinfo=UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
