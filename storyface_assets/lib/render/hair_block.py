"""Fragments of one face of hair, textured and lit some dozens at a time by vector code.

Finding the fragments and blending them is work full of branches, done one by one elsewhere; what
lies between, opacity and colour, is arithmetic without any. Every loop over a block is of a fixed
length, used or not: that is what the compiler turns into vector instructions.
"""

# mypy: disable-error-code="no-untyped-def"

import numpy as np

from storyface_assets.lib.render.jit import inlined
from storyface_assets.lib.render.textures import byte_of
from storyface_assets.lib.render.vertex_light import COLUMNS, FACING, OPACITY

#: Fragments a block.
BLOCK = 32
#: Places of a block's rows: opacity and light, which u, v and what is seen of them lie in before.
ALPHA_AT, RED_AT, GREEN_AT, BLUE_AT = (BLOCK * r for r in range(4))
_FX_AT, _FY_AT = RED_AT, GREEN_AT
#: Floats of a block, and ints of its texels: four a fragment, row by row.
FLOATS, TEXELS = 4 * BLOCK, 4 * BLOCK
#: Cosine to the viewer below which ribbons thin out: strands at the outline are seen one by one.
_PER_FADE = np.float32(1.0 / 0.22)
_ONE, _TWO, _ZERO, _HALF = np.float32(1.0), np.float32(2.0), np.float32(0.0), np.float32(0.5)
_UNIT = np.float32(1.0 / 255.0)
#: Bright strands of the texture catch more of the highlight.
_GLINT, _GLINT_BRIGHT = np.float32(0.5), np.float32(0.6)


@inlined
def attribute_planes(f, planes, screen, faces, uv_faces, uv, attributes, slopes):
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
def _plane(slopes, column):
    """The three coefficients of one of a face's attributes."""
    return slopes[column, 0], slopes[column, 1], slopes[column, 2]


@inlined
def shade_hair_block(xs, ys, start, count, x0, y0, slopes, texels, level, solid, is_lash, fades,
                     block, corners):  # fmt: skip
    """Opacity and light of some fragments of a face.

    Args:
        xs: ``(n,)`` int32 pixel columns; read up to ``start + BLOCK``, used or not.
        ys: ``(n,)`` int32 pixel rows, likewise.
        start: the first fragment of the block.
        count: how many of the block are used.
        x0: first column of the face's box.
        y0: first row of it.
        slopes: from :func:`attribute_planes`.
        texels: of the texture pack, packed.
        level: first texel, width, height of the face's mip level.
        solid: the face's solidity, see ``choose_mips``.
        is_lash: whether the face is of lashes.
        fades: whether it thins out at grazing angles.
        block: out ``(FLOATS,)`` opacity, then light, a row each.
        corners: scratch ``(TEXELS,)`` int32.
    """
    first, width = np.int32(level[0]), np.int32(level[1])
    columns, rows = np.float32(level[1]), np.float32(level[2])
    left, top, first_at = np.int32(x0), np.int32(y0), np.uint64(start)
    ua, ub, uc = _plane(slopes, COLUMNS)
    va, vb, vc = _plane(slopes, COLUMNS + 1)
    for n in range(BLOCK):
        dx = np.float32(np.int32(xs[first_at + np.uint64(n)] - left))
        dy = np.float32(np.int32(ys[first_at + np.uint64(n)] - top))
        x = (ua * dx + ub * dy + uc) * columns - _HALF
        y = (_ONE - (va * dx + vb * dy + vc)) * rows - _HALF
        x = min(max(x, _ZERO), columns - np.float32(1.001))
        y = min(max(y, _ZERO), rows - np.float32(1.001))
        ix, iy = np.int32(x), np.int32(y)
        block[n + _FX_AT], block[n + _FY_AT] = x - np.float32(ix), y - np.float32(iy)
        corners[n] = np.int32(np.int32(first + np.int32(iy * width)) + ix)
    right, below = np.uint64(1), np.uint64(width)
    for n in range(count):
        at = np.uint64(n)
        a = np.uint64(corners[at])
        corners[at] = np.int32(texels[a])
        corners[at + np.uint64(BLOCK)] = np.int32(texels[a + right])
        corners[at + np.uint64(2 * BLOCK)] = np.int32(texels[a + below])
        corners[at + np.uint64(3 * BLOCK)] = np.int32(texels[a + below + right])
    lash = _ONE if is_lash else _ZERO
    glint_dark, glint_bright = (_ONE, _ZERO) if is_lash else (_GLINT, _GLINT_BRIGHT)
    # What does not fade has a facing of one everywhere.
    fa, fb, fc = _plane(slopes, FACING)
    if not fades:
        fa, fb, fc = _ZERO, _ZERO, _ONE
    oa, ob, oc = _plane(slopes, OPACITY)
    ra, rb, rc = _plane(slopes, 0)
    ga, gb, gc = _plane(slopes, 1)
    ba, bb, bc = _plane(slopes, 2)
    sa, sb, sc = _plane(slopes, 3)
    ta, tb, tc = _plane(slopes, 4)
    wa, wb, wc = _plane(slopes, 5)
    for n in range(BLOCK):
        dx = np.float32(np.int32(xs[first_at + np.uint64(n)] - left))
        dy = np.float32(np.int32(ys[first_at + np.uint64(n)] - top))
        fx, fy = block[n + _FX_AT], block[n + _FY_AT]
        w11 = fx * fy
        w10, w01 = fx - w11, fy - w11
        w00 = _ONE - fx - w01
        t00, t10 = corners[n], corners[n + BLOCK]
        t01, t11 = corners[n + 2 * BLOCK], corners[n + 3 * BLOCK]
        red = w00 * byte_of(t00, 0) + w10 * byte_of(t10, 0)
        red = (red + w01 * byte_of(t01, 0) + w11 * byte_of(t11, 0)) * _UNIT
        green = w00 * byte_of(t00, 8) + w10 * byte_of(t10, 8)
        green = (green + w01 * byte_of(t01, 8) + w11 * byte_of(t11, 8)) * _UNIT
        blue = w00 * byte_of(t00, 16) + w10 * byte_of(t10, 16)
        blue = (blue + w01 * byte_of(t01, 16) + w11 * byte_of(t11, 16)) * _UNIT
        alpha = w00 * byte_of(t00, 24) + w10 * byte_of(t10, 24)
        alpha = (alpha + w01 * byte_of(t01, 24) + w11 * byte_of(t11, 24)) * _UNIT
        alpha += lash * (oa * dx + ob * dy + oc - alpha)
        facing = min(abs(fa * dx + fb * dy + fc) * _PER_FADE, _ONE)
        red, green, blue = red * red, green * green, blue * blue
        glint = glint_dark + glint_bright * (red + green)
        block[n + ALPHA_AT] = solid * alpha * facing * (_TWO - facing)
        block[n + RED_AT] = red * (ra * dx + rb * dy + rc) + glint * (sa * dx + sb * dy + sc)
        block[n + GREEN_AT] = green * (ga * dx + gb * dy + gc) + glint * (ta * dx + tb * dy + tc)
        block[n + BLUE_AT] = blue * (ba * dx + bb * dy + bc) + glint * (wa * dx + wb * dy + wc)
