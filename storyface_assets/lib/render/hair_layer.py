"""Hair and lashes: alpha-blended triangles, nearest first.

Walking from front to back, each pixel keeps how much light still passes; once next to nothing
does, later triangles cost only a look-up, and skin below need not be shaded.
"""

# mypy: disable-error-code="no-untyped-def"

import numpy as np

from storyface_assets.lib.render.jit import kernel
from storyface_assets.lib.render.scene import LASH
from storyface_assets.lib.render.textures import sample_alpha, sample_rgb
from storyface_assets.lib.render.vertex_light import FACING, OPACITY
from storyface_assets.lib.render.visibility import row_span

#: Less light than this passes no further; what was collected till then is scaled up instead.
OPAQUE = np.float32(0.1)
_BUCKETS = 2048
#: Cosine to the viewer below which hair thins out: strands at the outline are seen one by one.
_FADE = np.float32(0.22)
_ONE = np.float32(1.0)
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
def draw_hair(
    order,
    planes,
    boxes,
    faces,
    uv_faces,
    uv,
    material,
    solidity,
    mips,
    texels,
    mip_table,
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
        solidity: ``(F,)`` from ``choose_mips``.
        mips: ``(F,)`` from ``choose_mips``.
        texels: of the texture pack.
        mip_table: of the texture pack.
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
        p, q, r = attributes[faces[f, 0]], attributes[faces[f, 1]], attributes[faces[f, 2]]
        ti, tj, tk = uv_faces[f, 0], uv_faces[f, 1], uv_faces[f, 2]
        is_lash = material[f] == LASH
        mip, solid = mips[f], solidity[f]
        for y in range(y0, y1 + 1):
            dy = np.float32(y - y0)
            p0, p1, p2 = b0 * dy + c0, b1 * dy + c1, b2 * dy + c2
            first, last = row_span(a0, p0, a1, p1, a2, p2, x1 - x0)
            for column in range(first, last + 1):
                x = x0 + column
                through = passing[y, x]
                if through < OPAQUE:
                    continue
                dx = np.float32(column)
                w0, w1, w2 = a0 * dx + p0, a1 * dx + p1, a2 * dx + p2
                nearness = w0 + w1 + w2
                e = edge_of[y, x]
                if e < 0 and nearness < depth[y, x]:
                    continue
                inverse = _ONE / nearness
                w0, w1, w2 = w0 * inverse, w1 * inverse, w2 * inverse
                u = w0 * uv[ti, 0] + w1 * uv[tj, 0] + w2 * uv[tk, 0]
                v = w0 * uv[ti, 1] + w1 * uv[tj, 1] + w2 * uv[tk, 1]
                facing = abs(w0 * p[FACING] + w1 * q[FACING] + w2 * r[FACING])
                opacity = w0 * p[OPACITY] + w1 * q[OPACITY] + w2 * r[OPACITY]
                alpha = opacity * solid
                if not is_lash:
                    alpha *= sample_alpha(texels, mip_table, mip, u, v)
                if facing < _FADE:
                    fade = facing / _FADE
                    alpha *= fade * (np.float32(2.0) - fade)
                if alpha < _CLEAR:
                    continue
                if e < 0:
                    weight = through * alpha
                    passing[y, x] = through - weight
                else:
                    weight = left = np.float32(0.0)
                    for s in range(samples):
                        if nearness > edge_depth[e, s]:
                            part = edge_passing[e, s] * alpha
                            weight += part
                            edge_passing[e, s] -= part
                        left = max(left, edge_passing[e, s])
                    weight *= share
                    passing[y, x] = left
                red, green, blue = sample_rgb(texels, mip_table, mip, u, v)
                # Bright strands of the texture catch more of the highlight.
                glint = _ONE if is_lash else np.float32(0.5) + np.float32(0.6) * (red + green)
                pixel = colour[y, x]
                tinted = w0 * p[0] + w1 * q[0] + w2 * r[0]
                shine = w0 * p[3] + w1 * q[3] + w2 * r[3]
                pixel[0] += weight * (red * tinted + glint * shine)
                tinted = w0 * p[1] + w1 * q[1] + w2 * r[1]
                shine = w0 * p[4] + w1 * q[4] + w2 * r[4]
                pixel[1] += weight * (green * tinted + glint * shine)
                tinted = w0 * p[2] + w1 * q[2] + w2 * r[2]
                shine = w0 * p[5] + w1 * q[5] + w2 * r[5]
                pixel[2] += weight * (blue * tinted + glint * shine)
