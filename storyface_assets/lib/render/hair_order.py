"""Which faces of hair come first, and which can show at all.

Tiles know how near a triangle must be to show, so most of those behind the head or under other
hair are never begun (hierarchical z-buffer: Greene, Kass and Miller 1993).
"""

# mypy: disable-error-code="no-untyped-def"

import numpy as np

from storyface_assets.lib.render.jit import inlined, kernel
from storyface_assets.lib.render.visibility import SAMPLES, TILE

_BUCKETS = 2048
#: 1 / depth of pixels that let nothing pass; a tile is looked over again after so many more.
_CLOSED = np.float32(1e9)
_CLOSED_STEP = 8


@kernel
def nearest_first(screen, faces, first, last, order):
    """Bucket sort of faces ``first … last − 1`` by depth, stable.

    Args:
        screen: ``(N, 3)`` with 1 / depth in the last column.
        faces: ``(F, 3)``.
        first: first face.
        last: one after the last.
        order: out ``(last − first,)`` int32 face indices.
    """
    count = last - first
    if count <= 0:
        return
    low, high = np.float32(1e9), np.float32(-1e9)
    key = np.empty(count, np.float32)
    for i in range(count):
        f = first + i
        value = screen[faces[f, 0], 2] + screen[faces[f, 1], 2] + screen[faces[f, 2], 2]
        key[i] = value
        low, high = min(low, value), max(high, value)
    scale = (_BUCKETS - 1) / max(high - low, np.float32(1e-9))
    start = np.zeros(_BUCKETS + 1, np.int64)
    for i in range(count):
        start[_BUCKETS - 1 - int((key[i] - low) * scale) + 1] += 1
    for b in range(_BUCKETS):
        start[b + 1] += start[b]
    for i in range(count):
        b = _BUCKETS - 1 - int((key[i] - low) * scale)
        order[start[b]] = first + i
        start[b] += 1


@kernel
def tile_limits(depth, edge_pixels, count, edge_depth, spans, limits, closed):
    """Prepare the depth buffer for :func:`draw_hair` and find how near each tile is closed.

    An edge pixel gets the depth of its furthest sample: what is behind that is hidden wholly.

    Args:
        depth: in and out ``(H, W)`` of the opaque faces.
        edge_pixels: ``(E, 2)`` y, x.
        count: how many of them there are.
        edge_depth: ``(E, S)`` of the opaque faces.
        spans: from ``tile_row_spans``.
        limits: out ``(H / TILE + 1, W / TILE + 1)``: 1 / depth from which on something in the
            tile can show.
        closed: out likewise, uint8: how many of its pixels hair has closed, 0 at first.
    """
    for e in range(count):
        least = edge_depth[e, 0]
        for s in range(1, SAMPLES):
            least = min(least, edge_depth[e, s])
        depth[edge_pixels[e, 0], edge_pixels[e, 1]] = least
    # Tiles at a span's ends are looked at beyond it; what is left there can but keep them open.
    row = np.empty(depth.shape[1], np.float32)
    for ty in range(spans.shape[0]):
        if spans[ty, 1] < spans[ty, 0]:
            continue
        first, last = spans[ty, 0] // TILE, spans[ty, 1] // TILE
        left, right = first * TILE, min((last + 1) * TILE, depth.shape[1])
        row[left:right] = _CLOSED
        for y in range(ty * TILE, min((ty + 1) * TILE, depth.shape[0])):
            line, least = depth[y, left:right], row[left:right]
            for n in range(line.shape[0]):
                least[n] = min(least[n], line[n])
        for tx in range(first, last + 1):
            closed[ty, tx] = 0
            limits[ty, tx] = row[tx * TILE : min((tx + 1) * TILE, right)].min()


@inlined
def close_pixel(depth, limits, closed, y, x):
    """Hair has closed a pixel: nothing behind shows any more."""
    depth[y, x] = _CLOSED
    ty, tx = y // TILE, x // TILE
    closed[ty, tx] += 1
    if closed[ty, tx] % _CLOSED_STEP == 0:
        least = _CLOSED
        for row in range(ty * TILE, min(ty * TILE + TILE, depth.shape[0])):
            for column in range(tx * TILE, min(tx * TILE + TILE, depth.shape[1])):
                least = min(least, depth[row, column])
        limits[ty, tx] = least


@inlined
def open_columns(limits, ty, x0, x1, near):
    """The part of x0 … x1 from the first to the last tile in which the nearness shows."""
    first, last = x0 // TILE, x1 // TILE
    while first <= last and limits[ty, first] >= near:
        first += 1
    while last >= first and limits[ty, last] >= near:
        last -= 1
    return max(first * TILE, x0), min(last * TILE + TILE - 1, x1)
