"""Where raw photos lie: files below a folder, or inside zip archives there."""

import errno
import lzma
import re
import struct
import threading
import zipfile
import zlib
from pathlib import Path
from typing import IO, Final

from storyface_assets.lib.dataset.archives import OpenArchive, is_safe
from storyface_assets.lib.errors import BadInput

#: Between an archive's path and the name of a photo inside it.
INSIDE = "!/"
#: Larger than any photo of the sets; keeps a zip bomb from filling the memory.
MAX_BYTES = 100_000_000
#: What zipfile raises beside OSError; RuntimeError for members with a password and for ways of
#: packing that it has not, ValueError for damaged names.
UNREADABLE = (
    OSError,
    KeyError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    RuntimeError,
    ValueError,
)
#: An archive's path with what follows; a folder may have such a name too.
_ARCHIVE = re.compile(r"\.zip(?=!/)", re.IGNORECASE)


#: Reason of what the system cannot read; it is tried again once it can.
NOT_READ: Final = "cannot be opened"


class NotRead(BadInput):
    """The system could not read a file now; it may another time (a lost mount, missing rights)."""


class PhotoSource:
    """Reads the photos that a reader has listed.

    A photo's name is its POSIX path below the root; one in an archive is
    ``<archive>.zip!/<path inside>``.

    Args:
        root: folder of the set.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._archives = threading.local()  # a ZipFile serves one thread at a time

    def read(self, photo: str) -> bytes:
        """The file's bytes.

        Raises:
            NotRead: the system cannot read it, or it is gone.
            BadInput: it is too large, damaged in its archive, or its name leads out of the root.
        """
        _require_safe(photo)
        try:
            archive, name = self._split(photo)
            if not archive:
                path = self.root / name
                if path.stat().st_size > MAX_BYTES:
                    raise _too_large(photo)
                return path.read_bytes()
            opened = self._open(archive)
            if opened.info(name).file_size > MAX_BYTES:
                raise _too_large(photo)
            return opened.read(name)
        except BadInput:  # is a ValueError
            raise
        except UNREADABLE as error:
            raise _not_read(photo, error) from error

    def stream(self, name: str) -> IO[bytes]:
        """A file of the set, of any size, to read it piece by piece; close it.

        Raises:
            BadInput: as :meth:`read`.
        """
        _require_safe(name)
        try:
            archive, member = self._split(name)
            if not archive:
                return (self.root / name).open("rb")
            return self._open(archive).stream(member)
        except UNREADABLE as error:
            raise _not_read(name, error) from error

    def _split(self, name: str) -> tuple[str, str]:
        """The archive ("" for a file in a folder) and what to read there."""
        for found in _ARCHIVE.finditer(name):
            archive = name[: found.end()]
            if archive in self._known() or (self.root / archive).is_file():
                return archive, name[found.end() + len(INSIDE) :]
        return "", name

    def _known(self) -> dict[str, OpenArchive]:
        known: dict[str, OpenArchive] = self._archives.__dict__.setdefault("open", {})
        return known

    def _open(self, archive: str) -> OpenArchive:
        known = self._known()
        if archive not in known:
            known[archive] = OpenArchive(self.root / archive)
        return known[archive]


def inner_name(name: str) -> str:
    """What would be read inside an archive, "" if the name cannot lead into one."""
    return _ARCHIVE.split(name, maxsplit=1)[-1][len(INSIDE) :] if _ARCHIVE.search(name) else ""


def _not_read(name: str, error: Exception) -> BadInput:
    # Decompressors raise OSError too, without a number, and damaged archives one of EINVAL.
    if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
        mend = "See that its disk is there and may be read, or move it out of the set."
        return NotRead(name, "", f"cannot be read ({error}).", mend)
    return BadInput(name, "", f"cannot be read ({error}).", "Copy it again.")


def _require_safe(name: str) -> None:
    if not is_safe(name):
        raise BadInput(name, "", "leads out of the set's folder.", "Rename the photo.")


def _too_large(photo: str) -> BadInput:
    return BadInput(
        photo, "too large", f"has more than {MAX_BYTES // 10**6} MB.", "Give a smaller copy."
    )
