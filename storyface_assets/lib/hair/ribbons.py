"""Strand guides → ribbons with alpha texture (hair cards)."""

from dataclasses import dataclass

import numpy as np

from storyface_assets.lib.hair.surface import DistanceField


@dataclass(frozen=True)
class Ribbons:
    """Triangles of many ribbons.

    Attributes:
        vertices: ``(N, 3)``.
        faces: ``(F, 3)`` int32; they index ``uv`` too.
        uv: ``(N, 2)``.
        tangents: ``(N, 3)`` unit, root to tip.
    """

    vertices: np.ndarray
    faces: np.ndarray
    uv: np.ndarray
    tangents: np.ndarray


def sweep(
    strands: np.ndarray,
    width: np.ndarray,
    column: np.ndarray,
    columns: int,
    field: DistanceField,
    roll: np.ndarray,
) -> Ribbons:
    """Sweep a flat ribbon along each strand, lying on the body like a scale.

    Args:
        strands: ``(N, K, 3)`` root to tip.
        width: ``(N,)`` metres at the widest.
        column: ``(N,)`` which column of the texture atlas.
        columns: how many the atlas has; v runs from 1 (root) to 0 (tip).
        field: gives the outward direction.
        roll: ``(N,)`` turn about the strand, radians.
    """
    n, k, _ = strands.shape
    along = np.gradient(strands, axis=1)
    along /= np.maximum(np.linalg.norm(along, axis=2, keepdims=True), 1e-9)
    out = field.normal(strands.reshape(-1, 3)).reshape(n, k, 3)
    side = np.cross(along, out)
    side /= np.maximum(np.linalg.norm(side, axis=2, keepdims=True), 1e-6)
    up = np.cross(side, along)
    turn = roll[:, None, None] * np.linspace(0.4, 1.0, k)[None, :, None]
    side = np.cos(turn) * side + np.sin(turn) * up
    t = np.linspace(0, 1, k)
    taper = np.minimum(0.65 + 2.5 * t, 1.0) * (1 - 0.35 * t**3)
    half = side * (width[:, None] / 2 * taper)[..., None]
    vertices = np.stack([strands + half, strands - half], 2).reshape(-1, 3)
    u = (column[:, None] + np.array([0.04, 0.96])[None]) / columns
    uv = np.stack(
        [np.repeat(u[:, None], k, 1), np.broadcast_to((1 - t)[None, :, None], (n, k, 2))], -1
    )
    corner = np.arange(k - 1) * 2
    quad = np.stack([corner, corner + 2, corner + 1, corner + 1, corner + 2, corner + 3], 1)
    faces = quad.reshape(-1, 3)[None] + (np.arange(n) * 2 * k)[:, None, None]
    return Ribbons(
        vertices.astype(np.float32),
        faces.reshape(-1, 3).astype(np.int32),
        uv.reshape(-1, 2).astype(np.float32),
        np.repeat(along, 2, 1).reshape(-1, 3).astype(np.float32),
    )
