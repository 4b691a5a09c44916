"""The hidden folder in which a film is made, next to where it will stand."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from storyface_assets.lib.film.ffmpeg import disk_full
from storyface_assets.lib.temporary import make_temporary, remove_temporary

#: Bits a second of a 1280×720 film, generously; measured films need a third of it.
_BITS_A_SECOND: Final = 4_000_000
#: ffmpeg writes the film once more to move its index to the front.
_COPIES: Final = 2


def space_needed(seconds: float, size: tuple[int, int]) -> int:
    """Bytes of disk to keep free for making a film of this length."""
    share = size[0] * size[1] / (1280 * 720)
    picture = seconds * (_BITS_A_SECOND * share + 200_000) / 8 * _COPIES
    sound = seconds * 24_000 * 2
    return int(picture + sound + 2_000_000)


@contextmanager
def workroom(target: Path, needed: int) -> Iterator[Path]:
    """A temporary sibling folder of ``target`` that is gone afterwards, whatever happens.

    Leftovers of makers that were killed are removed first.

    Raises:
        BadInput: less than ``needed`` bytes are free.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    room = make_temporary(f".{target.name}.part-", target.parent)
    try:
        free = shutil.disk_usage(target.parent).free
        if free < needed:
            raise disk_full(target, needed, free)
        yield room
    finally:
        remove_temporary(room)
