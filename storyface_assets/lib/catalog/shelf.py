"""Put a file where people look for it, whole or not at all."""

import os
import shutil
import tempfile
from pathlib import Path

#: Smaller files are copied: people correct subtitles in an editor, and many editors write into the
#: file itself, which through a link would damage the store's own copy.
_LINKED_FROM_BYTES = 1_000_000


def place_file(source: Path, target: Path) -> None:
    """Copy a small file, hard-link a large one where a link can be; replaces atomically.

    Raises:
        OSError: cannot write there; the target is then as it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".placing-", dir=target.parent) as scratch:
        fresh = Path(scratch) / target.name
        if source.stat().st_size < _LINKED_FROM_BYTES or not _is_linked(source, fresh):
            shutil.copyfile(source, fresh)
        os.replace(fresh, target)


def _is_linked(source: Path, target: Path) -> bool:
    """Try to hard-link; false where the file system cannot."""
    try:
        os.link(source, target)
    except OSError:
        return False
    return True
