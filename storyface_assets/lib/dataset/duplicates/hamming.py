"""All pairs of packed hashes that differ in few bits: exact, in blocks, on all cores.

Brute force on packed bits needs no index, has no worst case and takes about a minute a core for
half a million 128-bit hashes; multi-index hashing (Norouzi et al. 2012) pays only for small radii.
"""

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import islice
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from storyface_assets.lib.errors import BadInput

#: Rows and columns of a tile: both sides of it stay in a core's cache.
BLOCK = 4096
#: Columns looked at together; only if one of them is near are they looked at one by one.
_RUN = 256
#: Pairs of a tile that are expected to fit; a tile with more is done again with more room.
_ROOM = 1 << 16
#: Pairs that are held before those beyond the limit are thrown away.
_HELD = 1 << 23


def _popcount_code(typing_context: Any, word: Any) -> Any:
    """Set bits of a uint64: one processor instruction, which numba has no name for."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        function = cgutils.get_or_insert_function(
            builder.module,
            ir.FunctionType(ir.IntType(64), [ir.IntType(64)]),
            "llvm.ctpop.i64",
        )
        return builder.call(function, arguments)

    return types.uint64(types.uint64), codegen


_popcount: Any = intrinsic(_popcount_code)

_compiled: Any = njit(cache=True, nogil=True, error_model="numpy")


@_compiled
def _near_1(mine: np.uint64, row: np.ndarray, radius: np.uint64) -> np.uint64:
    """How many of a row are near. No branch and no store, so that vector instructions do it."""
    near = np.uint64(0)
    for k in range(row.size):
        near += np.uint64(_popcount(mine ^ row[k]) <= radius)
    return near


@_compiled
def _near_2(
    mine: np.uint64, other: np.uint64, row: np.ndarray, second: np.ndarray, radius: np.uint64
) -> np.uint64:
    """:func:`_near_1` for hashes of two words."""
    near = np.uint64(0)
    for k in range(row.size):
        bits = _popcount(mine ^ row[k]) + _popcount(other ^ second[k])
        near += np.uint64(bits <= radius)
    return near


@_compiled
def _farthest(distances: np.ndarray, of_distance: np.ndarray, most: int) -> tuple[int, int]:
    """The farthest distance of the ``most`` nearest, and how many of that distance are of them."""
    if len(distances) <= most:
        return len(of_distance), 0
    of_distance[:] = 0
    for distance in distances:
        of_distance[distance] += 1
    room = most
    for distance in range(len(of_distance)):
        if of_distance[distance] > room:
            return distance, room
        room -= of_distance[distance]
    return len(of_distance), 0


@_compiled
def _near_in_tile(
    words: np.ndarray,
    top: int,
    left: int,
    block: int,
    radius: np.uint64,
    most: int,
    found: np.ndarray,
) -> int:
    """Pairs i < j of one tile, in order; the count, of which only what had room was written.

    Args:
        words: ``(W, N)`` uint64, a row a word, so that neighbours lie side by side.
        top: first i of the tile.
        left: first j.
        block: rows and columns of the tile.
        radius: most differing bits, uint64.
        most: pairs of an i, the nearest.
        found: ``(room, 3)`` int32, gets i, j, distance.
    """
    n_words, count = words.shape
    bottom, right = min(top + block, count), min(left + block, count)
    mine = np.empty((2, max(right - left, 0)), np.int32)  # each near j of an i, and its distance
    of_distance = np.zeros(64 * n_words + 1, np.int32)
    total = 0
    for i in range(top, bottom):
        n_mine = 0
        for first in range(max(left, i + 1), right, _RUN):
            last = min(first + _RUN, right)
            near = np.uint64(1)  # hashes of more words are looked at one by one
            if n_words == 1:
                near = _near_1(words[0, i], words[0, first:last], radius)
            elif n_words == 2:
                near = _near_2(
                    words[0, i], words[1, i], words[0, first:last], words[1, first:last], radius
                )
            if near == 0:
                continue
            for j in range(first, last):
                bits = np.uint64(0)
                for word in range(n_words):
                    bits += _popcount(words[word, i] ^ words[word, j])
                if bits <= radius:
                    mine[0, n_mine] = j
                    mine[1, n_mine] = bits
                    n_mine += 1
        farthest, room = _farthest(mine[1, :n_mine], of_distance, most)
        for k in range(n_mine):
            bits_k = mine[1, k]
            if bits_k > farthest or (bits_k == farthest and room == 0):
                continue
            if bits_k == farthest:
                room -= 1
            if total < len(found):
                found[total, 0] = i
                found[total, 1] = mine[0, k]
                found[total, 2] = bits_k
            total += 1
    return total


def near_pairs_in_blocks(
    hashes: np.ndarray,
    radius: int,
    workers: int | None = None,
    block: int = BLOCK,
    most: int | None = None,
) -> Iterator[np.ndarray]:
    """The pairs of :func:`near_pairs`, some at a time, so that memory stays bounded.

    Args:
        hashes: ``(N, W)`` uint64, 64 W bits a hash.
        radius: most differing bits of a pair.
        workers: threads; ``None`` for one a core.
        block: rows and columns compared at a time.
        most: pairs of an i in a block, the nearest; ``None`` for all.

    Yields:
        ``(K, 3)`` int32: i < j and their distance, K may be 0.

    Raises:
        BadInput: not such an array.
    """
    if hashes.ndim != 2 or hashes.dtype != np.uint64 or not hashes.shape[1]:
        found = f"is {hashes.dtype} {hashes.shape}, not (N, W) uint64."
        raise BadInput("hashes", "", found, "Pack the bits first.")
    if radius < 0:
        return
    tile = partial(_tile, np.ascontiguousarray(hashes.T), block, radius, most or len(hashes))
    corners = (
        (top, left)
        for top in range(0, len(hashes), block)
        for left in range(top, len(hashes), block)
    )
    count = workers or os.cpu_count() or 1
    with ThreadPoolExecutor(count) as pool:
        waiting: deque[Future[np.ndarray]] = deque(
            pool.submit(tile, corner) for corner in islice(corners, 2 * count)
        )
        while waiting:
            pairs = waiting.popleft().result()
            waiting.extend(pool.submit(tile, corner) for corner in islice(corners, 1))
            yield pairs


def _tile(
    words: np.ndarray, block: int, radius: int, most: int, corner: tuple[int, int]
) -> np.ndarray:
    found = np.empty((min(_ROOM, block * block), 3), np.int32)
    total = _near_in_tile(words, *corner, block, np.uint64(radius), most, found)
    if total > len(found):
        found = np.empty((total, 3), np.int32)
        _near_in_tile(words, *corner, block, np.uint64(radius), most, found)
    return found[:total].copy()


def near_pairs(
    hashes: np.ndarray,
    radius: int,
    workers: int | None = None,
    block: int = BLOCK,
    most: int | None = None,
) -> np.ndarray:
    """All pairs of hashes that differ in at most ``radius`` bits.

    Args:
        hashes: ``(N, W)`` uint64, 64 W bits a hash.
        radius: most differing bits of a pair.
        workers: threads; ``None`` for one a core.
        block: rows and columns compared at a time.
        most: pairs of each i with a later j, the nearest and of equally near ones the first, so
            that a crowd of N makes N × ``most`` pairs and not N² / 2; ``None`` for all.

    Returns:
        ``(K, 3)`` int32: i < j and their distance, sorted by i, then j.

    Raises:
        BadInput: not such an array.
    """
    found, held, last = [np.empty((0, 3), np.int32)], 0, 0
    for pairs in near_pairs_in_blocks(hashes, radius, workers, block, most):
        found.append(pairs)
        held += len(pairs)
        if most is not None and held > max(_HELD, 2 * last):
            found = [_nearest(np.concatenate(found), most)]
            held = last = len(found[0])
    pairs = np.concatenate(found)
    if most is not None:
        pairs = _nearest(pairs, most)
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def _nearest(pairs: np.ndarray, most: int) -> np.ndarray:
    """The first ``most`` of each i, by distance, then j."""
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 2], pairs[:, 0]))]
    return pairs[rank_in_runs(pairs[:, 0]) < most]


def rank_in_runs(values: np.ndarray) -> np.ndarray:
    """How many equal values stand right before each one ``(N,)``; the values are sorted."""
    return np.arange(len(values)) - np.searchsorted(values, values, "left")
