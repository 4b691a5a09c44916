"""Pictures of one size in a few large files beside a table: what training reads.

A folder holds::

    index.parquet     a row a picture, in order, with ``shard`` and ``row`` beside the labels
    columns.npz       the same columns, for machines that have NumPy but not pandas
    00000.npy …       (N, H, W, 3) uint8 RGB; every one but the last has the same N

Any picture is one read of the page cache away, which many processes share. No shard stays open:
however many there are, the limit of open files (1,024 on most machines) is not met.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from storyface_assets.lib.dataset.packed_columns import INDEX_NAME, write_index
from storyface_assets.lib.dataset.packed_pictures import PackedPictures
from storyface_assets.lib.dataset.photo_source import NotRead
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.progress import report_progress

__all__ = ["INDEX_NAME", "SHARD_BYTES", "PackedPictures", "pack_pictures"]

#: Bytes of a shard: held in memory while it is filled.
SHARD_BYTES: Final = 64 * 2**20
#: Pictures read ahead by the threads; decoding leaves Python's lock.
_AHEAD: Final = 64


def pack_pictures(
    table: pd.DataFrame,
    read: Callable[[Any], np.ndarray],
    folder: Path,
    size: int,
    work: str = "packing pictures",
    shard_bytes: int = SHARD_BYTES,
    threads: int = 4,
) -> pd.DataFrame:
    """Write a table's pictures into a new folder. The same table gives the same bytes.

    Args:
        table: a row a picture.
        read: takes a row (a named tuple), returns ``(size, size, 3)`` uint8 RGB; called by
            several threads; raises ``BadInput`` for a picture that is damaged.
        folder: made; must not hold a set yet.
        size: side of the pictures, pixels.
        work: what is told to the progress.
        shard_bytes: upper bound of a shard, and about what is held in memory.
        threads: that read.

    Returns:
        The table with ``kept`` and ``reason``; rows that could not be read are not in the index.

    Raises:
        NotRead: the system cannot read a picture now; the folder is not whole then.
        OSError: cannot write.
        ValueError: ``read`` returned another shape or type.
    """
    folder.mkdir(parents=True, exist_ok=False)
    per_shard = max(1, shard_bytes // (size * size * 3))
    reasons: list[str] = []
    shard: list[np.ndarray] = []
    count = 0
    for picture in _read_ahead(table, read, threads):
        if isinstance(picture, BadInput):
            reasons.append(picture.field or "cannot be read")
        else:
            if picture.shape != (size, size, 3) or picture.dtype != np.uint8:
                raise ValueError(f"a picture of {picture.shape} {picture.dtype}, not {size}²")
            reasons.append("")
            shard.append(picture)
            count += 1
            if len(shard) == per_shard:
                _write_shard(folder, count // per_shard - 1, shard)
                shard = []
        if len(reasons) % _AHEAD == 0 or len(reasons) == len(table):
            report_progress(work, len(reasons), len(table))
    if shard:
        _write_shard(folder, count // per_shard, shard)
    kept = np.array([not reason for reason in reasons], bool)
    told = table.assign(kept=kept, reason=pd.array(reasons, "str"))
    index = told[told["kept"]].drop(columns=["kept", "reason"]).reset_index(drop=True)
    places = np.arange(len(index), dtype=np.int64)
    index = index.assign(shard=places // per_shard, row=places % per_shard)
    write_index(index, folder)
    return told


def _write_shard(folder: Path, number: int, pictures: Sequence[np.ndarray]) -> None:
    np.save(folder / f"{number:05d}.npy", np.stack(pictures))


def _read_ahead(
    table: pd.DataFrame, read: Callable[[Any], np.ndarray], threads: int
) -> Iterator[np.ndarray | BadInput]:
    """Every row's picture or fault, in order, a bounded number of them at work at once."""

    def safely(row: Any) -> np.ndarray | BadInput:
        try:
            return read(row)
        except NotRead:
            raise
        except BadInput as error:
            return error

    with ThreadPoolExecutor(threads) as pool:
        rows = table.itertuples(index=False, name="Row")
        waiting = [pool.submit(safely, row) for row in islice(rows, _AHEAD)]
        while waiting:
            yield waiting.pop(0).result()
            waiting += [pool.submit(safely, row) for row in islice(rows, 1)]
