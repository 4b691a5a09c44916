"""From the visibility buffer to sRGB pixels: each visible surface of a pixel is shaded once."""

# mypy: disable-error-code="no-untyped-def"

import numpy as np

from storyface_assets.lib.render.colour import ENCODE_ENTRIES, MAX_LINEAR
from storyface_assets.lib.render.hair_layer import OPAQUE
from storyface_assets.lib.render.jit import inlined, kernel
from storyface_assets.lib.render.materials import shade_skin
from storyface_assets.lib.render.scene import CLOTH, LEFT_EYE, RIGHT_EYE
from storyface_assets.lib.render.textures import sample_rgb
from storyface_assets.lib.render.vertex_light import COLUMNS

#: Floats a face's corner hands to the shader.
CORNER = COLUMNS + 2
_ONE = np.float32(1.0)
_LITTLE = np.float32(1e-3)
_ZERO = np.float32(0.0)
_ENCODE_SCALE = np.float32((ENCODE_ENTRIES - 1) / np.sqrt(MAX_LINEAR))
_MAX = np.float32(MAX_LINEAR)
#: More of the background than this passes where there is no hair at all.
_UNTOUCHED = np.float32(0.9999)
#: Metres of depth up to which faces of one material at an edge pixel are shaded once.
_SAME_DEPTH = np.float32(0.004)


@kernel
def gather_corners(faces, uv_faces, uv, attributes, boxes, last, corners):
    """Lay what the shader interpolates side by side, one block a face.

    Args:
        faces: ``(F, 3)``.
        uv_faces: ``(F, 3)``.
        uv: ``(T, 2)``.
        attributes: ``(N, COLUMNS)``.
        boxes: ``(F, 4)``; faces that are not seen (x1 < x0) are skipped.
        last: one after the last face.
        corners: out ``(F, 3, CORNER)``: the attributes of each corner, then u and v.
    """
    for f in range(last):
        if boxes[f, 2] < boxes[f, 0]:
            continue
        for n in range(3):
            row, out, t = attributes[faces[f, n]], corners[f, n], uv_faces[f, n]
            for c in range(COLUMNS):
                out[c] = row[c]
            out[COLUMNS] = uv[t, 0]
            out[COLUMNS + 1] = uv[t, 1]


@inlined
def shade_point(f, x, y, planes, boxes, corners, material, mips, texels, mip_table, lamps, view):
    """Scene-linear colour of face ``f`` at the picture point (x, y).

    Args:
        f: face.
        x: pixel centre.
        y: pixel centre.
        planes: see ``setup_faces``.
        boxes: likewise.
        corners: ``(F, 3, CORNER)`` from :func:`gather_corners`.
        material: ``(F,)``.
        mips: ``(F,)`` from ``choose_mips``.
        texels: of the texture pack.
        mip_table: of the texture pack.
        lamps: lamps.
        view: focal length, centre x, centre y.
    """
    dx = x - np.float32(boxes[f, 0]) - np.float32(0.5)
    dy = y - np.float32(boxes[f, 1]) - np.float32(0.5)
    # Edge pixels are shaded at their centre, which may lie off the face: clamp.
    w0 = max(planes[f, 0] * dx + planes[f, 1] * dy + planes[f, 2], _ZERO)
    w1 = max(planes[f, 3] * dx + planes[f, 4] * dy + planes[f, 5], _ZERO)
    w2 = max(planes[f, 6] * dx + planes[f, 7] * dy + planes[f, 8], _ZERO)
    depth = _ONE / max(w0 + w1 + w2, np.float32(1e-9))
    w0, w1, w2 = w0 * depth, w1 * depth, w2 * depth
    a, b, c = corners[f, 0], corners[f, 1], corners[f, 2]
    kind = material[f]
    px = (x - view[1]) * depth / view[0]
    py = (view[2] - y) * depth / view[0]
    pz = -depth
    key = w0 * a[6] + w1 * b[6] + w2 * c[6]
    sky = w0 * a[8] + w1 * b[8] + w2 * c[8]
    nx = w0 * a[0] + w1 * b[0] + w2 * c[0]
    ny = w0 * a[1] + w1 * b[1] + w2 * c[1]
    nz = w0 * a[2] + w1 * b[2] + w2 * c[2]
    length = _ONE / np.sqrt(nx * nx + ny * ny + nz * nz + np.float32(1e-12))
    nx, ny, nz = nx * length, ny * length, nz * length
    room_r = w0 * a[3] + w1 * b[3] + w2 * c[3]
    room_g = w0 * a[4] + w1 * b[4] + w2 * c[4]
    room_b = w0 * a[5] + w1 * b[5] + w2 * c[5]
    rim = w0 * a[7] + w1 * b[7] + w2 * c[7]
    gloss = w0 * a[9] + w1 * b[9] + w2 * c[9]
    u = w0 * a[10] + w1 * b[10] + w2 * c[10]
    v = w0 * a[11] + w1 * b[11] + w2 * c[11]
    red, green, blue = sample_rgb(texels, mip_table, mips[f], u, v)
    length = _ONE / np.sqrt(px * px + py * py + pz * pz)
    vx, vy, vz = -px * length, -py * length, -pz * length
    if kind == CLOTH:
        if nx * vx + ny * vy + nz * vz < 0:
            nx, ny, nz = -nx, -ny, -nz
        cosine = nx * lamps[0, 0] + ny * lamps[0, 1] + nz * lamps[0, 2]
        wrap = max((cosine + np.float32(0.25)) / np.float32(1.25), _ZERO) * key
        graze = _ONE - abs(nx * vx + ny * vy + nz * vz)
        fuzz = np.float32(1.0) + np.float32(0.5) * graze * graze
        edge = graze * graze * rim * np.float32(0.5)
        return (
            red * fuzz * (room_r + lamps[1, 0] * wrap) + edge * lamps[3, 0] * red,
            green * fuzz * (room_g + lamps[1, 1] * wrap) + edge * lamps[3, 1] * green,
            blue * fuzz * (room_b + lamps[1, 2] * wrap) + edge * lamps[3, 2] * blue,
        )
    return shade_skin(nx, ny, nz, vx, vy, vz, red, green, blue, room_r, room_g, room_b, key, rim,
                      sky, gloss, lamps)  # fmt: skip


@inlined
def _clear_share(through):
    """Light that hair lets through, 0 from ``OPAQUE`` on, without a step there."""
    return max((through - OPAQUE) / (_ONE - OPAQUE), _ZERO)


@inlined
def _encode(value, table):
    return table[int(np.sqrt(min(max(value, _ZERO), _MAX)) * _ENCODE_SCALE + np.float32(0.5))]


@inlined
def _one_surface(f, other, material, planes):
    """Whether two faces at an edge pixel can be shaded as one."""
    if f == other:
        return True
    if material[f] != material[other]:
        return False
    a = planes[f, 2] + planes[f, 5] + planes[f, 8]
    b = planes[other, 2] + planes[other, 5] + planes[other, 8]
    return abs(a - b) < _SAME_DEPTH * a * b


@kernel
def shade_frame(box, ids, edge_of, edge_ids, edge_passing, passing, colour, planes, boxes, corners,
                material, mips, texels, mip_table, lamps, view, eye_colour, encode,
                from_background, picture):  # fmt: skip
    """Shade every pixel inside ``box`` and write it over the background in ``picture``.

    Args:
        box: x0, y0, x1, y1 inclusive.
        ids: ``(H, W)`` nearest opaque face.
        edge_of: ``(H, W)`` edge rows or −1.
        edge_ids: ``(E, S)`` faces at the samples of edge pixels.
        edge_passing: ``(E, S)`` light that the hair lets through, likewise.
        passing: ``(H, W)`` light that the hair lets through.
        colour: ``(H, W, 3)`` light of the hair.
        planes: this and the others up to ``view``: see :func:`shade_point`.
        boxes: see there.
        corners: see there.
        material: see there.
        mips: see there.
        texels: see there.
        mip_table: see there.
        lamps: see there.
        view: see there.
        eye_colour: ``(H, W, 3)`` from ``draw_eyes``.
        encode: scene-linear → sRGB table.
        from_background: sRGB → scene-linear table.
        picture: in (the background) and out ``(H, W, 3)`` uint8 sRGB.
    """
    samples = edge_ids.shape[1]
    weights = np.empty(samples, np.float32)
    seen = np.empty(samples, np.int32)
    for y in range(box[1], box[3] + 1):
        for x in range(box[0], box[2] + 1):
            e, through = edge_of[y, x], passing[y, x]
            if e < 0 and ids[y, x] < 0 and through > _UNTOUCHED:
                continue
            r, g, b = colour[y, x, 0], colour[y, x, 1], colour[y, x, 2]
            count = 0
            rest = _ZERO
            if e < 0:
                clear = _clear_share(through)
                fill = (_ONE - clear) / max(_ONE - through, _LITTLE)
                f = ids[y, x]
                if f < 0:
                    rest = clear
                elif clear > _ZERO:
                    seen[0], weights[0], count = f, clear, 1
            else:
                taken = left = _ZERO
                for s in range(samples):
                    part = _clear_share(edge_passing[e, s]) / np.float32(samples)
                    left += part
                    taken += (_ONE - edge_passing[e, s]) / np.float32(samples)
                    if part <= _ZERO:
                        continue
                    f = edge_ids[e, s]
                    if f < 0:
                        rest += part
                        continue
                    slot = 0
                    while slot < count and not _one_surface(seen[slot], f, material, planes):
                        slot += 1
                    if slot == count:
                        seen[slot], weights[slot] = f, _ZERO
                        count += 1
                    weights[slot] += part
                fill = (_ONE - left) / max(taken, _LITTLE)
            r, g, b = r * fill, g * fill, b * fill
            for n in range(count):
                f, part = seen[n], weights[n]
                if part < np.float32(0.004):
                    continue
                if material[f] == LEFT_EYE or material[f] == RIGHT_EYE:
                    sr, sg, sb = eye_colour[y, x, 0], eye_colour[y, x, 1], eye_colour[y, x, 2]
                else:
                    sr, sg, sb = shade_point(
                        f, np.float32(x) + np.float32(0.5), np.float32(y) + np.float32(0.5),
                        planes, boxes, corners, material, mips, texels, mip_table, lamps,
                        view)  # fmt: skip
                r, g, b = r + part * sr, g + part * sg, b + part * sb
            if rest > np.float32(0.0):
                r += rest * from_background[picture[y, x, 0]]
                g += rest * from_background[picture[y, x, 1]]
                b += rest * from_background[picture[y, x, 2]]
            picture[y, x, 0] = _encode(r, encode)
            picture[y, x, 1] = _encode(g, encode)
            picture[y, x, 2] = _encode(b, encode)
