"""The visibility buffer: which triangle each pixel (and each sample of an edge pixel) sees.

First one sample a pixel. Then pixels where the surface changes or jumps in depth are marked and
only these get ``SAMPLES`` samples, so anti-aliasing costs a few per cent of the frame instead of
a multiple of it. Plane equations already divided by depth make every later interpolation
perspective-correct (Pineda 1988; Burns and Hunt, "The visibility buffer", 2013).
"""

# mypy: disable-error-code="no-untyped-def"

import numpy as np

from storyface_assets.lib.render.jit import inlined, kernel
from storyface_assets.lib.render.lanes import (
    LANES,
    bits,
    choose,
    least,
    load,
    most,
    ramp,
    spread,
    store,
)

#: Sample positions in a pixel, 0–1: an 8-rooks pattern, so both near-vertical and near-horizontal
#: edges get nine levels of coverage.
SAMPLE_POSITIONS = np.array(
    [[9, 7, 13, 5, 3, 1, 11, 15], [5, 11, 9, 3, 13, 7, 15, 1]], np.float32
) / np.float32(16.0)
SAMPLES = SAMPLE_POSITIONS.shape[1]
#: What ``edge_of`` says of pixels with one sample: they see one surface; hair lies over that.
PLAIN, HAIRY = np.int32(-1), np.int32(-2)
#: Side of a tile of the edge mask, pixels; a tile is one 64-bit word of it.
TILE = 8
#: Pixels by which a face's rows are longer, so that rounding leaves no crack.
_SLACK = np.float32(1e-3)
#: The same for the weights of single samples.
_WEIGHT_SLACK = np.float32(-1e-5)
_ZERO, _HALF = np.float32(0.0), np.float32(0.5)
_BIT, _NO_BIT = np.uint64(1), np.uint64(0)


@kernel
def setup_faces(screen, faces, first, last, two_sided, width, height, planes, boxes):
    """Plane equations and pixel boxes of faces ``first … last − 1``.

    Args:
        screen: ``(N, 3)`` pixel x, y and 1 / depth.
        faces: ``(F, 3)``.
        first: first face.
        last: one after the last face.
        two_sided: ``(F,)`` bool: keep the face when seen from behind.
        width: picture width.
        height: picture height.
        planes: out ``(F, 9)``: for each corner A, B, C so that A·dx + B·dy + C is its barycentric
            weight over its depth, dx and dy measured from the centre of the box's first pixel.
        boxes: out ``(F, 4)`` x0, y0, x1, y1 inclusive, of pixel centres ± half a pixel;
            x1 < x0 for a face that is not seen.

    Returns:
        x0, y0, x1, y1 around all boxes; x1 < x0 if no face is seen.
    """
    box_left, box_top, box_right, box_bottom = width, height, -1, -1
    for f in range(first, last):
        i, j, k = faces[f, 0], faces[f, 1], faces[f, 2]
        boxes[f, 2] = -1
        boxes[f, 0] = 0
        if screen[i, 2] <= 0.0 or screen[j, 2] <= 0.0 or screen[k, 2] <= 0.0:
            continue
        x0, y0 = np.float64(screen[i, 0]), np.float64(screen[i, 1])
        x1, y1 = np.float64(screen[j, 0]), np.float64(screen[j, 1])
        x2, y2 = np.float64(screen[k, 0]), np.float64(screen[k, 1])
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        # y points down on screen: counter-clockwise faces come out negative.
        if abs(area) < 1e-7 or (area > 0.0 and not two_sided[f]):
            continue
        left = max(int(np.floor(min(x0, min(x1, x2)))), 0)
        right = min(int(np.floor(max(x0, max(x1, x2)))), width - 1)
        top = max(int(np.floor(min(y0, min(y1, y2)))), 0)
        bottom = min(int(np.floor(max(y0, max(y1, y2)))), height - 1)
        if left > right or top > bottom:
            continue
        boxes[f, 0], boxes[f, 1], boxes[f, 2], boxes[f, 3] = left, top, right, bottom
        box_left, box_top = min(box_left, left), min(box_top, top)
        box_right, box_bottom = max(box_right, right), max(box_bottom, bottom)
        px, py, inverse = left + 0.5, top + 0.5, 1.0 / area
        d0, d1, d2 = screen[i, 2] * inverse, screen[j, 2] * inverse, screen[k, 2] * inverse
        planes[f, 0], planes[f, 1] = (y1 - y2) * d0, (x2 - x1) * d0
        planes[f, 2] = ((x1 - px) * (y2 - py) - (x2 - px) * (y1 - py)) * d0
        planes[f, 3], planes[f, 4] = (y2 - y0) * d1, (x0 - x2) * d1
        planes[f, 5] = ((x2 - px) * (y0 - py) - (x0 - px) * (y2 - py)) * d1
        planes[f, 6], planes[f, 7] = (y0 - y1) * d2, (x1 - x0) * d2
        planes[f, 8] = ((x0 - px) * (y1 - py) - (x1 - px) * (y0 - py)) * d2
    return box_left, box_top, box_right, box_bottom


@inlined
def row_inside(a0, r0, a1, r1, a2, r2, dx):
    """Which of eight pixels of a row a face covers.

    Args:
        a0: slope of the first corner's weight along the row.
        r0: its value at the row's first column.
        a1: second corner.
        r1: second corner.
        a2: third corner.
        r2: third corner.
        dx: eight columns, from that first one.

    Returns:
        Mask. A thousandth of a pixel of slack on both sides keeps rounding from opening cracks
        between neighbours.
    """
    w0 = dx * spread(a0) + spread(r0 + _SLACK * abs(a0))
    w1 = dx * spread(a1) + spread(r1 + _SLACK * abs(a1))
    w2 = dx * spread(a2) + spread(r2 + _SLACK * abs(a2))
    return least(w0, least(w1, w2)) >= spread(_ZERO)


@kernel
def rasterise(planes, boxes, first, last, depth, ids):
    """Nearest face at each pixel centre.

    Args:
        planes: see :func:`setup_faces`.
        boxes: likewise.
        first: first face to draw.
        last: one after the last.
        depth: in and out ``(H, W)`` float32 of 1 / metres, 0 where nothing is; W ≥ ``LANES``.
        ids: in and out ``(H, W)`` int32 face index, −1 where nothing is; none is above ``first``.
    """
    width = depth.shape[1]
    flat_depth, flat_ids = depth.ravel(), ids.ravel()
    nothing, no_face = spread(_ZERO), spread(np.int32(-1))
    for f in range(first, last):
        x0, y0, x1, y1 = boxes[f, 0], boxes[f, 1], boxes[f, 2], boxes[f, 3]
        if x1 < x0:
            continue
        a0, b0, c0 = planes[f, 0], planes[f, 1], planes[f, 2]
        a1, b1, c1 = planes[f, 3], planes[f, 4], planes[f, 5]
        a2, b2, c2 = planes[f, 6], planes[f, 7], planes[f, 8]
        slope, slope_y, middle = a0 + a1 + a2, b0 + b1 + b2, c0 + c1 + c2
        for start in range(x0, x1 + 1, LANES):
            x = min(start, width - LANES)
            dx = ramp() + spread(np.float32(x - x0))
            for y in range(y0, y1 + 1):
                dy, at = np.float32(y - y0), np.uint64(y * width + x)
                inside = row_inside(a0, b0 * dy + c0, a1, b1 * dy + c1, a2, b2 * dy + c2, dx)
                nearness = dx * spread(slope) + spread(slope_y * dy + middle)
                before = load(flat_depth, at)
                better = inside & (nearness > before)
                if bits(better) != _NO_BIT:
                    # Not as masked stores, which many processors are slow at.
                    store(flat_depth, at, most(before, choose(inside, nearness, nothing)))
                    face = choose(better, spread(np.int32(f)), no_face)
                    store(flat_ids, at, most(load(flat_ids, at), face))


@inlined
def _surfaces(ids, surface, out):
    """Surface of each pixel of a row; 255 where nothing is."""
    for n in range(ids.shape[0]):
        f = ids[n]
        out[n] = surface[np.uint64(max(f, 0))] if f >= 0 else np.uint8(255)


@inlined
def _differs(depth, other_depth, surface, other_surface, jump, out):
    """1 where pixels see another surface, or the same with a jump in depth, else 0."""
    for n in range(depth.shape[0]):
        a, b = depth[n], other_depth[n]
        far = (abs(a - b) >= jump * a * b) & (abs(a - b) > np.float32(0.0))
        out[n] = np.uint8(far | (surface[n] != other_surface[n]))


@kernel
def mark_edges(ids, depth, surface, jump, spans, edge_of, edge_pixels, tiles):
    """Find the pixels that need more samples.

    Args:
        ids: ``(H, W)`` from :func:`rasterise`.
        depth: ``(H, W)``.
        surface: ``(F,)`` uint8: faces of one surface share a number.
        jump: metres of depth between neighbours that count as an edge.
        spans: from :func:`tile_row_spans`; only these pixels are looked at.
        edge_of: in (``PLAIN`` everywhere) and out ``(H, W)`` int32: row among the edge pixels.
        edge_pixels: out ``(E, 2)`` int32 y, x.
        tiles: out ``(H / TILE + 1, W / TILE + 1)`` uint64: a bit for every pixel of a tile, row
            by row, 1 at edge pixels.

    Returns:
        How many edge pixels there are (at most E).
    """
    height, width = ids.shape
    capacity = edge_pixels.shape[0]
    count = 0
    tiles[:] = 0
    # Rows are compared whole, without branches; few pixels are left to be looked at singly.
    here, below = np.empty(width, np.uint8), np.empty(width, np.uint8)
    right_edge, lower_edge = np.empty(width, np.uint8), np.empty(width, np.uint8)
    either = np.empty((width + 7) // 8 * 8, np.uint8)
    eights = either.view(np.uint64)
    for y in range(height):
        first, end = spans[y // TILE, 0], spans[y // TILE, 1] + 1
        if end <= first:
            continue
        if y % TILE == 0:
            _surfaces(ids[y, first:end], surface, here[first:end])
        either[:] = right_edge[:] = lower_edge[:] = 0
        row = depth[y]
        _differs(row[first : end - 1], row[first + 1 : end], here[first : end - 1],
                 here[first + 1 : end], jump, right_edge[first : end - 1])  # fmt: skip
        next_y = min(y + 1, height - 1)
        # A pixel that only one of two rows of tiles reaches is empty in both.
        low, high = spans[next_y // TILE, 0], spans[next_y // TILE, 1] + 1
        low, high = max(low, first), min(high, end)
        if high > low:
            next_row = depth[next_y]
            _surfaces(ids[next_y, low:high], surface, below[low:high])
            _differs(row[low:high], next_row[low:high], here[low:high], below[low:high], jump,
                     lower_edge[low:high])  # fmt: skip
        for x in range(first, end):
            either[x] = right_edge[x] | lower_edge[x]
        for eight in range(first // 8, (end + 7) // 8):
            if eights[eight] == 0:
                continue
            for x in range(eight * 8, eight * 8 + 8):
                if either[x] == 0:
                    continue
                right = right_edge[x] != 0 and ids[y, x + 1] != ids[y, x]
                lower = lower_edge[x] != 0 and ids[next_y, x] != ids[y, x]
                for at_y, at_x, marked in (
                    (y, x, right or lower),
                    (y, x + 1, right),
                    (next_y, x, lower),
                ):
                    if marked and edge_of[at_y, at_x] < 0 and count < capacity:
                        edge_of[at_y, at_x] = count
                        edge_pixels[count, 0], edge_pixels[count, 1] = at_y, at_x
                        bit = np.uint64(at_y % TILE * TILE + at_x % TILE)
                        tiles[at_y // TILE, at_x // TILE] |= _BIT << bit
                        count += 1
        here, below = below, here
    return count


@kernel
def supersample_edges(planes, boxes, first, last, samples, edge_of, tiles, edge_depth, edge_ids):
    """Nearest face at every sample of the edge pixels.

    Args:
        planes: see :func:`setup_faces`.
        boxes: likewise.
        first: first face to draw.
        last: one after the last.
        samples: ``(2, S)`` x and y in a pixel, ``SAMPLE_POSITIONS``.
        edge_of: ``(H, W)`` from :func:`mark_edges`.
        tiles: likewise.
        edge_depth: in and out ``(E, S)`` float32 1 / metres, 0 where nothing is.
        edge_ids: in and out ``(E, S)`` int32, −1 where nothing is.
    """
    flat_depth, flat_ids, places = edge_depth.ravel(), edge_ids.ravel(), samples.ravel()
    nothing, no_face = spread(_ZERO), spread(np.int32(-1))
    sample_x = load(places, np.uint64(0)) - spread(_HALF)
    sample_y = load(places, np.uint64(SAMPLES)) - spread(_HALF)
    for f in range(first, last):
        x0, y0, x1, y1 = boxes[f, 0], boxes[f, 1], boxes[f, 2], boxes[f, 3]
        if x1 < x0:
            continue
        a0, b0, c0 = planes[f, 0], planes[f, 1], planes[f, 2]
        a1, b1, c1 = planes[f, 3], planes[f, 4], planes[f, 5]
        a2, b2, c2 = planes[f, 6], planes[f, 7], planes[f, 8]
        # By how much a weight in a pixel may exceed that at its centre.
        m0, m1, m2 = _reach(a0, b0), _reach(a1, b1), _reach(a2, b2)
        # And what it is at each sample, from the pixel's centre.
        v0 = spread(a0) * sample_x + spread(b0) * sample_y
        v1 = spread(a1) * sample_x + spread(b1) * sample_y
        v2 = spread(a2) * sample_x + spread(b2) * sample_y
        for ty in range(y0 // TILE, y1 // TILE + 1):
            top, bottom = max(ty * TILE, y0), min(ty * TILE + TILE - 1, y1)
            for tx in range(x0 // TILE, x1 // TILE + 1):
                tile = tiles[np.uint64(ty), np.uint64(tx)]
                if tile == _NO_BIT:
                    continue
                left, right = max(tx * TILE, x0), min(tx * TILE + TILE - 1, x1)
                columns = (_BIT << np.uint64(right - left + 1)) - _BIT
                for y in range(top, bottom + 1):
                    bits = (tile >> np.uint64((y - ty * TILE) * TILE + left - tx * TILE)) & columns
                    if bits == _NO_BIT:
                        continue
                    dy = np.float32(y - y0)
                    p0, p1, p2 = b0 * dy + c0, b1 * dy + c1, b2 * dy + c2
                    for x in range(left, right + 1):
                        is_edge, bits = bits & _BIT, bits >> _BIT
                        if is_edge == _NO_BIT:
                            continue
                        e = np.uint64(edge_of[np.uint64(y), np.uint64(x)])
                        dx = np.float32(x - x0)
                        q0, q1, q2 = a0 * dx + p0, a1 * dx + p1, a2 * dx + p2
                        if min(q0 + m0, min(q1 + m1, q2 + m2)) < _WEIGHT_SLACK:
                            continue
                        w0, w1, w2 = v0 + spread(q0), v1 + spread(q1), v2 + spread(q2)
                        inside = least(w0, least(w1, w2)) >= spread(_WEIGHT_SLACK)
                        nearness, row = w0 + w1 + w2, e * np.uint64(SAMPLES)
                        before = load(flat_depth, row)
                        better = inside & (nearness > before)
                        store(flat_depth, row, most(before, choose(inside, nearness, nothing)))
                        face = choose(better, spread(np.int32(f)), no_face)
                        store(flat_ids, row, most(load(flat_ids, row), face))


@inlined
def _reach(a, b):
    """Most that ``a · dx + b · dy`` is at a sample, from the pixel's centre."""
    return _HALF * (abs(a) + abs(b))
