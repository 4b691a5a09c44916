"""Pictures of one size as memory-mapped arrays beside a table: what training reads.

A folder holds::

    index.parquet     a row a picture, in order, with ``shard`` and ``row`` beside the labels
    00000.npy …       (N, H, W, 3) uint8 RGB; every one but the last has the same N

Opening costs nothing, any picture is one page-cache read away, and many processes share the pages.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.progress import report_progress

INDEX_NAME: Final = "index.parquet"
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
            several threads; raises ``BadInput`` for a picture that cannot be read.
        folder: made; must not hold a set yet.
        size: side of the pictures, pixels.
        work: what is told to the progress.
        shard_bytes: upper bound of a shard, and about what is held in memory.
        threads: that read.

    Returns:
        The table with ``kept`` and ``reason``; rows that could not be read are not in the index.

    Raises:
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
    index.to_parquet(folder / INDEX_NAME, index=False)
    return told


class PackedPictures:
    """Random access to a folder that :func:`pack_pictures` wrote.

    It can be sent to worker processes: they open the files again.

    Args:
        folder: the set.

    Attributes:
        index: a row a picture.

    Raises:
        BadInput: no index, or a shard that is missing or damaged.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self.index = pd.read_parquet(folder / INDEX_NAME)
        except FileNotFoundError as error:
            raise BadInput(folder, INDEX_NAME, "is missing.", _MEND) from error
        self._shard = self.index["shard"].to_numpy(np.int64)
        self._row = self.index["row"].to_numpy(np.int64)
        self._open()

    def _open(self) -> None:
        self._shards = [_map(path) for path in sorted(self.folder.glob("*.npy"))]
        lengths = np.array([len(shard) for shard in self._shards], np.int64)
        counts = np.bincount(self._shard, minlength=len(lengths))
        if not np.array_equal(lengths, counts):
            raise BadInput(self.folder, INDEX_NAME, "does not fit the shards.", _MEND)

    def __getstate__(self) -> dict[str, Any]:
        # A pickled memory map would carry every picture along.
        return {**self.__dict__, "_shards": []}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._open()

    def __len__(self) -> int:
        return len(self.index)

    def __getitem__(self, place: int) -> np.ndarray:
        """One picture ``(H, W, 3)`` uint8, read-only, not yet copied out of the file."""
        return np.asarray(self._shards[self._shard[place]][self._row[place]])

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and 3; zeros when there is no picture."""
        first = self._shards[0].shape[1:] if self._shards else (0, 0, 3)
        return int(first[0]), int(first[1]), int(first[2])

    def take(self, places: Sequence[int] | np.ndarray) -> np.ndarray:
        """Copies of some pictures: ``(len(places), H, W, 3)`` uint8."""
        out = np.empty((len(places), *self.shape), np.uint8)
        for to, place in enumerate(places):
            out[to] = self._shards[self._shard[place]][self._row[place]]
        return out


_MEND: Final = "Materialize the set again."


def _map(path: Path) -> np.ndarray:
    try:
        return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    except (OSError, ValueError) as error:
        raise BadInput(path, "", f"is damaged ({error}).", _MEND) from error


def _write_shard(folder: Path, number: int, pictures: Sequence[np.ndarray]) -> None:
    np.save(folder / f"{number:05d}.npy", np.stack(pictures))


def _read_ahead(
    table: pd.DataFrame, read: Callable[[Any], np.ndarray], threads: int
) -> Iterator[np.ndarray | BadInput]:
    """Every row's picture or fault, in order, a bounded number of them at work at once."""

    def safely(row: Any) -> np.ndarray | BadInput:
        try:
            return read(row)
        except BadInput as error:
            return error

    with ThreadPoolExecutor(threads) as pool:
        rows = table.itertuples(index=False, name="Row")
        waiting = [pool.submit(safely, row) for row in islice(rows, _AHEAD)]
        while waiting:
            yield waiting.pop(0).result()
            waiting += [pool.submit(safely, row) for row in islice(rows, 1)]
