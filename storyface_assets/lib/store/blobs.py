"""Pictures by their content: tables name them by hash, so a changed table copies no picture."""

import hashlib
import os
import uuid

from upath import UPath

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store.manifest import MEND


class BlobStore:
    """Files named by the SHA-256 of what is in them, as git keeps its objects.

    Many processes may write at once: a blob is written beside its name and renamed, and two
    writers of one name write the same bytes.

    Args:
        root: local or remote folder; made with the first blob.
    """

    def __init__(self, root: UPath) -> None:
        self.root = UPath(root)

    def path(self, sha256: str) -> UPath:
        """Where a blob is, or would be.

        Raises:
            BadInput: not 64 hex digits, so it must not become a path.
        """
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise BadInput(str(self.root), "sha256", f"{sha256!r} is not a SHA-256 sum.", MEND)
        return self.root / sha256[:2] / sha256

    def put(self, data: bytes) -> str:
        """Keep bytes; returns their SHA-256 in hex.

        Raises:
            OSError: cannot write; nothing half-written takes the blob's name.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        target = self.path(sha256)
        if self.has(sha256, len(data)):
            return sha256
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.parent / f".{sha256[:8]}.{os.getpid()}.{uuid.uuid4().hex[:8]}.tmp"
        try:
            beside.write_bytes(data)
            beside.rename(target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        return sha256

    def has(self, sha256: str, size: int | None = None) -> bool:
        """Whether a blob is there (and, if said, has this many bytes); its content is not read."""
        try:
            found = self.path(sha256).stat().st_size
        except FileNotFoundError:
            return False
        return found > 0 if size is None else found == size

    def get(self, sha256: str) -> bytes:
        """A blob's bytes, checked against their name.

        Raises:
            BadInput: the blob is missing or damaged.
        """
        path = self.path(sha256)
        try:
            data = path.read_bytes()
        except FileNotFoundError as error:
            raise BadInput(str(path), "", "is missing from the store.", MEND) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            path.unlink(missing_ok=True)  # else making it again would take it for whole
            raise BadInput(str(path), "", "was changed after it was stored.", MEND)
        return data
