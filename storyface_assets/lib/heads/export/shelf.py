"""Lay a head's files where a person wants them, beside whatever else lies there."""

import json
import shutil
from pathlib import Path

from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.heads.export.files import FACTS_NAME


def lay_out_heads(stored: Path, shelf: Path) -> None:
    """Copy the files that ``write_head_files`` made; those of a former call that are gone go.

    Copies, never links: an artist's program writes into the file itself. Files of other names are
    the artist's and stay.

    Args:
        stored: folder with the files.
        shelf: where to; made if missing.

    Raises:
        OSError: cannot write there.
    """
    shelf.mkdir(parents=True, exist_ok=True)
    names = [*_named(stored), FACTS_NAME]
    stale = set(_named(shelf)).difference(names)
    for name in names:  # the facts last: they name what there is
        write_durably(shelf / name, (stored / name).read_bytes())
    for name in stale:
        (shelf / name).unlink(missing_ok=True)


def take_down_heads(shelf: Path) -> None:
    """Remove the folder with everything in it: what an artist made of a face shows that face."""
    if shelf.is_dir():
        shutil.rmtree(shelf)


def _named(folder: Path) -> list[str]:
    """Files that a folder's facts name; none where there are no facts that can be read."""
    try:
        names = json.loads((folder / FACTS_NAME).read_text("utf-8"))["bytes"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [name for name in names if Path(name).name == name]
