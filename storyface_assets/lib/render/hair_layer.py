"""Hair and lashes: alpha-blended triangles, nearest first.

Walking from front to back, each pixel keeps how much light still passes; once next to nothing
does, later triangles cost only a look-up, and skin below need not be shaded.
"""

# mypy: disable-error-code="no-untyped-def"

import numpy as np
from numba import njit

from storyface_assets.lib.render.colour import DECODE_STEPS
from storyface_assets.lib.render.scene import LASH
from storyface_assets.lib.render.textures import MAX_LEVELS, sample_rgba

#: Less light than this passes no further.
OPAQUE = np.float32(0.012)
_BUCKETS = 2048
#: Cosine to the viewer below which hair thins out: strands at the outline are seen one by one.
_FADE = np.float32(0.22)
_ONE = np.float32(1.0)
_BYTE = np.float32(1.0 / 255.0)


@njit(cache=True, fastmath=True, nogil=True)
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


@njit(cache=True, fastmath=True, nogil=True)
def draw_hair(
    order,
    planes,
    boxes,
    faces,
    uv_faces,
    uv,
    material,
    texture_of,
    texel_area,
    texels,
    level_offset,
    level_width,
    level_height,
    decode,
    attributes,
    depth,
    edge_of,
    edge_depth,
    passing,
    edge_passing,
    colour,
):
    """Blend the transparent faces over each other.

    Args:
        order: faces, nearest first.
        planes: see ``setup_faces``.
        boxes: likewise.
        faces: ``(F, 3)``.
        uv_faces: ``(F, 3)``.
        uv: ``(T, 2)``.
        material: ``(F,)``.
        texture_of: ``(F,)``.
        texel_area: ``(F,)`` for the choice of the mip level.
        texels: packed textures.
        level_offset: of the pack.
        level_width: of the pack.
        level_height: of the pack.
        decode: sRGB → linear table.
        attributes: ``(N, COLUMNS)`` of the vertices.
        depth: ``(H, W)`` of the opaque faces.
        edge_of: ``(H, W)`` edge rows.
        edge_depth: ``(E, S)`` of the opaque faces.
        passing: in and out ``(H, W)`` share of light still passing.
        edge_passing: in and out ``(E, S)`` likewise for samples of edge pixels.
        colour: in and out ``(H, W, 3)`` scene-linear light collected so far.
    """
    samples = edge_depth.shape[1]
    share = np.float32(1.0 / samples)
    for n in range(order.shape[0]):
        f = order[n]
        x0, y0, x1, y1 = boxes[f, 0], boxes[f, 1], boxes[f, 2], boxes[f, 3]
        if x1 < x0:
            continue
        a0, b0, c0 = planes[f, 0], planes[f, 1], planes[f, 2]
        a1, b1, c1 = planes[f, 3], planes[f, 4], planes[f, 5]
        a2, b2, c2 = planes[f, 6], planes[f, 7], planes[f, 8]
        i, j, k = faces[f, 0], faces[f, 1], faces[f, 2]
        ti, tj, tk = uv_faces[f, 0], uv_faces[f, 1], uv_faces[f, 2]
        is_lash = material[f] == LASH
        # Mip level: how many texels a pixel covers.
        flat = c0 + c1 + c2
        pixels = np.float32(0.5) / max(
            abs(a0 * b1 - a1 * b0) / max(flat * flat, np.float32(1e-9)), np.float32(1e-9)
        )
        ratio = texel_area[f] / pixels
        level = 0
        while ratio > 2.5 and level < MAX_LEVELS - 1:
            ratio *= 0.25
            level += 1
        texture = texture_of[f]
        offset = level_offset[texture, level]
        width, height = level_width[texture, level], level_height[texture, level]
        for y in range(y0, y1 + 1):
            dy = np.float32(y - y0)
            p0, p1, p2 = b0 * dy + c0, b1 * dy + c1, b2 * dy + c2
            for x in range(x0, x1 + 1):
                w0, w1, w2 = p0, p1, p2
                p0 += a0
                p1 += a1
                p2 += a2
                if w0 < 0 or w1 < 0 or w2 < 0:
                    continue
                through = passing[y, x]
                if through < OPAQUE:
                    continue
                nearness = w0 + w1 + w2
                e = edge_of[y, x]
                if e < 0 and nearness < depth[y, x]:
                    continue
                inverse = _ONE / nearness
                w0, w1, w2 = w0 * inverse, w1 * inverse, w2 * inverse
                red, green, blue, alpha = sample_rgba(
                    texels,
                    offset,
                    width,
                    height,
                    w0 * uv[ti, 0] + w1 * uv[tj, 0] + w2 * uv[tk, 0],
                    w0 * uv[ti, 1] + w1 * uv[tj, 1] + w2 * uv[tk, 1],
                )
                facing = abs(w0 * attributes[i, 6] + w1 * attributes[j, 6] + w2 * attributes[k, 6])
                opacity = w0 * attributes[i, 9] + w1 * attributes[j, 9] + w2 * attributes[k, 9]
                if is_lash:
                    alpha = np.float32(255.0)
                alpha *= _BYTE * opacity
                if facing < _FADE:
                    fade = facing / _FADE
                    alpha *= fade * (np.float32(2.0) - fade)
                if alpha < np.float32(0.01):
                    continue
                if e < 0:
                    weight = through * alpha
                    passing[y, x] = through - weight
                else:
                    weight = np.float32(0.0)
                    left = np.float32(0.0)
                    for s in range(samples):
                        if nearness > edge_depth[e, s]:
                            part = edge_passing[e, s] * alpha
                            weight += part
                            edge_passing[e, s] -= part
                        left = max(left, edge_passing[e, s])
                    weight *= share
                    passing[y, x] = left
                if is_lash:
                    dark = np.float32(0.05) * weight
                    colour[y, x, 0] += dark * (
                        w0 * attributes[i, 0] + w1 * attributes[j, 0] + w2 * attributes[k, 0]
                    )
                    colour[y, x, 1] += (
                        dark
                        * np.float32(0.8)
                        * (w0 * attributes[i, 1] + w1 * attributes[j, 1] + w2 * attributes[k, 1])
                    )
                    colour[y, x, 2] += (
                        dark
                        * np.float32(0.7)
                        * (w0 * attributes[i, 2] + w1 * attributes[j, 2] + w2 * attributes[k, 2])
                    )
                    continue
                # Bright strands of the texture catch more of the highlight.
                glint = np.float32(0.5) + (red + green + blue) * np.float32(1.0 / 255.0)
                for c in range(3):
                    byte = (red, green, blue)[c]
                    base = decode[int(byte * DECODE_STEPS + np.float32(0.5))]
                    light = w0 * attributes[i, c] + w1 * attributes[j, c] + w2 * attributes[k, c]
                    shine = (
                        w0 * attributes[i, 3 + c]
                        + w1 * attributes[j, 3 + c]
                        + w2 * attributes[k, 3 + c]
                    )
                    colour[y, x, c] += weight * (base * light + glint * shine)
