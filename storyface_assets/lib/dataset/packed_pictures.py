"""Packed pictures as training reads them: NumPy alone, whatever else is installed.

What a folder holds, and who writes it: :mod:`~storyface_assets.lib.dataset.picture_shards`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from io import FileIO
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from storyface_assets.lib.dataset.packed_columns import (
    INDEX_NAME,
    MEND,
    read_column,
    read_index,
)
from storyface_assets.lib.dataset.schema import SPLITS
from storyface_assets.lib.errors import BadInput

if TYPE_CHECKING:
    import pandas as pd


class PackedPictures:
    """Random access to a folder that :func:`pack_pictures` wrote.

    It holds no file, so it can be sent to worker processes and shared by threads and forks.

    Args:
        folder: the set.

    Raises:
        BadInput: no index, or a shard that is missing or damaged.
        OSError: a file that is there cannot be opened.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._shard = self.column("shard").astype(np.int64)
        self._row = self.column("row").astype(np.int64)
        self._shards = [_Shard.of(path) for path in sorted(folder.glob("*.npy"))]
        lengths = [shard.length for shard in self._shards]
        counts = np.bincount(self._shard, minlength=len(lengths))
        if not np.array_equal(lengths, counts) or len({s.shape for s in self._shards}) > 1:
            raise BadInput(folder, "index", "does not fit the shards.", MEND)

    @cached_property
    def index(self) -> "pd.DataFrame":
        """A row a picture; needs pandas, which a machine that trains need not have.

        Raises:
            BadInput: it is missing or damaged, or does not fit the pictures.
        """
        index = read_index(self.folder)
        if len(index) != len(self._shard):
            raise BadInput(self.folder, INDEX_NAME, "does not fit the shards.", MEND)
        return index

    def column(self, name: str) -> np.ndarray:
        """One column of the index ``(N,)``: numbers as they are, text as ``str``.

        Raises:
            BadInput: there is none of that name.
        """
        return read_column(self.folder, name)

    def __len__(self) -> int:
        return len(self._shard)

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


def open_split(folder: Path, split: str) -> PackedPictures:
    """One split of a set that ``write_emotion_splits`` wrote.

    Raises:
        BadInput: no such split, or it is damaged.
    """
    if split not in SPLITS:
        raise BadInput(folder, split, "is no split.", f"Use {', '.join(SPLITS)}.")
    return PackedPictures(folder / split)


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
            raise BadInput(path, "", f"is damaged ({error}).", MEND) from error
        if found.dtype != np.uint8 or found.ndim != 4 or not found.flags.c_contiguous:
            problem = f"holds {found.dtype} {found.shape}, not pictures."
            raise BadInput(path, "", problem, MEND)
        length, *shape = found.shape
        return cls(path, found.offset, length, (shape[0], shape[1], shape[2]))

    def read_into(self, file: FileIO, row: int, picture: np.ndarray) -> None:
        file.seek(self.offset + row * picture.nbytes)
        if file.readinto(picture) != picture.nbytes:  # type: ignore[arg-type]
            raise BadInput(self.path, "", "is damaged (cut off).", MEND)
