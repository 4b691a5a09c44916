"""From the visibility buffer to sRGB pixels: each visible surface of a pixel is shaded once."""

# mypy: disable-error-code="no-untyped-def"

import numpy as np

from storyface_assets.lib.render.bump_mapping import shade_grooves, wrinkle_normals
from storyface_assets.lib.render.hair_layer import OPAQUE
from storyface_assets.lib.render.jit import inlined, kernel
from storyface_assets.lib.render.point_block import (
    BLOCK,
    add_point,
    add_run,
    encoded,
    face_linear,
    light_cloth_block,
    light_skin_block,
    new_blocks,
    texture_block,
    write_block,
)
from storyface_assets.lib.render.scene import CLOTH, LEFT_EYE, RIGHT_EYE
from storyface_assets.lib.render.visibility import PLAIN, SAMPLES, TILE

_ONE = np.float32(1.0)
_LITTLE = np.float32(1e-3)
_ZERO = np.float32(0.0)
_SAMPLE_SHARE = np.float32(1.0 / SAMPLES)
#: Metres of depth up to which faces of one material at an edge pixel are shaded once.
_SAME_DEPTH = np.float32(0.004)
#: Share of a pixel that is not worth shading.
_NOTHING = np.float32(0.004)
#: Blocks of points, by how they are lit.
_SKIN, _CLOTH, _WRINKLED = range(3)


@inlined
def _clear_share(through):
    """Light that hair lets through, 0 from ``OPAQUE`` on, without a step there."""
    return max((through - OPAQUE) / (_ONE - OPAQUE), _ZERO)


@inlined
def _block_of(kind, wrinkled):
    """Number of the block that points of a face are collected in, unsigned."""
    if kind == CLOTH:
        return np.uint64(_CLOTH)
    return np.uint64(_WRINKLED) if wrinkled == 1 else np.uint64(_SKIN)


@kernel
def _finish(group, block, places, count, line, lamps, view, texels, relief, shades, encode, mixed,
            row):  # fmt: skip
    """Texture, light and write a block of points; ``group`` is its number."""
    if count == 0:
        return
    if group == _WRINKLED:
        wrinkle_normals(block, places, relief[1], relief[2], relief[3], shades)
    texture_block(block, places, texels)
    if group == _WRINKLED:
        shade_grooves(block, shades)
    if group == _CLOTH:
        light_cloth_block(block, line, lamps, view)
    else:
        light_skin_block(block, line, lamps, view)
    write_block(block, places, count, encode, mixed, row)


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


@inlined
def _edge_surfaces(e, edge_ids, edge_passing, material, planes, seen, weights):
    """What the samples of an edge pixel see.

    Args:
        e: edge row.
        edge_ids: see :func:`shade_frame`.
        edge_passing: likewise.
        material: likewise.
        planes: likewise.
        seen: out ``(S,)`` one face of each surface.
        weights: out ``(S,)`` share of the pixel of each.

    Returns:
        How many surfaces; the share of the background; the factor on the hair's light.
    """
    count = 0
    rest = taken = left = _ZERO
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
    return count, rest, (_ONE - left) / max(taken, _LITTLE)


@kernel
def shade_frame(spans, ids, edge_of, edge_ids, edge_passing, colour, planes, boxes, faces,
                uv_faces, uv, attributes, linear, linear_known, material, mips, texels, mip_table,
                lamps, view, relief, eye_colour, encode, from_background, picture):  # fmt: skip
    """Shade every pixel inside the spans and write it over the background in ``picture``.

    Args:
        spans: from ``tile_row_spans``.
        ids: ``(H, W)`` nearest opaque face.
        edge_of: ``(H, W)`` edge rows, ``PLAIN`` or ``HAIRY``.
        edge_ids: ``(E, S)`` faces at the samples of edge pixels.
        edge_passing: ``(E, S)`` light that the hair lets through, likewise.
        colour: ``(H, W, 4)`` light of the hair, set at edge pixels and hairy ones; at hairy ones
            also the light that the hair lets through.
        planes: see ``setup_faces``.
        boxes: likewise.
        faces: ``(F, 3)``.
        uv_faces: ``(F, 3)``.
        uv: ``(T, 2)``.
        attributes: ``(N, COLUMNS)`` of the vertices.
        linear: scratch ``(F, 3, LINEAR)``, see ``face_linear``.
        linear_known: scratch ``(F,)`` uint8.
        material: ``(F,)``.
        mips: ``(F,)`` from ``choose_mips``.
        texels: of the texture pack, packed.
        mip_table: of the texture pack.
        lamps: see ``light_vertices``.
        view: focal length, centre x, centre y.
        relief: ``(F,)`` uint8, 1 for faces with wrinkles, and what ``wrinkle_normals`` is handed:
            gradients, slopes, window.
        eye_colour: ``(H, W, 3)`` from ``draw_eyes``.
        encode: scene-linear → sRGB table.
        from_background: sRGB → scene-linear table.
        picture: in (the background) and out ``(H, W, 3)`` uint8 sRGB.
    """
    weights = np.empty(SAMPLES, np.float32)
    seen = np.empty(SAMPLES, np.int32)
    # Of smooth skin, of cloth and of wrinkled skin.
    blocks, places = new_blocks()
    counts = np.zeros(3, np.int64)
    shades = np.empty(BLOCK, np.float32)
    linear_known[:] = 0
    # The pixels of a row that take light of several surfaces, side by side.
    width = ids.shape[1]
    mixed, column_of = np.empty((3, width), np.float32), np.empty(width, np.int32)
    for line in range(ids.shape[0]):
        n_mixed = 0
        y = np.uint64(line)  # signed ones are tested for counting from the end
        row = picture[y]
        column, end = np.int64(spans[line // TILE, 0]), np.int64(spans[line // TILE, 1]) + 1
        while column < end:
            x = np.uint64(column)
            e, nearest = edge_of[y, x], ids[y, x]
            if e == PLAIN and nearest < 0:
                column += 1
                continue
            kind = material[np.uint64(max(nearest, 0))]
            if e == PLAIN and kind != LEFT_EYE and kind != RIGHT_EYE:
                # A run of pixels that see nothing but this face.
                f, stop = np.uint64(nearest), column + 1
                while (
                    stop < end
                    and ids[y, np.uint64(stop)] == nearest
                    and edge_of[y, np.uint64(stop)] == PLAIN
                ):
                    stop += 1
                if linear_known[f] == 0:
                    face_linear(f, planes, boxes, faces, uv_faces, uv, attributes, linear)
                    linear_known[f] = 1
                group = _block_of(kind, relief[0][f])
                while column < stop:
                    count = min(stop - column, BLOCK - counts[group])
                    add_run(blocks[group], places[group], counts[group], count, f, column, line,
                            boxes, linear, mips, mip_table)  # fmt: skip
                    column += count
                    counts[group] += count
                    if counts[group] == BLOCK:
                        _finish(group, blocks[group], places[group], BLOCK, line, lamps, view,
                                texels, relief, shades, encode, mixed, row)  # fmt: skip
                        counts[group] = 0
                continue
            count = 0
            rest = fill = _ZERO
            if e >= 0:
                count, rest, fill = _edge_surfaces(
                    e, edge_ids, edge_passing, material, planes, seen, weights
                )
            else:
                through = _ONE if e == PLAIN else colour[y, x, 3]
                clear = _clear_share(through)
                fill = (_ONE - clear) / max(_ONE - through, _LITTLE)
                if nearest < 0:
                    rest = clear
                elif clear > _ZERO:
                    seen[0], weights[0], count = nearest, clear, 1
            for c in range(3):
                mixed[c, n_mixed] = _ZERO
                if e != PLAIN:  # else no hair has set the pixel's colour
                    mixed[c, n_mixed] = fill * colour[y, x, c]
                if rest > _ZERO:
                    mixed[c, n_mixed] += rest * from_background[row[x, c]]
            for n in range(count):
                f, part = np.uint64(seen[n]), weights[n]
                kind = material[f]
                if part < _NOTHING:
                    continue
                if kind == LEFT_EYE or kind == RIGHT_EYE:
                    for c in range(3):
                        mixed[c, n_mixed] += part * eye_colour[y, x, c]
                    continue
                group = _block_of(kind, relief[0][f])
                add_point(blocks[group], places[group], counts[group], part, n_mixed, f, column,
                          line, planes, boxes, faces, uv_faces, uv, attributes, mips,
                          mip_table)  # fmt: skip
                counts[group] += 1
                if counts[group] == BLOCK:
                    _finish(group, blocks[group], places[group], BLOCK, line, lamps, view,
                            texels, relief, shades, encode, mixed, row)  # fmt: skip
                    counts[group] = 0
            column_of[n_mixed] = column
            n_mixed += 1
            column += 1
        for kind in range(3):
            _finish(np.uint64(kind), blocks[kind], places[kind], counts[kind], line, lamps,
                    view, texels, relief, shades, encode, mixed, row)  # fmt: skip
            counts[kind] = 0
        for n in range(n_mixed):
            x = np.uint64(column_of[n])
            for c in range(3):
                row[x, c] = encode[np.uint64(encoded(mixed[c, n]))]
