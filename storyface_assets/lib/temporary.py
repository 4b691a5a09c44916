"""Temporary folders that do not outlive their process by much, even if it is killed (kill −9).

A folder is locked by the process that made it. The kernel drops the lock with the process, so a
folder that can be locked is a dead process's leftover, and the next one made beside it sweeps it.
A process id in the name would not do: ids are used again, and containers that share a temporary
folder do not see each other's.
"""

import atexit
import fcntl
import os
import shutil
import tempfile
from pathlib import Path

#: Open descriptors that hold the locks of this process's folders.
_held: dict[Path, int] = {}


def make_temporary(prefix: str, parent: Path | None = None) -> Path:
    """A new empty folder; it is removed at the latest when the process ends.

    Folders of the same prefix and parent whose process is gone are removed first.

    Args:
        prefix: of its name; nothing else in ``parent`` may begin like that.
        parent: where to make it, made if missing; ``None`` for the system's temporary folder.

    Raises:
        OSError: it cannot be made.
    """
    place = Path(tempfile.gettempdir()) if parent is None else parent
    place.mkdir(parents=True, exist_ok=True)
    for leftover in place.iterdir():
        if leftover.name.startswith(prefix) and leftover not in _held:
            _remove_if_dead(leftover)
    while True:
        path = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
        lock = _lock(path)
        if lock is not None and path.exists():
            break
        # Another process took the folder for a leftover before it was locked.
        if lock is not None:
            os.close(lock)
    _held[path] = lock
    return path


def remove_temporary(path: Path) -> None:
    """Remove a folder of :func:`make_temporary`; one that is gone already is no error."""
    shutil.rmtree(path, ignore_errors=True)
    lock = _held.pop(path, None)
    if lock is not None:
        os.close(lock)


@atexit.register
def _remove_all() -> None:
    for path in list(_held):
        remove_temporary(path)


def _remove_if_dead(path: Path) -> None:
    lock = _lock(path)
    if lock is not None:
        shutil.rmtree(path, ignore_errors=True)
        os.close(lock)


def _lock(path: Path) -> int | None:
    """A descriptor that locks the folder; ``None`` if it is locked, gone, a link or not ours."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
