"""Put a file where people look for it, whole or not at all."""

import os
import shutil
import tempfile
from pathlib import Path

#: Smaller files are copied: people correct subtitles in an editor, and many editors write into the
#: file itself, which through a link would damage the store's own copy.
_LINKED_FROM_BYTES = 1_000_000


_FILM_SUFFIXES = ("mp4", "srt", "vtt")
TEASERS = "teasers"


def lay_out_film(film: Path, shelf: Path, slug: str) -> None:
    """Lay a film, its subtitles and its teaser on the shelf.

    Args:
        film: stored folder with ``film.mp4``, ``film.srt``, ``film.vtt`` and ``teaser.mp4``
            (films of older versions have none).
        shelf: where people look for films; made if missing.
        slug: name of the film's files there.

    Raises:
        OSError: cannot write there.
    """
    for suffix in _FILM_SUFFIXES:
        place_file(film / f"film.{suffix}", shelf / f"{slug}.{suffix}")
    if (film / "teaser.mp4").is_file():
        place_file(film / "teaser.mp4", shelf / TEASERS / f"{slug}.mp4")


def take_down_film(shelf: Path, slug: str) -> bool:
    """Remove a film and all that belongs to it from the shelf; whether there was any."""
    files = [shelf / f"{slug}.{suffix}" for suffix in _FILM_SUFFIXES]
    files += [shelf / "posters" / f"{slug}.jpg", shelf / TEASERS / f"{slug}.mp4"]
    found = [file for file in files if file.exists()]
    for file in found:
        file.unlink()
    return bool(found)


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
