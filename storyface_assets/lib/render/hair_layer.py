"""Hair and lashes: alpha-blended triangles, nearest first.

Walking from front to back, each pixel keeps how much light still passes; once next to nothing
does, later triangles cost only a look-up, and skin below need not be shaded. Tiles know how near
a triangle must be to show at all, so most of those behind the head or under hair are never begun
(hierarchical z-buffer: Greene, Kass and Miller 1993).
"""

# mypy: disable-error-code="no-untyped-def"

import numpy as np

from storyface_assets.lib.render.jit import inlined, kernel
from storyface_assets.lib.render.scene import LASH
from storyface_assets.lib.render.textures import sample_level, unpack_alpha, unpack_rgb
from storyface_assets.lib.render.vertex_light import COLUMNS, FACING, OPACITY
from storyface_assets.lib.render.visibility import HAIRY, PLAIN, SAMPLES, TILE, row_span

#: Less light than this passes no further; what was collected till then is scaled up instead.
OPAQUE = np.float32(0.1)
_BUCKETS = 2048
#: Cosine to the viewer below which ribbons thin out: strands at the outline are seen one by one.
_FADE = np.float32(0.22)
_PER_FADE = np.float32(1.0) / _FADE
_ONE, _ZERO = np.float32(1.0), np.float32(0.0)
_SAMPLE_SHARE = np.float32(1.0 / SAMPLES)
#: 1 / depth of pixels that let nothing pass; a tile is looked over again after so many more.
_CLOSED = np.float32(1e9)
_CLOSED_STEP = 8
#: Ratio of 1 / depth beyond which no face of hair comes out of order.
_FAR_NEARER = np.float32(1.015)
#: Opacity below which a fragment is nothing.
_CLEAR = np.float32(0.025)


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
def _close(depth, limits, closed, y, x):
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
def _attribute_planes(f, planes, screen, faces, uv_faces, uv, attributes, slopes):
    """Attributes of a face as linear functions on the screen.

    Faces of hair are small against their distance, so perspective within one does not show.

    Args:
        f: face.
        planes: see ``setup_faces``.
        screen: ``(N, 3)`` with 1 / depth in the last column.
        faces: ``(F, 3)``.
        uv_faces: ``(F, 3)``.
        uv: ``(T, 2)``.
        attributes: ``(N, COLUMNS)``.
        slopes: out ``(COLUMNS + 2, 3)`` a, b, c of a · dx + b · dy + c; u and v come last.
    """
    i, j, k = np.uint64(faces[f, 0]), np.uint64(faces[f, 1]), np.uint64(faces[f, 2])
    ti, tj, tk = np.uint64(uv_faces[f, 0]), np.uint64(uv_faces[f, 1]), np.uint64(uv_faces[f, 2])
    d0, d1, d2 = _ONE / screen[i, 2], _ONE / screen[j, 2], _ONE / screen[k, 2]
    for n in range(3):
        w0, w1, w2 = planes[f, n] * d0, planes[f, 3 + n] * d1, planes[f, 6 + n] * d2
        for c in (0, 1, 2, 3, 4, 5, FACING, OPACITY):
            slopes[c, n] = w0 * attributes[i, c] + w1 * attributes[j, c] + w2 * attributes[k, c]
        for c in range(2):
            slopes[COLUMNS + c, n] = w0 * uv[ti, c] + w1 * uv[tj, c] + w2 * uv[tk, c]


@inlined
def _at(slopes, column, dx, dy):
    """One of a face's attributes at a pixel."""
    c = np.uint64(column)
    return slopes[c, 0] * dx + (slopes[c, 1] * dy + slopes[c, 2])


@inlined
def _open_columns(limits, ty, x0, x1, near):
    """The part of x0 … x1 from the first to the last tile in which the nearness shows."""
    first, last = x0 // TILE, x1 // TILE
    while first <= last and limits[ty, first] >= near:
        first += 1
    while last >= first and limits[ty, last] >= near:
        last -= 1
    return max(first * TILE, x0), min(last * TILE + TILE - 1, x1)


@kernel
def draw_hair(order, planes, boxes, screen, faces, uv_faces, uv, material, fades, solidity, mips,
              texels, mip_table, attributes, depth, limits, closed, edge_of, edge_depth,
              passing, edge_passing, colour):  # fmt: skip
    """Blend the transparent faces over each other.

    Args:
        order: faces, nearest first.
        planes: see ``setup_faces``.
        boxes: likewise.
        screen: ``(N, 3)`` pixel x, y, 1 / depth.
        faces: ``(F, 3)``.
        uv_faces: ``(F, 3)``.
        uv: ``(T, 2)``.
        material: ``(F,)``.
        fades: ``(F,)`` bool: ribbons, which thin out at grazing angles.
        solidity: ``(F,)`` from ``choose_mips``.
        mips: ``(F,)`` from ``choose_mips``.
        texels: of the texture pack, packed.
        mip_table: of the texture pack.
        attributes: ``(N, COLUMNS)`` of the vertices.
        depth: in and out ``(H, W)`` from :func:`tile_limits`.
        limits: likewise.
        closed: likewise.
        edge_of: in and out ``(H, W)`` edge rows or ``PLAIN``; that becomes ``HAIRY``.
        edge_depth: ``(E, S)`` of the opaque faces.
        passing: out ``(H, W)`` share of light still passing, at hairy pixels.
        edge_passing: in and out ``(E, S)`` likewise for samples of edge pixels.
        colour: in and out ``(H, W, 3)`` scene-linear light collected so far; only edge pixels
            need be 0 at first.
    """
    slopes = np.empty((COLUMNS + 2, 3), np.float32)
    for n in range(order.shape[0]):
        f = np.uint64(order[n])  # signed ones are tested for counting from the end
        x0, y0, x1, y1 = boxes[f, 0], boxes[f, 1], boxes[f, 2], boxes[f, 3]
        mip, solid = np.uint64(mips[f]), solidity[f]
        if x1 < x0 or solid < _CLEAR:
            continue
        near = max(screen[faces[f, 0], 2], max(screen[faces[f, 1], 2], screen[faces[f, 2], 2]))
        is_lash, fades_out, fresh = material[f] == LASH, fades[f], True
        texel_0, texel_width, texel_rows = mip_table[mip, 0], mip_table[mip, 1], mip_table[mip, 2]
        a0, b0, c0 = planes[f, 0], planes[f, 1], planes[f, 2]
        a1, b1, c1 = planes[f, 3], planes[f, 4], planes[f, 5]
        a2, b2, c2 = planes[f, 6], planes[f, 7], planes[f, 8]
        i0, i1, i2 = _ONE / a0, _ONE / a1, _ONE / a2
        slope = a0 + a1 + a2
        for ty in range(y0 // TILE, y1 // TILE + 1):
            left, right = _open_columns(limits, ty, x0, x1, near)
            if right < left:
                continue
            if fresh:
                _attribute_planes(f, planes, screen, faces, uv_faces, uv, attributes, slopes)
                fresh = False
            for y in range(max(ty * TILE, y0), min(ty * TILE + TILE - 1, y1) + 1):
                dy = np.float32(y - y0)
                p0, p1, p2 = b0 * dy + c0, b1 * dy + c1, b2 * dy + c2
                first, last = row_span(a0, i0, p0, a1, i1, p1, a2, i2, p2, x1 - x0)
                first, last = max(x0 + first, left), min(x0 + last, right)
                if last < first:
                    continue
                y_at = np.uint64(y)
                for column in range(first, last + 1):
                    dx, x = np.float32(column - x0), np.uint64(column)
                    nearness = slope * dx + p0 + p1 + p2
                    if nearness <= depth[y_at, x]:
                        continue
                    u, v = _at(slopes, COLUMNS, dx, dy), _at(slopes, COLUMNS + 1, dx, dy)
                    texel = sample_level(texels, texel_0, texel_width, texel_rows, u, v)
                    if is_lash:
                        alpha = solid * _at(slopes, OPACITY, dx, dy)
                    else:
                        alpha = solid * unpack_alpha(texel)
                    if fades_out:
                        facing = min(abs(_at(slopes, FACING, dx, dy)) * _PER_FADE, _ONE)
                        alpha *= facing * (np.float32(2.0) - facing)
                    if alpha < _CLEAR:
                        continue
                    edge = edge_of[y_at, x]
                    if edge < 0:
                        through = passing[y_at, x]
                        if edge == PLAIN:
                            edge_of[y_at, x], through = HAIRY, _ONE
                            colour[y_at, x, 0] = colour[y_at, x, 1] = colour[y_at, x, 2] = _ZERO
                        weight = through * alpha
                        left_over = through - weight
                    else:
                        e = np.uint64(edge)
                        weight = left_over = _ZERO
                        for s in range(SAMPLES):
                            hit = edge_passing[e, s] if nearness > edge_depth[e, s] else _ZERO
                            weight += hit * alpha
                            edge_passing[e, s] -= hit * alpha
                            # Samples that something far nearer covers take no hair at all.
                            takes_hair = edge_depth[e, s] < nearness * _FAR_NEARER
                            left_over = max(left_over, edge_passing[e, s] if takes_hair else _ZERO)
                        weight *= _SAMPLE_SHARE
                    passing[y_at, x] = left_over
                    if left_over < OPAQUE:
                        _close(depth, limits, closed, y, column)
                    red, green, blue = unpack_rgb(texel)
                    # Bright strands of the texture catch more of the highlight.
                    glint = _ONE if is_lash else np.float32(0.5) + np.float32(0.6) * (red + green)
                    red = red * _at(slopes, 0, dx, dy) + glint * _at(slopes, 3, dx, dy)
                    green = green * _at(slopes, 1, dx, dy) + glint * _at(slopes, 4, dx, dy)
                    blue = blue * _at(slopes, 2, dx, dy) + glint * _at(slopes, 5, dx, dy)
                    colour[y_at, x, 0] += weight * red
                    colour[y_at, x, 1] += weight * green
                    colour[y_at, x, 2] += weight * blue
