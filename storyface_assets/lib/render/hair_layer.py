"""Hair and lashes: alpha-blended triangles, nearest first.

Walking from front to back, each pixel keeps how much light still passes; once next to nothing
does, later triangles cost only a look-up, and skin below need not be shaded. A triangle is drawn
in three steps: the fragments that nothing hides are listed, a block of them gets opacity and
light, and then they are blended one by one.
"""

# mypy: disable-error-code="no-untyped-def"

import numpy as np

from storyface_assets.lib.render.hair_block import (
    ALPHA_AT,
    BLOCK,
    BLUE_AT,
    FLOATS,
    GREEN_AT,
    RED_AT,
    TEXELS,
    attribute_planes,
    shade_hair_block,
)
from storyface_assets.lib.render.hair_order import close_pixel, open_columns
from storyface_assets.lib.render.jit import kernel
from storyface_assets.lib.render.lanes import LANES, bits, load, lowest_bit, prefetch, ramp, spread
from storyface_assets.lib.render.scene import LASH
from storyface_assets.lib.render.vertex_light import COLUMNS
from storyface_assets.lib.render.visibility import HAIRY, PLAIN, SAMPLES, TILE, row_inside

#: Less light than this passes no further; what was collected till then is scaled up instead.
OPAQUE = np.float32(0.1)
_ONE, _ZERO = np.float32(1.0), np.float32(0.0)
_BIT, _NO_BIT = np.uint64(1), np.uint64(0)
_SAMPLE_SHARE = np.float32(1.0 / SAMPLES)
#: Ratio of 1 / depth beyond which no face of hair comes out of order.
_FAR_NEARER = np.float32(1.015)
#: Opacity below which a fragment is nothing.
_CLEAR = np.float32(0.025)


@kernel
def draw_hair(order, planes, boxes, screen, faces, uv_faces, uv, material, fades, solidity, mips,
              texels, mip_table, attributes, depth, limits, closed, edge_of, edge_depth,
              edge_passing, colour):  # fmt: skip
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
        edge_passing: in and out ``(E, S)`` share of light still passing at samples of edge pixels.
        colour: in and out ``(H, W, 4)`` scene-linear light collected so far and, at hairy pixels,
            the share still passing; only edge pixels need be 0 at first.
    """
    width, flat_depth = depth.shape[1], depth.ravel()
    flat_edge_of, flat_colour = edge_of.ravel(), colour.ravel()
    slopes = np.empty((COLUMNS + 2, 3), np.float32)
    # A face has at most all pixels; memory that no fragment is put into is never touched.
    xs = np.empty(depth.size + BLOCK, np.int32)
    ys = np.empty(depth.size + BLOCK, np.int32)
    block, corners = np.zeros(FLOATS, np.float32), np.zeros(TEXELS, np.int32)
    for n in range(order.shape[0]):
        f = np.uint64(order[n])  # signed ones are tested for counting from the end
        x0, y0, x1, y1 = boxes[f, 0], boxes[f, 1], boxes[f, 2], boxes[f, 3]
        if x1 < x0 or solidity[f] < _CLEAR:
            continue
        near = max(screen[faces[f, 0], 2], max(screen[faces[f, 1], 2], screen[faces[f, 2], 2]))
        a0, b0, c0 = planes[f, 0], planes[f, 1], planes[f, 2]
        a1, b1, c1 = planes[f, 3], planes[f, 4], planes[f, 5]
        a2, b2, c2 = planes[f, 6], planes[f, 7], planes[f, 8]
        slope, slope_y, middle = a0 + a1 + a2, b0 + b1 + b2, c0 + c1 + c2
        count = 0
        for ty in range(y0 // TILE, y1 // TILE + 1):
            left, right = open_columns(limits, ty, x0, x1, near)
            if right < left:
                continue
            for y in range(max(ty * TILE, y0), min(ty * TILE + TILE - 1, y1) + 1):
                dy, row = np.float32(y - y0), np.uint64(y * width)
                p0, p1, p2 = b0 * dy + c0, b1 * dy + c1, b2 * dy + c2
                for begin in range(left, right + 1, LANES):
                    x = min(begin, width - LANES)
                    dx = ramp() + spread(np.float32(x - x0))
                    nearness = dx * spread(slope) + spread(slope_y * dy + middle)
                    open_ = nearness > load(flat_depth, row + np.uint64(x))
                    found = bits(row_inside(a0, p0, a1, p1, a2, p2, dx) & open_)
                    # Where the last eight of a row overlap those before, these are not new.
                    found = (found >> np.uint64(begin - x)) << np.uint64(begin - x)
                    if found != _NO_BIT:
                        prefetch(flat_edge_of, row + np.uint64(x))
                        prefetch(flat_colour, np.uint64(4) * (row + np.uint64(x)))
                    while found != _NO_BIT:
                        at = np.uint64(count)
                        xs[at], ys[at] = x + np.int64(lowest_bit(found)), y
                        found &= found - _BIT
                        count += 1
        if count == 0:
            continue
        attribute_planes(f, planes, screen, faces, uv_faces, uv, attributes, slopes)
        level = mip_table[np.uint64(mips[f])]
        for start in range(0, count, BLOCK):
            used = min(count - start, BLOCK)
            shade_hair_block(xs, ys, start, used, x0, y0, slopes, texels, level, solidity[f],
                             material[f] == LASH, fades[f], block, corners)  # fmt: skip
            for i in range(used):
                at = np.uint64(i)
                alpha = block[at + np.uint64(ALPHA_AT)]
                if alpha < _CLEAR:
                    continue
                column, y = xs[np.uint64(start) + at], ys[np.uint64(start) + at]
                x_at, y_at = np.uint64(column), np.uint64(y)
                edge = edge_of[y_at, x_at]
                if edge < 0:
                    through = colour[y_at, x_at, 3]
                    if edge == PLAIN:
                        edge_of[y_at, x_at], through = HAIRY, _ONE
                        for c in range(3):
                            colour[y_at, x_at, c] = _ZERO
                    weight = through * alpha
                    left_over = through - weight
                else:
                    e = np.uint64(edge)
                    nearness = slope * np.float32(column - x0) + slope_y * np.float32(y - y0)
                    nearness += middle
                    weight = left_over = _ZERO
                    for s in range(SAMPLES):
                        hit = edge_passing[e, s] if nearness > edge_depth[e, s] else _ZERO
                        weight += hit * alpha
                        edge_passing[e, s] -= hit * alpha
                        # Samples that something far nearer covers take no hair at all.
                        takes_hair = edge_depth[e, s] < nearness * _FAR_NEARER
                        left_over = max(left_over, edge_passing[e, s] if takes_hair else _ZERO)
                    weight *= _SAMPLE_SHARE
                colour[y_at, x_at, 3] = left_over
                if left_over < OPAQUE:
                    close_pixel(depth, limits, closed, y, column)
                colour[y_at, x_at, 0] += weight * block[at + np.uint64(RED_AT)]
                colour[y_at, x_at, 1] += weight * block[at + np.uint64(GREEN_AT)]
                colour[y_at, x_at, 2] += weight * block[at + np.uint64(BLUE_AT)]
