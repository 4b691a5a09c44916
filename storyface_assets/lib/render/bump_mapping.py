"""Wrinkles in the light: normals turned by a displacement map (Blinn 1978), in camera space.

The map gives how far the skin stands out at each texel. Where it rises, the normal leans back; and
grooves get less light from all around, which a factor on the albedo stands for.
"""

# mypy: disable-error-code="no-untyped-def"

import numpy as np

from storyface_assets.lib.render.jit import inlined, kernel
from storyface_assets.lib.render.point_block import (
    BLOCK,
    BLUE_AT,
    FACE_AT,
    GREEN_AT,
    NEARNESS_AT,
    RED_AT,
    STRIDE,
    U_AT,
    V_AT,
)

#: Channels of a slope map: rise a texel to the right and down, metres; factor on the albedo.
CHANNELS = 3
#: What a metre of depth takes of the albedo, and the least and most that is left.
_SHADE, _DARKEST, _LIGHTEST = np.float32(500.0), np.float32(0.6), np.float32(1.03)
_ONE, _ZERO, _HALF = np.float32(1.0), np.float32(0.0), np.float32(0.5)
_FAR = np.float32(1e-6)
#: No normal leans further than so many to one: lids' and nostrils' edges are folded tightly.
_STEEPEST = np.float32(1.2)


@kernel
def slope_map(displacement, slopes):
    """Central differences of a map, and its grooves' shade.

    Args:
        displacement: ``(S, S)`` float32 metres.
        slopes: out ``(S, S, CHANNELS)``; 0, 0, 1 along the rim.
    """
    size = displacement.shape[0]
    for y in range(size):
        for x in range(size):
            if y == 0 or x == 0 or y == size - 1 or x == size - 1:
                slopes[y, x, 0], slopes[y, x, 1], slopes[y, x, 2] = _ZERO, _ZERO, _ONE
                continue
            slopes[y, x, 0] = _HALF * (displacement[y, x + 1] - displacement[y, x - 1])
            slopes[y, x, 1] = _HALF * (displacement[y + 1, x] - displacement[y - 1, x])
            shade = _ONE + _SHADE * displacement[y, x]
            slopes[y, x, 2] = min(max(shade, _DARKEST), _LIGHTEST)


@kernel
def texel_gradients(points, faces, uv_faces, places, wrinkled, boxes, gradients):
    """How the map's columns and rows run over each face, texels a metre.

    Args:
        points: ``(N, 3)`` camera space.
        faces: ``(F, 3)``.
        uv_faces: ``(F, 3)``.
        places: ``(T, 2)`` float32 texels of the slope map, by texture coordinate.
        wrinkled: ``(F,)`` uint8, faces that the map lies on; others are left out.
        boxes: ``(F, 4)``; faces that are not seen (x1 < x0) are, too.
        gradients: out ``(F, 6)``: of the column, of the row.
    """
    for f in range(len(wrinkled)):
        if wrinkled[f] == 0 or boxes[f, 2] < boxes[f, 0]:
            continue
        i, j, k = faces[f, 0], faces[f, 1], faces[f, 2]
        ax, ay, az = (points[j, 0] - points[i, 0], points[j, 1] - points[i, 1],
                      points[j, 2] - points[i, 2])  # fmt: skip
        bx, by, bz = (points[k, 0] - points[i, 0], points[k, 1] - points[i, 1],
                      points[k, 2] - points[i, 2])  # fmt: skip
        # In the face's plane: g · a and g · b are the coordinate's steps along both sides.
        aa, ab, bb = (
            ax * ax + ay * ay + az * az,
            ax * bx + ay * by + az * bz,
            (bx * bx + by * by + bz * bz),
        )
        scale = _ONE / max(aa * bb - ab * ab, np.float32(1e-18))
        for c in range(2):
            first = places[uv_faces[f, 1], c] - places[uv_faces[f, 0], c]
            second = places[uv_faces[f, 2], c] - places[uv_faces[f, 0], c]
            along_a = (first * bb - second * ab) * scale
            along_b = (second * aa - first * ab) * scale
            gradients[f, 3 * c] = along_a * ax + along_b * bx
            gradients[f, 3 * c + 1] = along_a * ay + along_b * by
            gradients[f, 3 * c + 2] = along_a * az + along_b * bz


@inlined
def _mixed(slopes, y, x, c, fx, fy):
    """Bilinear mean of a channel."""
    right, down = x + np.uint64(1), y + np.uint64(1)
    upper = slopes[y, x, c] + fx * (slopes[y, right, c] - slopes[y, x, c])
    lower = slopes[down, x, c] + fx * (slopes[down, right, c] - slopes[down, x, c])
    return upper + fy * (lower - upper)


@kernel
def wrinkle_normals(block, places, gradients, slopes, window, shades):
    """Turn the normals of a block of skin; before ``texture_block``, which needs its u and v.

    Args:
        block: in and out, see ``new_blocks``.
        places: likewise.
        gradients: from :func:`texel_gradients`.
        slopes: from :func:`slope_map`.
        window: ``(3,)`` float32 left, top, side of the map in the texture, shares of it.
        shades: out ``(BLOCK,)`` factors for :func:`shade_grooves`.
    """
    size = slopes.shape[0]
    most = np.float32(size) - np.float32(1.001)
    scale = np.float32(size) / window[2]
    for n in range(BLOCK):
        nearness = max(block[n + NEARNESS_AT], _FAR)
        depth = _ONE / nearness
        x = (block[n + U_AT] * depth - window[0]) * scale - _HALF
        y = (_ONE - block[n + V_AT] * depth - window[1]) * scale - _HALF
        x, y = min(max(x, _ZERO), most), min(max(y, _ZERO), most)
        column, row = np.uint64(x), np.uint64(y)
        fx, fy = x - np.float32(column), y - np.float32(row)
        right = _mixed(slopes, row, column, 0, fx, fy)
        down = _mixed(slopes, row, column, 1, fx, fy)
        shades[n] = _mixed(slopes, row, column, 2, fx, fy)
        f = np.uint64(places[n + FACE_AT])
        gx = right * gradients[f, 0] + down * gradients[f, 3]
        gy = right * gradients[f, 1] + down * gradients[f, 4]
        gz = right * gradients[f, 2] + down * gradients[f, 5]
        steep = np.sqrt(gx * gx + gy * gy + gz * gz)
        kept = nearness * _STEEPEST / max(_STEEPEST, steep)
        block[n] -= kept * gx
        block[n + STRIDE] -= kept * gy
        block[n + 2 * STRIDE] -= kept * gz


@kernel
def shade_grooves(block, shades):
    """Darken the albedo of a block in its grooves."""
    for n in range(BLOCK):
        block[n + RED_AT] *= shades[n]
        block[n + GREEN_AT] *= shades[n]
        block[n + BLUE_AT] *= shades[n]
