"""From the visibility buffer to sRGB pixels: each visible surface of a pixel is shaded once."""

# mypy: disable-error-code="no-untyped-def"

import numpy as np

from storyface_assets.lib.render.colour import ENCODE_ENTRIES, MAX_LINEAR
from storyface_assets.lib.render.hair_layer import OPAQUE
from storyface_assets.lib.render.jit import inlined, kernel
from storyface_assets.lib.render.point_block import (
    BLOCK,
    BLOCK_FLOATS,
    BLUE_AT,
    GREEN_AT,
    RED_AT,
    SHARE_AT,
    add_point,
    light_cloth_block,
    light_skin_block,
)
from storyface_assets.lib.render.scene import CLOTH, LEFT_EYE, RIGHT_EYE
from storyface_assets.lib.render.vertex_light import COLUMNS
from storyface_assets.lib.render.visibility import SAMPLES

_ONE = np.float32(1.0)
_LITTLE = np.float32(1e-3)
_ZERO = np.float32(0.0)
_SAMPLE_SHARE = np.float32(1.0 / SAMPLES)
_ENCODE_SCALE = np.float32((ENCODE_ENTRIES - 1) / np.sqrt(MAX_LINEAR))
_MAX = np.float32(MAX_LINEAR)
#: More of the background than this passes where there is no hair at all.
_UNTOUCHED = np.float32(0.9999)
#: Metres of depth up to which faces of one material at an edge pixel are shaded once.
_SAME_DEPTH = np.float32(0.004)
#: Share of a pixel that is not worth shading.
_NOTHING = np.float32(0.004)


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
def _clear_share(through):
    """Light that hair lets through, 0 from ``OPAQUE`` on, without a step there."""
    return max((through - OPAQUE) / (_ONE - OPAQUE), _ZERO)


@inlined
def _add_light(block, pixel_of, count, row):
    """Add a lit block to the pixels of a row."""
    for n in range(count):
        share, pixel = block[n + SHARE_AT], pixel_of[n]
        row[0, pixel] += share * block[n + RED_AT]
        row[1, pixel] += share * block[n + GREEN_AT]
        row[2, pixel] += share * block[n + BLUE_AT]


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
        colour: ``(H, W, 3)`` light of the hair, set at edge pixels and where
            less than all passes.
        planes: see ``setup_faces``.
        boxes: likewise.
        corners: ``(F, 3, CORNER)`` from :func:`gather_corners`.
        material: ``(F,)``.
        mips: ``(F,)`` from ``choose_mips``.
        texels: of the texture pack, packed.
        mip_table: of the texture pack.
        lamps: see ``light_vertices``.
        view: focal length, centre x, centre y.
        eye_colour: ``(H, W, 3)`` from ``draw_eyes``.
        encode: scene-linear → sRGB table.
        from_background: sRGB → scene-linear table.
        picture: in (the background) and out ``(H, W, 3)`` uint8 sRGB.
    """
    weights = np.empty(SAMPLES, np.float32)
    seen = np.empty(SAMPLES, np.int32)
    skin, cloth = np.zeros(BLOCK_FLOATS, np.float32), np.zeros(BLOCK_FLOATS, np.float32)
    skin_of, cloth_of = np.zeros(BLOCK, np.int64), np.zeros(BLOCK, np.int64)
    width = ids.shape[1]
    # The drawn pixels of a row, side by side.
    row, column_of = np.empty((3, width), np.float32), np.empty(width, np.int32)
    for line in range(box[1], box[3] + 1):
        drawn = n_skin = n_cloth = 0
        y = np.uint64(line)  # signed ones are tested for counting from the end
        for column in range(box[0], box[2] + 1):
            x = np.uint64(column)
            e, through, nearest = edge_of[y, x], passing[y, x], ids[y, x]
            if e < 0 and nearest < 0 and through > _UNTOUCHED:
                continue
            count = 0
            rest = _ZERO
            if e < 0:
                clear = _clear_share(through)
                fill = (_ONE - clear) / max(_ONE - through, _LITTLE)
                if nearest < 0:
                    rest = clear
                elif clear > _ZERO:
                    seen[0], weights[0], count = nearest, clear, 1
            else:
                taken = left = _ZERO
                for s in range(SAMPLES):
                    part = _clear_share(edge_passing[e, s]) * _SAMPLE_SHARE
                    left += part
                    taken += (_ONE - edge_passing[e, s]) * _SAMPLE_SHARE
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
            row[0, drawn] = row[1, drawn] = row[2, drawn] = _ZERO
            if e >= 0 or through < _ONE:  # else no hair has set the pixel's colour
                for c in range(3):
                    row[c, drawn] = fill * colour[y, x, c]
            if rest > _ZERO:
                for c in range(3):
                    row[c, drawn] += rest * from_background[picture[y, x, c]]
            for n in range(count):
                f, part = seen[n], weights[n]
                kind = material[f]
                if part < _NOTHING:
                    continue
                if kind == LEFT_EYE or kind == RIGHT_EYE:
                    for c in range(3):
                        row[c, drawn] += part * eye_colour[y, x, c]
                elif kind == CLOTH:
                    add_point(cloth, n_cloth, part, f, column, line, planes, boxes, corners, mips,
                              texels, mip_table, view)  # fmt: skip
                    cloth_of[n_cloth] = drawn
                    n_cloth += 1
                    if n_cloth == BLOCK:
                        light_cloth_block(cloth, lamps, view)
                        _add_light(cloth, cloth_of, n_cloth, row)
                        n_cloth = 0
                else:
                    add_point(skin, n_skin, part, f, column, line, planes, boxes, corners, mips,
                              texels, mip_table, view)  # fmt: skip
                    skin_of[n_skin] = drawn
                    n_skin += 1
                    if n_skin == BLOCK:
                        light_skin_block(skin, lamps, view)
                        _add_light(skin, skin_of, n_skin, row)
                        n_skin = 0
            column_of[drawn] = column
            drawn += 1
        if n_skin > 0:
            light_skin_block(skin, lamps, view)
            _add_light(skin, skin_of, n_skin, row)
        if n_cloth > 0:
            light_cloth_block(cloth, lamps, view)
            _add_light(cloth, cloth_of, n_cloth, row)
        for c in range(3):
            for n in range(drawn):
                value = np.sqrt(min(max(row[c, n], _ZERO), _MAX))
                index = np.uint32(np.int32(value * _ENCODE_SCALE + np.float32(0.5)))
                picture[y, np.uint64(column_of[n]), c] = encode[index]
