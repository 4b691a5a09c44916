"""A process of a team ends with the one that launched it."""

import os
import time
from pathlib import Path
from threading import Thread
from typing import Final

#: Seconds between two looks.
_EVERY: Final = 0.5
_FIRST: Final = 1


def end_with_parent() -> None:
    """Let this process end when its parent does, however that happens.

    ``torchrun`` stops its processes when it is told to end, but not when it is killed, and not in
    the moment in which it starts them; they would then wait for it, and hold their GPUs.
    """
    parent = os.getppid()
    if parent == _FIRST and not _launches(parent):
        os._exit(1)  # it ended while this process was loading

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_EVERY)
        os._exit(1)

    Thread(target=watch, daemon=True).start()


def _launches(pid: int) -> bool:
    """Whether a process is ``torchrun`` itself, as the first one of a container may be."""
    try:
        return b"torch" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
