"""Surface points waiting to be shaded, some dozens at a time.

Finding out what a pixel sees is work full of branches; the light on it is arithmetic without any.
So points are collected in blocks, one row a quantity, and a whole block is interpolated, textured
and lit in loops that the compiler turns into vector instructions. Neighbouring pixels of one face
are put in together: along a row all of a face's quantities over depth are linear.
"""

# mypy: disable-error-code="no-untyped-def"

import numpy as np

from storyface_assets.lib.render.colour import ENCODE_ENTRIES, MAX_LINEAR
from storyface_assets.lib.render.jit import inlined, kernel
from storyface_assets.lib.render.lanes import LANES, ramp, spread, store
from storyface_assets.lib.render.materials import shade_cloth, shade_skin
from storyface_assets.lib.render.textures import byte_of
from storyface_assets.lib.render.vertex_light import COLUMNS

#: Points a block.
BLOCK = 64
#: Floats from one row of a block to the next.
STRIDE = BLOCK + LANES  # points too many that are written are written over by the next
#: Rows of a block: the vertex attributes, u, v and 1, all over depth; pixel column; share of the
#: pixel; albedo, which the light takes the place of.
_U, _V, _NEARNESS, _COLUMN, _SHARE, _RED, _GREEN, _BLUE = range(COLUMNS, COLUMNS + 8)
#: Linear functions a face hands to the shader: the rows up to the pixel column.
LINEAR = COLUMNS + 4
#: Rows of a block of int32: first texel, width and height of the point's mip level; where in the
#: row of mixed pixels the point's light goes, or ``_WHOLE``; the four texels around the point, in
#: whose rows the light's place in the encoding table and the pixel's column are put later; the
#: face.
_FIRST, _WIDTH, _HEIGHT, _PIXEL, _TEXELS = range(5)
_FACE = _TEXELS + 4
_WHOLE = -1
_CODE, _X = _TEXELS, _TEXELS + 3
U_AT, V_AT, NEARNESS_AT, _COLUMN_AT = (STRIDE * r for r in (_U, _V, _NEARNESS, _COLUMN))
FACE_AT = STRIDE * _FACE
RED_AT, GREEN_AT, BLUE_AT, SHARE_AT = (STRIDE * r for r in (_RED, _GREEN, _BLUE, _SHARE))
_ONE, _ZERO, _HALF = np.float32(1.0), np.float32(0.0), np.float32(0.5)
#: Least 1 / metres, so that lanes that no point is in stay finite.
_FAR = np.float32(1e-6)
_UNIT = np.float32(1.0 / 255.0)
_ENCODE_SCALE = np.float32((ENCODE_ENTRIES - 1) / np.sqrt(MAX_LINEAR))
_MAX = np.float32(MAX_LINEAR)


@inlined
def new_blocks():
    """Three empty blocks, ``(3, rows · STRIDE)`` float32 and int32."""
    blocks = np.zeros((3, (COLUMNS + 8) * STRIDE), np.float32)
    places = np.zeros((3, 9 * STRIDE), np.int32)
    places[:, _WIDTH * STRIDE : _PIXEL * STRIDE] = 2  # the least that a look-up stays inside of
    return blocks, places


@inlined
def face_linear(f, planes, boxes, faces, uv_faces, uv, attributes, linear):
    """What the shader interpolates, over depth, as linear functions on the screen.

    Args:
        f: face.
        planes: see ``setup_faces``.
        boxes: likewise.
        faces: ``(F, 3)``.
        uv_faces: ``(F, 3)``.
        uv: ``(T, 2)``.
        attributes: ``(N, COLUMNS)``.
        linear: out ``(F, 3, LINEAR)`` a, b, c of a · dx + b · dy + c, as in ``planes``.
    """
    i, j, k = np.uint64(faces[f, 0]), np.uint64(faces[f, 1]), np.uint64(faces[f, 2])
    ti, tj, tk = np.uint64(uv_faces[f, 0]), np.uint64(uv_faces[f, 1]), np.uint64(uv_faces[f, 2])
    for n in range(3):
        w0, w1, w2 = planes[f, n], planes[f, 3 + n], planes[f, 6 + n]
        for c in range(COLUMNS):
            linear[f, n, c] = w0 * attributes[i, c] + w1 * attributes[j, c] + w2 * attributes[k, c]
        for c in range(2):
            linear[f, n, COLUMNS + c] = w0 * uv[ti, c] + w1 * uv[tj, c] + w2 * uv[tk, c]
        linear[f, n, _NEARNESS] = w0 + w1 + w2
        linear[f, n, _COLUMN] = _ZERO
    linear[f, 0, _COLUMN], linear[f, 2, _COLUMN] = _ONE, np.float32(boxes[f, 0])


@inlined
def add_run(block, places, slot, count, f, x, y, boxes, linear, mips, mip_table):
    """Put neighbouring pixels of a row that wholly see one face into a block.

    Args:
        block: out, see :func:`new_blocks`.
        places: out, likewise.
        slot: where the first goes; ``slot + count ≤ BLOCK``.
        count: of pixels.
        f: face, unsigned (a signed index would be tested for counting from the end).
        x: column of the first pixel.
        y: pixel row.
        boxes: see ``setup_faces``.
        linear: ``(F, 3, LINEAR)`` from :func:`face_linear`.
        mips: ``(F,)`` from ``choose_mips``.
        mip_table: of the texture pack.
    """
    dx, dy = np.float32(x - boxes[f, 0]), np.float32(y - boxes[f, 1])
    mip = np.uint64(mips[f])
    first, width, height = mip_table[mip, 0], mip_table[mip, 1], mip_table[mip, 2]
    for start in range(0, count, LANES):
        at = np.uint64(slot + start)
        ahead = dx + np.float32(start)
        for r in range(LINEAR):
            slope = linear[f, 0, r]
            value = slope * ahead + (linear[f, 1, r] * dy + linear[f, 2, r])
            store(block, at + np.uint64(r * STRIDE), ramp() * spread(slope) + spread(value))
        for r, value in ((_FIRST, first), (_WIDTH, width), (_HEIGHT, height), (_PIXEL, _WHOLE)):
            store(places, at + np.uint64(r * STRIDE), spread(np.int32(value)))
        store(places, at + np.uint64(FACE_AT), spread(np.int32(f)))


@inlined
def add_point(block, places, slot, share, pixel, f, x, y, planes, boxes, faces, uv_faces, uv,
              attributes, mips, mip_table):  # fmt: skip
    """Put the point of a face at the centre of a pixel that it may cover in part into a block.

    Args:
        block: out, see :func:`new_blocks`.
        places: out, likewise.
        slot: where it goes.
        share: of the pixel.
        pixel: where in the row of mixed pixels its light goes.
        f: face, unsigned.
        x: pixel column.
        y: pixel row.
        planes: see ``setup_faces``.
        boxes: likewise.
        faces: see :func:`face_linear`.
        uv_faces: likewise.
        uv: likewise.
        attributes: likewise.
        mips: ``(F,)`` from ``choose_mips``.
        mip_table: of the texture pack.
    """
    at, mip = np.uint64(slot), np.uint64(mips[f])
    dx, dy = np.float32(x - boxes[f, 0]), np.float32(y - boxes[f, 1])
    # The centre may lie off the face: clamp.
    w0 = max(planes[f, 0] * dx + planes[f, 1] * dy + planes[f, 2], _ZERO)
    w1 = max(planes[f, 3] * dx + planes[f, 4] * dy + planes[f, 5], _ZERO)
    w2 = max(planes[f, 6] * dx + planes[f, 7] * dy + planes[f, 8], _ZERO)
    i, j, k = np.uint64(faces[f, 0]), np.uint64(faces[f, 1]), np.uint64(faces[f, 2])
    ti, tj, tk = np.uint64(uv_faces[f, 0]), np.uint64(uv_faces[f, 1]), np.uint64(uv_faces[f, 2])
    for c in range(COLUMNS):
        value = w0 * attributes[i, c] + w1 * attributes[j, c] + w2 * attributes[k, c]
        block[at + np.uint64(c * STRIDE)] = value
    for c in range(2):
        value = w0 * uv[ti, c] + w1 * uv[tj, c] + w2 * uv[tk, c]
        block[at + np.uint64((COLUMNS + c) * STRIDE)] = value
    block[at + np.uint64(NEARNESS_AT)] = w0 + w1 + w2
    block[at + np.uint64(_COLUMN_AT)] = np.float32(x)
    block[at + np.uint64(SHARE_AT)] = share
    places[at + np.uint64(_PIXEL * STRIDE)] = np.int32(pixel)
    places[at + np.uint64(FACE_AT)] = np.int32(f)
    for r in range(3):
        places[at + np.uint64(r * STRIDE)] = np.int32(mip_table[mip, r])


@kernel
def texture_block(block, places, texels):
    """Look up the albedo of a block: the bilinear mean of four texels for each point.

    Three loops, since only the middle one cannot be done with vector instructions. All of the
    block is looked up, used or not: a loop of a fixed length runs fastest.

    Args:
        block: in and out, see :func:`new_blocks`; its u and v are lost.
        places: likewise.
        texels: of the texture pack, packed.
    """
    for n in range(BLOCK):
        depth = _ONE / max(block[n + NEARNESS_AT], _FAR)
        width = places[n + _WIDTH * STRIDE]
        columns, rows = np.float32(width), np.float32(places[n + _HEIGHT * STRIDE])
        x = block[n + U_AT] * depth * columns - _HALF
        y = (_ONE - block[n + V_AT] * depth) * rows - _HALF
        x = min(max(x, _ZERO), columns - np.float32(1.001))
        y = min(max(y, _ZERO), rows - np.float32(1.001))
        ix, iy = np.int32(x), np.int32(y)
        block[n + U_AT], block[n + V_AT] = x - np.float32(ix), y - np.float32(iy)
        places[n + _TEXELS * STRIDE] = np.int32(places[n] + np.int32(iy * width) + ix)
    right = np.uint64(1)
    for n in range(BLOCK):
        a = np.uint64(places[n + _TEXELS * STRIDE])
        b = a + np.uint64(places[n + _WIDTH * STRIDE])
        places[n + _TEXELS * STRIDE] = np.int32(texels[a])
        places[n + (_TEXELS + 1) * STRIDE] = np.int32(texels[a + right])
        places[n + (_TEXELS + 2) * STRIDE] = np.int32(texels[b])
        places[n + (_TEXELS + 3) * STRIDE] = np.int32(texels[b + right])
    for n in range(BLOCK):
        fx, fy = block[n + U_AT], block[n + V_AT]
        w11 = fx * fy
        w10, w01 = fx - w11, fy - w11
        w00 = _ONE - fx - w01
        t00, t10 = places[n + _TEXELS * STRIDE], places[n + (_TEXELS + 1) * STRIDE]
        t01, t11 = places[n + (_TEXELS + 2) * STRIDE], places[n + (_TEXELS + 3) * STRIDE]
        red = (
            w00 * byte_of(t00, 0)
            + w10 * byte_of(t10, 0)
            + w01 * byte_of(t01, 0)
            + w11 * byte_of(t11, 0)
        )
        green = w00 * byte_of(t00, 8) + w10 * byte_of(t10, 8)
        green += w01 * byte_of(t01, 8) + w11 * byte_of(t11, 8)
        blue = w00 * byte_of(t00, 16) + w10 * byte_of(t10, 16)
        blue += w01 * byte_of(t01, 16) + w11 * byte_of(t11, 16)
        red, green, blue = red * _UNIT, green * _UNIT, blue * _UNIT
        block[n + RED_AT], block[n + GREEN_AT] = red * red, green * green
        block[n + BLUE_AT] = blue * blue


@kernel
def light_skin_block(block, line, lamps, view):
    """Replace the albedo of a block of skin by the light that comes off it.

    Args:
        block: in and out, see :func:`new_blocks`.
        line: pixel row of its points.
        lamps: see ``light_vertices``.
        view: focal length, centre x, centre y.
    """
    focal, centre = view[0], view[1] - _HALF
    y = view[2] - np.float32(line) - _HALF
    for n in range(BLOCK):
        x = block[n + _COLUMN_AT] - centre
        inverse = _ONE / np.sqrt(x * x + y * y + focal * focal)
        nx, ny, nz = block[n], block[n + STRIDE], block[n + 2 * STRIDE]
        length = _ONE / np.sqrt(nx * nx + ny * ny + nz * nz + np.float32(1e-12))
        depth = _ONE / max(block[n + NEARNESS_AT], _FAR)
        red, green, blue = shade_skin(
            nx * length, ny * length, nz * length, -x * inverse, -y * inverse, focal * inverse,
            block[n + RED_AT], block[n + GREEN_AT], block[n + BLUE_AT],
            block[n + 3 * STRIDE] * depth, block[n + 4 * STRIDE] * depth,
            block[n + 5 * STRIDE] * depth, block[n + 6 * STRIDE] * depth,
            block[n + 7 * STRIDE] * depth, block[n + 8 * STRIDE] * depth,
            block[n + 9 * STRIDE] * depth, lamps)  # fmt: skip
        block[n + RED_AT], block[n + GREEN_AT], block[n + BLUE_AT] = red, green, blue


@kernel
def light_cloth_block(block, line, lamps, view):
    """As :func:`light_skin_block`, for cloth."""
    focal, centre = view[0], view[1] - _HALF
    y = view[2] - np.float32(line) - _HALF
    for n in range(BLOCK):
        x = block[n + _COLUMN_AT] - centre
        inverse = _ONE / np.sqrt(x * x + y * y + focal * focal)
        nx, ny, nz = block[n], block[n + STRIDE], block[n + 2 * STRIDE]
        length = _ONE / np.sqrt(nx * nx + ny * ny + nz * nz + np.float32(1e-12))
        depth = _ONE / max(block[n + NEARNESS_AT], _FAR)
        red, green, blue = shade_cloth(
            nx * length, ny * length, nz * length, -x * inverse, -y * inverse, focal * inverse,
            block[n + RED_AT], block[n + GREEN_AT], block[n + BLUE_AT],
            block[n + 3 * STRIDE] * depth, block[n + 4 * STRIDE] * depth,
            block[n + 5 * STRIDE] * depth, block[n + 6 * STRIDE] * depth,
            block[n + 7 * STRIDE] * depth, lamps)  # fmt: skip
        block[n + RED_AT], block[n + GREEN_AT], block[n + BLUE_AT] = red, green, blue


@inlined
def encoded(light):
    """The place of scene-linear light in ``encode_table``."""
    value = np.sqrt(min(max(light, _ZERO), _MAX))
    return np.int32(value * _ENCODE_SCALE + _HALF)


@kernel
def write_block(block, places, count, encode, mixed, row):
    """Write the whole pixels of a lit block, and add the other points to the mixed ones.

    Args:
        block: see :func:`new_blocks`.
        places: likewise; its texels are lost.
        count: of points.
        encode: scene-linear → sRGB table.
        mixed: in and out ``(3, n)`` scene-linear light of the row's mixed pixels.
        row: out ``(W, 3)`` uint8 sRGB.
    """
    for n in range(BLOCK):
        places[n + _CODE * STRIDE] = encoded(block[n + RED_AT])
        places[n + (_CODE + 1) * STRIDE] = encoded(block[n + GREEN_AT])
        places[n + (_CODE + 2) * STRIDE] = encoded(block[n + BLUE_AT])
        places[n + _X * STRIDE] = np.int32(block[n + _COLUMN_AT])
    for n in range(count):
        pixel = places[n + _PIXEL * STRIDE]
        if pixel == _WHOLE:
            x = np.uint64(places[n + _X * STRIDE])
            row[x, 0] = encode[np.uint64(places[n + _CODE * STRIDE])]
            row[x, 1] = encode[np.uint64(places[n + (_CODE + 1) * STRIDE])]
            row[x, 2] = encode[np.uint64(places[n + (_CODE + 2) * STRIDE])]
        else:
            share, at = block[n + SHARE_AT], np.uint64(pixel)
            mixed[0, at] += share * block[n + RED_AT]
            mixed[1, at] += share * block[n + GREEN_AT]
            mixed[2, at] += share * block[n + BLUE_AT]
