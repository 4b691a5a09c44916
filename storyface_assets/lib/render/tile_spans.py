"""Which part of each row of tiles faces may touch, so that the rest is neither cleared nor read."""

# mypy: disable-error-code="no-untyped-def"

import numpy as np

from storyface_assets.lib.render.jit import kernel
from storyface_assets.lib.render.visibility import PLAIN, TILE


@kernel
def tile_row_spans(boxes, width, height, spans):
    """Which part of each row of tiles faces can show in, with a pixel's margin for edges.

    Args:
        boxes: ``(F, 4)`` from :func:`setup_faces`.
        width: picture width.
        height: picture height.
        spans: out ``(H / TILE + 1, 2)`` int32 first and last column; last < first for none.
    """
    spans[:, 0], spans[:, 1] = width, -1
    for f in range(boxes.shape[0]):
        if boxes[f, 2] < boxes[f, 0]:
            continue
        left, right = max(boxes[f, 0] - 1, 0), min(boxes[f, 2] + 1, width - 1)
        top, bottom = max(boxes[f, 1] - 1, 0), min(boxes[f, 3] + 1, height - 1)
        for ty in range(top // TILE, bottom // TILE + 1):
            spans[ty, 0], spans[ty, 1] = min(spans[ty, 0], left), max(spans[ty, 1], right)


@kernel
def clear_spans(spans, depth, ids, edge_of):
    """Empty the pixels ``(H, W)`` of :func:`tile_row_spans`: nothing there, and no edges."""
    for y in range(depth.shape[0]):
        first, end = spans[y // TILE, 0], spans[y // TILE, 1] + 1
        if end > first:
            depth[y, first:end] = 0.0
            ids[y, first:end] = -1
            edge_of[y, first:end] = PLAIN


@kernel
def clear_pixels(picture, pixels, count):
    """Set the first ``count`` of the pixels ``(E, 2)`` y, x of a picture ``(H, W, 4)`` to 0."""
    for n in range(count):
        y, x = pixels[n, 0], pixels[n, 1]
        picture[y, x, 0] = picture[y, x, 1] = picture[y, x, 2] = np.float32(0.0)
