"""Surface points waiting to be shaded, some dozens at a time.

Looking up a point's corners and texels is scalar work; the light on it is arithmetic without
branches. So points are collected in blocks, one row a quantity, and a whole block is lit in a
loop that the compiler turns into vector instructions.
"""

# mypy: disable-error-code="no-untyped-def"

import numpy as np

from storyface_assets.lib.render.jit import inlined, kernel
from storyface_assets.lib.render.materials import shade_cloth, shade_skin
from storyface_assets.lib.render.textures import sample_texel, unpack_rgb
from storyface_assets.lib.render.vertex_light import COLUMNS

#: Points a block.
BLOCK = 64
#: Floats a face's corner hands to the shader: the vertex attributes, then u and v.
CORNER = COLUMNS + 2
#: Rows of a block after the vertex attributes: albedo, place in the picture against the optical
#: axis (y up), share of the pixel; the light goes back into the albedo's rows.
_RED, _GREEN, _BLUE, _X, _Y, SHARE = range(COLUMNS, COLUMNS + 6)
BLOCK_FLOATS = BLOCK * (COLUMNS + 6)
RED_AT, GREEN_AT, BLUE_AT, SHARE_AT = (BLOCK * r for r in (_RED, _GREEN, _BLUE, SHARE))
_X_AT, _Y_AT = BLOCK * _X, BLOCK * _Y
_ONE, _ZERO, _HALF = np.float32(1.0), np.float32(0.0), np.float32(0.5)


@inlined
def add_point(block, slot, share, face, x, y, planes, boxes, corners, mips, texels, mip_table,
              view):  # fmt: skip
    """Put the point of a face at a pixel's centre into a block.

    Args:
        block: out ``(BLOCK_FLOATS,)``, row after row.
        slot: column.
        share: of the pixel.
        face: index.
        x: pixel column.
        y: pixel row.
        planes: see ``setup_faces``.
        boxes: likewise.
        corners: ``(F, 3, CORNER)`` from ``gather_corners``.
        mips: ``(F,)`` from ``choose_mips``.
        texels: of the texture pack, packed.
        mip_table: of the texture pack.
        view: focal length, centre x, centre y.
    """
    # Unsigned, or each look-up would test for an index from the end.
    f, n = np.uint64(face), np.uint64(slot)
    dx, dy = np.float32(x - boxes[f, 0]), np.float32(y - boxes[f, 1])
    # Edge pixels are shaded at their centre, which may lie off the face: clamp.
    w0 = max(planes[f, 0] * dx + planes[f, 1] * dy + planes[f, 2], _ZERO)
    w1 = max(planes[f, 3] * dx + planes[f, 4] * dy + planes[f, 5], _ZERO)
    w2 = max(planes[f, 6] * dx + planes[f, 7] * dy + planes[f, 8], _ZERO)
    depth = _ONE / max(w0 + w1 + w2, np.float32(1e-9))
    w0, w1, w2 = w0 * depth, w1 * depth, w2 * depth
    for k in range(COLUMNS):
        value = w0 * corners[f, 0, k] + w1 * corners[f, 1, k] + w2 * corners[f, 2, k]
        block[n + np.uint64(k * BLOCK)] = value
    u = w0 * corners[f, 0, COLUMNS] + w1 * corners[f, 1, COLUMNS] + w2 * corners[f, 2, COLUMNS]
    v = w0 * corners[f, 0, COLUMNS + 1] + w1 * corners[f, 1, COLUMNS + 1]
    v += w2 * corners[f, 2, COLUMNS + 1]
    red, green, blue = unpack_rgb(sample_texel(texels, mip_table, mips[f], u, v))
    block[n + np.uint64(RED_AT)] = red
    block[n + np.uint64(GREEN_AT)] = green
    block[n + np.uint64(BLUE_AT)] = blue
    block[n + np.uint64(_X_AT)] = np.float32(x) + _HALF - view[1]
    block[n + np.uint64(_Y_AT)] = view[2] - np.float32(y) - _HALF
    block[n + np.uint64(SHARE_AT)] = share


@kernel
def light_skin_block(block, lamps, view):
    """Replace the albedo of a block of skin by the light that comes off it.

    All of the block is lit, used or not: a loop of a fixed length runs fastest.

    Args:
        block: in and out, see :func:`add_point`.
        lamps: see ``light_vertices``.
        view: focal length, centre x, centre y.
    """
    focal = view[0]
    for n in range(BLOCK):
        x, y = block[n + _X_AT], block[n + _Y_AT]
        inverse = _ONE / np.sqrt(x * x + y * y + focal * focal)
        nx, ny, nz = block[n], block[n + BLOCK], block[n + 2 * BLOCK]
        length = _ONE / np.sqrt(nx * nx + ny * ny + nz * nz + np.float32(1e-12))
        red, green, blue = shade_skin(
            nx * length, ny * length, nz * length, -x * inverse, -y * inverse, focal * inverse,
            block[n + RED_AT], block[n + GREEN_AT], block[n + BLUE_AT], block[n + 3 * BLOCK],
            block[n + 4 * BLOCK], block[n + 5 * BLOCK], block[n + 6 * BLOCK],
            block[n + 7 * BLOCK], block[n + 8 * BLOCK], block[n + 9 * BLOCK], lamps)  # fmt: skip
        block[n + RED_AT], block[n + GREEN_AT], block[n + BLUE_AT] = red, green, blue


@kernel
def light_cloth_block(block, lamps, view):
    """As :func:`light_skin_block`, for cloth."""
    focal = view[0]
    for n in range(BLOCK):
        x, y = block[n + _X_AT], block[n + _Y_AT]
        inverse = _ONE / np.sqrt(x * x + y * y + focal * focal)
        nx, ny, nz = block[n], block[n + BLOCK], block[n + 2 * BLOCK]
        length = _ONE / np.sqrt(nx * nx + ny * ny + nz * nz + np.float32(1e-12))
        red, green, blue = shade_cloth(
            nx * length, ny * length, nz * length, -x * inverse, -y * inverse, focal * inverse,
            block[n + RED_AT], block[n + GREEN_AT], block[n + BLUE_AT], block[n + 3 * BLOCK],
            block[n + 4 * BLOCK], block[n + 5 * BLOCK], block[n + 6 * BLOCK],
            block[n + 7 * BLOCK], lamps)  # fmt: skip
        block[n + RED_AT], block[n + GREEN_AT], block[n + BLUE_AT] = red, green, blue
