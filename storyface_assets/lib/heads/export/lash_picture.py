"""The lashes' texture: their colour, and in alpha how they thin out."""

import numpy as np

#: sRGB of lashes, the renderer's linear (.045, .036, .032).
_COLOUR = (59, 53, 50)


def paint_lashes(
    uv: np.ndarray, uv_faces: np.ndarray, opacity: np.ndarray, size: int
) -> np.ndarray:
    """Corner opacities laid out in texture space.

    Args:
        uv: ``(T, 2)`` (0, 0) at the lower left.
        uv_faces: ``(F, 3)`` the lashes' triangles in it.
        opacity: ``(F, 3)`` 0–1 at their corners.
        size: of the texture, pixels; large enough that a triangle covers some.

    Returns:
        ``(size, size, 4)`` uint8 sRGB + alpha, clear outside of the triangles.
    """
    picture = np.zeros((size, size, 4), np.uint8)
    picture[..., :3] = _COLOUR
    points = np.stack([uv[:, 0] * size, (1 - uv[:, 1]) * size], 1)[uv_faces]
    for corner, value in zip(points, opacity, strict=True):
        # A pixel more on each side: filtering looks beside the edge.
        x0, y0 = np.maximum(np.floor(corner.min(0)).astype(int) - 1, 0)
        x1, y1 = np.minimum(np.ceil(corner.max(0)).astype(int) + 1, size)
        x, y = np.meshgrid(np.arange(x0, x1) + 0.5, np.arange(y0, y1) + 0.5)
        (ax, ay), (bx, by) = corner[1] - corner[0], corner[2] - corner[0]
        area = ax * by - ay * bx
        if abs(area) < 1e-9:
            continue
        dx, dy = x - corner[0, 0], y - corner[0, 1]
        second, third = (dx * by - dy * bx) / area, (ax * dy - ay * dx) / area
        weights = np.stack([1 - second - third, second, third])
        # Half a pixel off the triangle still counts; there the weights are drawn back into it.
        reach = 0.5 * np.abs(area) ** -0.5
        covered = weights.min(0) > -reach
        inside = np.clip(weights, 0, 1)
        alpha = np.tensordot(value, inside / inside.sum(0), 1) * 255
        target = picture[y0:y1, x0:x1, 3]
        target[covered] = np.maximum(target, np.rint(alpha).astype(np.uint8))[covered]
    return picture
