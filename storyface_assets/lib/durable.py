"""Files that survive a kill or a power cut whole: write beside, flush, rename."""

import os
import uuid
from pathlib import Path


def fsync_folder(folder: Path) -> None:
    """Make the names in a folder durable (systems that cannot open a folder need no such step)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_durably(target: Path, data: bytes) -> None:
    """Replace a file in one step: readers see the old bytes or the new, never a part."""
    beside = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.tmp")
    try:
        with beside.open("xb") as writer:
            writer.write(data)
            writer.flush()
            os.fsync(writer.fileno())
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)
    fsync_folder(target.parent)
