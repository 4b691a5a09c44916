"""What a set's photo files are: hash, size and fault of each, known again while unchanged."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from storyface_assets.lib.dataset.decoding import decode_photo
from storyface_assets.lib.dataset.each import ForNow, work_on_each
from storyface_assets.lib.dataset.photo_source import NOT_READ, NotRead, PhotoSource
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store.hashing import content_hash
from storyface_assets.lib.store.memo import Memo

#: Raise it when reading the same file would say something else.
RECIPE: Final = "2"
#: Photos worked on at once, so that half a million fit in memory.
SLICE: Final = 50_000
#: Fewer photos than this are read before the other processes have started.
_SMALL = 500
#: Pixels on the longer side: all of a file is decoded to find one that was cut off, but a JPEG is
#: scaled to an eighth while it is decoded (47 ms for 12 megapixels, and 135 ms to 1024 pixels).
_PROBE_SIDE = 128

FACTS: Final = pa.schema(
    [
        ("sha256", pa.large_string()),  # "" where the file cannot be read
        ("width", pa.int64()),  # of the upright photo, pixels; 0 where unknown
        ("height", pa.int64()),
        ("fault", pa.large_string()),  # "" or a short name
    ]
)


def photo_facts(root: Path, photos: pa.Table, memo: Memo, workers: int | None = None) -> pa.Table:
    """Read every photo once.

    A file is known again by its name below the root, its size and the time of its last change (in
    an archive: its CRC-32), so a re-run reads only new and changed files.

    Args:
        root: folder of the set.
        photos: table of ``listing.PHOTOS``; rows with a fault of the name are not read.
        memo: of the step "files" with this module's RECIPE.
        workers: processes; ``None`` for one a core, or for this one alone where the set is small.

    Returns:
        Table of ``FACTS``, row by row.
    """
    if workers is None and photos.num_rows < _SMALL:
        workers = 1
    parts = []
    for first in range(0, photos.num_rows, SLICE):
        rows = photos.slice(first, SLICE).select(["photo", "bytes", "stamp", "fault"]).to_pylist()
        jobs = {_key(row): (str(root), row["photo"]) for row in rows if not row["fault"]}
        which = f" from {first + 1}" if photos.num_rows > SLICE else ""
        known = work_on_each(f"reading photos{which}", jobs, read_file, memo, workers)
        found = [known.get(_key(row)) or ["", 0, 0, row["fault"]] for row in rows]
        columns = [list(column) for column in zip(*found, strict=True)]
        parts.append(pa.Table.from_arrays(columns, schema=FACTS))
    return pa.concat_tables(parts) if parts else FACTS.empty_table()


def _key(row: dict[str, Any]) -> str:
    return content_hash([row["photo"], row["bytes"], row["stamp"]])


def read_file(key: str, job: tuple[str, str]) -> list[Any] | ForNow:
    """Facts of one photo, in the order of ``FACTS``; its faults are in them.

    Args:
        key: not used.
        job: folder of the set, and the photo's name.
    """
    root, photo = job
    try:
        data = _source(root).read(photo)
    except NotRead:
        return ForNow(["", 0, 0, NOT_READ])
    except BadInput as fault:
        return ["", 0, 0, fault.field or "unreadable"]
    sum_ = sha256(data).hexdigest()
    try:
        decoded = decode_photo(data, _PROBE_SIDE, photo)
    except BadInput as fault:
        return [sum_, 0, 0, fault.field]
    return [sum_, decoded.width, decoded.height, ""]


@cache
def _source(root: str) -> PhotoSource:
    return PhotoSource(Path(root))
