"""Draw a moved grid: for each pixel of the new picture, where it comes from in the old one."""

import numpy as np

from storyface_assets.lib.render.jit import kernel


@kernel
def draw_grid(places, nearness, source, found, depth):  # type: ignore[no-untyped-def]
    """Rasterise the cells of a grid, two triangles each, with a z-buffer.

    A sheet that folds over itself has, at each place, more cells of the right orientation than
    turned ones (its degree is one), so turned cells are left out and no hole appears.

    Args:
        places: ``(R, C, 2)`` float32 x, y of the grid's points in the new picture, pixels.
        nearness: ``(R, C)`` float32, larger is nearer to the camera.
        source: ``(R, C, 2)`` float32 x, y of the points in the old picture.
        found: out ``(H, W, 2)`` float32: x, y in the old picture; untouched where nothing lies.
        depth: in and out ``(H, W)`` float32 of the largest nearness; start with −inf.
    """
    height, width = depth.shape
    slack = np.float32(-1e-4)
    for r in range(places.shape[0] - 1):
        for c in range(places.shape[1] - 1):
            for half in range(2):
                # Both clockwise on screen (y down).
                r0, c0 = r + half, c + half
                r1, c1 = (r, c + 1) if half == 0 else (r + 1, c)
                r2, c2 = (r + 1, c) if half == 0 else (r, c + 1)
                ax, ay = places[r0, c0, 0], places[r0, c0, 1]
                bx, by = places[r1, c1, 0], places[r1, c1, 1]
                gx, gy = places[r2, c2, 0], places[r2, c2, 1]
                area = (bx - ax) * (gy - ay) - (gx - ax) * (by - ay)
                if area < 1e-6:
                    continue
                left = max(int(np.ceil(min(ax, min(bx, gx)) - 1e-3)), 0)
                right = min(int(np.floor(max(ax, max(bx, gx)) + 1e-3)), width - 1)
                top = max(int(np.ceil(min(ay, min(by, gy)) - 1e-3)), 0)
                bottom = min(int(np.floor(max(ay, max(by, gy)) + 1e-3)), height - 1)
                if left > right or top > bottom:
                    continue
                inverse = np.float32(1.0) / area
                for y in range(top, bottom + 1):
                    for x in range(left, right + 1):
                        u = ((x - ax) * (gy - ay) - (gx - ax) * (y - ay)) * inverse
                        v = ((bx - ax) * (y - ay) - (x - ax) * (by - ay)) * inverse
                        t = np.float32(1.0) - u - v
                        if u < slack or v < slack or t < slack:
                            continue
                        z = t * nearness[r0, c0] + u * nearness[r1, c1] + v * nearness[r2, c2]
                        if z > depth[y, x]:
                            depth[y, x] = z
                            for k in range(2):
                                found[y, x, k] = (
                                    t * source[r0, c0, k]
                                    + u * source[r1, c1, k]
                                    + v * source[r2, c2, k]
                                )
