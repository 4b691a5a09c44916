"""Pictures of one size in a few large files beside a table: what training reads.

A folder holds::

    index.parquet     a row a picture, in order, with ``shard`` and ``row`` beside the labels
    00000.npy …       (N, H, W, 3) uint8 RGB; every one but the last has the same N

Any picture is one read of the page cache away, which many processes share. No shard stays open:
however many there are, the limit of open files (1,024 on most machines) is not met.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import FileIO
from itertools import groupby, islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from storyface_assets.lib.dataset.photo_source import NotRead
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
    index.to_parquet(folder / INDEX_NAME, index=False)
    return told


class PackedPictures:
    """Random access to a folder that :func:`pack_pictures` wrote.

    It holds no file, so it can be sent to worker processes and shared by threads and forks.

    Args:
        folder: the set.

    Attributes:
        index: a row a picture.

    Raises:
        BadInput: no index, or a shard that is missing or damaged.
        OSError: a file that is there cannot be opened.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self.index = pd.read_parquet(folder / INDEX_NAME)
            self._shard = self.index["shard"].to_numpy(np.int64)
            self._row = self.index["row"].to_numpy(np.int64)
        except FileNotFoundError as error:
            raise BadInput(folder, INDEX_NAME, "is missing.", _MEND) from error
        except (pa.ArrowInvalid, KeyError, ValueError) as error:
            raise BadInput(folder, INDEX_NAME, f"is damaged ({error}).", _MEND) from error
        self._shards = [_Shard.of(path) for path in sorted(folder.glob("*.npy"))]
        lengths = [shard.length for shard in self._shards]
        counts = np.bincount(self._shard, minlength=len(lengths))
        if not np.array_equal(lengths, counts) or len({s.shape for s in self._shards}) > 1:
            raise BadInput(folder, INDEX_NAME, "does not fit the shards.", _MEND)

    def __len__(self) -> int:
        return len(self.index)

    def __getitem__(self, place: int) -> np.ndarray:
        """A copy of one picture ``(H, W, 3)`` uint8."""
        return np.asarray(self.take([place])[0])

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and 3; zeros when there is no picture."""
        return self._shards[0].shape if self._shards else (0, 0, 3)

    def take(self, places: Sequence[int] | np.ndarray) -> np.ndarray:
        """Copies of some pictures: ``(len(places), H, W, 3)`` uint8."""
        chosen = np.asarray(places, np.int64)
        out = np.empty((len(chosen), *self.shape), np.uint8)
        shards, rows = self._shard[chosen], self._row[chosen]
        order = np.argsort(shards, kind="stable")
        for number, run in groupby(order.tolist(), key=shards.__getitem__):
            shard = self._shards[number]
            with shard.path.open("rb", buffering=0) as file:
                for to in run:
                    shard.read_into(file, int(rows[to]), out[to])
        return out


_MEND: Final = "Materialize the set again."


@dataclass(frozen=True)
class _Shard:
    """Where a shard's pictures lie in its file.

    Mapped, a picture of a shard that was not used before would cost ten times as much as read.
    """

    path: Path
    offset: int
    length: int
    shape: tuple[int, int, int]

    @classmethod
    def of(cls, path: Path) -> "_Shard":
        try:
            found = np.load(path, mmap_mode="r", allow_pickle=False)
        except (EOFError, ValueError) as error:
            raise BadInput(path, "", f"is damaged ({error}).", _MEND) from error
        if found.dtype != np.uint8 or found.ndim != 4 or not found.flags.c_contiguous:
            problem = f"holds {found.dtype} {found.shape}, not pictures."
            raise BadInput(path, "", problem, _MEND)
        length, *shape = found.shape
        return cls(path, found.offset, length, (shape[0], shape[1], shape[2]))

    def read_into(self, file: FileIO, row: int, picture: np.ndarray) -> None:
        file.seek(self.offset + row * picture.nbytes)
        if file.readinto(picture) != picture.nbytes:  # type: ignore[arg-type]
            raise BadInput(self.path, "", "is damaged (cut off).", _MEND)


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
