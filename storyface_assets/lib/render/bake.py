"""Occlusion baked per vertex: which directions of the sky each vertex sees.

One small depth map a direction (as in "ambient occlusion fields" by shadow maps; Pharr and Green,
GPU Gems 2004, ch. 17) gives a table of visibilities. From it come ambient occlusion, the mean
unoccluded direction, and soft shadows of lamps from any side without work in the frame.
Solid meshes block light; hair only thins it with the depth of hair above (Yuksel and Keyser,
"Deep opacity maps", 2008).
"""

# mypy: disable-error-code="no-untyped-def"

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from storyface_assets.lib.render.jit import kernel

DIRECTIONS = 96
_MAP_SIZE = 224
#: Metres a vertex is lifted off its surface before the look-up.
_LIFT = 0.0022
#: Metres of hair after which 1/e of the light is left, for hair and for skin below it.
_HAIR_DEPTH = 0.016
_HAIR_SHADOW = 0.62


@dataclass(frozen=True)
class Occlusion:
    """What :func:`bake_occlusion` finds.

    Attributes:
        visibility: ``(DIRECTIONS, N)`` uint8, 255 = open sky in that direction.
        ambient: ``(N,)`` float32 0–1, cosine-weighted share of open sky.
        bend: ``(N, 3)`` float32: mean open direction minus the normal.
    """

    visibility: np.ndarray
    ambient: np.ndarray
    bend: np.ndarray


@lru_cache(maxsize=1)
def sphere_directions() -> np.ndarray:
    """``(DIRECTIONS, 3)`` float32 unit vectors, evenly spread (Fibonacci lattice)."""
    i = np.arange(DIRECTIONS) + 0.5
    z = 1.0 - 2.0 * i / DIRECTIONS
    turn = np.pi * (1.0 + 5.0**0.5) * i
    radius = np.sqrt(1.0 - z * z)
    return np.stack([radius * np.cos(turn), radius * np.sin(turn), z], 1).astype(np.float32)


def lamp_weights(direction: np.ndarray, spread: float = 0.75) -> tuple[np.ndarray, np.ndarray]:
    """Which baked directions a soft lamp covers.

    Args:
        direction: ``(3,)`` towards the lamp, in the space of the bake.
        spread: cosine of the lamp's angular radius.

    Returns:
        Indices ``(k,)`` int64 and weights ``(k,)`` float32 that sum to 1.
    """
    unit = np.asarray(direction, np.float32)
    cosine = sphere_directions() @ (unit / max(float(np.linalg.norm(unit)), 1e-9))
    weight = np.maximum(cosine - spread, 0.0)
    index = np.flatnonzero(weight)
    return index, (weight[index] / weight[index].sum()).astype(np.float32)


@kernel
def _depth_map(points, faces, depth):
    """Orthographic depth of points ``(N, 3)`` in map pixels; nearest to the light (+Z) wins."""
    depth[:] = -1e9
    size = depth.shape[0]
    for f in range(faces.shape[0]):
        i, j, k = faces[f, 0], faces[f, 1], faces[f, 2]
        x0, y0, z0 = points[i, 0], points[i, 1], points[i, 2]
        x1, y1, z1 = points[j, 0], points[j, 1], points[j, 2]
        x2, y2, z2 = points[k, 0], points[k, 1], points[k, 2]
        left = max(int(np.ceil(min(x0, min(x1, x2)) - 0.5)), 0)
        right = min(int(np.floor(max(x0, max(x1, x2)) - 0.5)), size - 1)
        top = max(int(np.ceil(min(y0, min(y1, y2)) - 0.5)), 0)
        bottom = min(int(np.floor(max(y0, max(y1, y2)) - 0.5)), size - 1)
        if left > right or top > bottom:
            continue  # most triangles of hair lie between the pixels' centres
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if abs(area) < 1e-9:
            continue
        scale = 1.0 / area
        for y in range(top, bottom + 1):
            py = y + 0.5
            for x in range(left, right + 1):
                px = x + 0.5
                w0 = ((x1 - px) * (y2 - py) - (x2 - px) * (y1 - py)) * scale
                w1 = ((x2 - px) * (y0 - py) - (x0 - px) * (y2 - py)) * scale
                w2 = 1.0 - w0 - w1
                if w0 < 0 or w1 < 0 or w2 < 0:
                    continue
                z = w0 * z0 + w1 * z1 + w2 * z2
                if z > depth[y, x]:
                    depth[y, x] = z


@kernel
def _visible(lifted, is_hair, solid, hair, out):
    """Visibility 0–255 of each point (in map pixels) towards the light from the two depth maps."""
    size = solid.shape[0]
    for v in range(lifted.shape[0]):
        x = lifted[v, 0] - 0.5
        y = lifted[v, 1] - 0.5
        z = lifted[v, 2]
        x = min(max(x, 0.0), size - 1.001)
        y = min(max(y, 0.0), size - 1.001)
        ix, iy = int(x), int(y)
        fx, fy = x - ix, y - iy
        light = 0.0
        for t in range(4):
            jx, jy = ix + (t & 1), iy + (t >> 1)
            w = (fx if t & 1 else 1.0 - fx) * (fy if t >> 1 else 1.0 - fy)
            clear = 1.0 if z >= solid[jy, jx] else 0.0
            above = hair[jy, jx] - z
            if above > 0.0:
                if is_hair[v]:
                    clear *= np.exp(-above / _HAIR_DEPTH)
                else:
                    clear *= 1.0 - _HAIR_SHADOW * min(1.0, above / 0.004)
            light += w * clear
        out[v] = np.uint8(min(255.0, light * 255.0 + 0.5))


def bake_occlusion(
    points: np.ndarray,
    normals: np.ndarray,
    solid_faces: np.ndarray,
    hair_faces: np.ndarray,
    is_hair: np.ndarray,
) -> Occlusion:
    """Look from each vertex into ``DIRECTIONS`` directions.

    Args:
        points: ``(N, 3)`` metres.
        normals: ``(N, 3)`` unit.
        solid_faces: ``(F, 3)`` triangles that block light.
        hair_faces: ``(G, 3)`` triangles that thin it.
        is_hair: ``(N,)`` bool.

    Returns:
        The table and what follows from it.
    """
    directions = sphere_directions()
    centre = 0.5 * (points.min(0) + points.max(0))
    local = np.ascontiguousarray(points - centre, np.float32)
    lifted = np.ascontiguousarray(local + _LIFT * normals, np.float32)
    radius = float(np.linalg.norm(local, axis=1).max()) + 1e-3
    scale = np.float32(_MAP_SIZE * 0.5 / radius)
    middle = np.array([0.5 * _MAP_SIZE, 0.5 * _MAP_SIZE, 0.0], np.float32)
    table = np.empty((DIRECTIONS, len(points)), np.uint8)
    solid = np.empty((_MAP_SIZE, _MAP_SIZE), np.float32)
    hair = np.empty_like(solid)
    for d, axis_z in enumerate(directions):
        helper = np.array([0, 1, 0] if abs(axis_z[1]) < 0.9 else [1, 0, 0], np.float32)
        axis_x = np.cross(helper, axis_z)
        axis_x /= np.linalg.norm(axis_x)
        axis_y = np.cross(axis_z, axis_x)
        # To the map's pixels; depth stays in metres.
        view = np.stack([axis_x * scale, axis_y * scale, axis_z]).astype(np.float32)
        projected, lifted_there = local @ view.T + middle, lifted @ view.T + middle
        _depth_map(projected, solid_faces, solid)
        _depth_map(projected, hair_faces, hair)
        _visible(lifted_there, is_hair, solid, hair, table[d])
    cosine = np.maximum(directions @ normals.T, 0.0)
    open_sky = cosine * (table.astype(np.float32) / 255.0)
    ambient = open_sky.sum(0) / np.maximum(cosine.sum(0), 1e-6)
    mean = open_sky.T @ directions + 0.05 * normals
    mean /= np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-9)
    return Occlusion(table, ambient.astype(np.float32), (mean - normals).astype(np.float32))
