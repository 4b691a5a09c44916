"""Put a file where people look for it, whole or not at all."""

import os
import shutil
import tempfile
from pathlib import Path


def place_file(source: Path, target: Path) -> None:
    """Hard-link a file to a second name, or copy it where a link cannot be; replaces atomically.

    Raises:
        OSError: cannot write there; the target is then as it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".placing-", dir=target.parent) as scratch:
        fresh = Path(scratch) / target.name
        try:
            os.link(source, fresh)
        except OSError:
            shutil.copyfile(source, fresh)
        os.replace(fresh, target)
