"""Processes that tests start and kill."""

import time
from pathlib import Path


def children(pid: int) -> list[int]:
    """Processes that one started."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(p) for p in path.read_text().split()] if path.exists() else []


def wait_for_end(pids: list[int], seconds: float = 30.0) -> None:
    """Return when all have ended; fails when some still run."""
    until = time.monotonic() + seconds
    while any(Path(f"/proc/{pid}/cmdline").exists() for pid in pids):
        assert time.monotonic() < until, "workers outlive their parent"
        time.sleep(0.05)
