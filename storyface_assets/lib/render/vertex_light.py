"""Light that changes slowly over a surface, computed once a vertex and interpolated.

Skin, eyes and cloth get the room's light and the visibility of the lamps; the lamps themselves
are shaded per pixel. Hair is shaded here altogether, with the two highlights of Marschner et al.
("Light scattering from human hair fibers", 2003) in Kajiya and Kay's form (Scheuermann 2004).
"""

# mypy: disable-error-code="no-untyped-def"

import numpy as np

from storyface_assets.lib.render.jit import inlined, kernel
from storyface_assets.lib.render.scene import HAIR, LASH

#: Columns of the vertex attributes. Surfaces: unit normal, room light RGB, visibility of the key
#: and of the rim light, ambient occlusion, gloss. Hair: light to be tinted by the hair's colour,
#: white highlight, cosine to the viewer (signed), -, -, opacity.
NORMAL, ROOM, KEY, RIM, OCCLUSION, GLOSS = 0, 3, 6, 7, 8, 9
TINTED, HIGHLIGHT, FACING, OPACITY = 0, 3, 6, 9
COLUMNS = 10
#: Rows of the lamps array.
KEY_DIRECTION, KEY_COLOUR, RIM_DIRECTION, RIM_COLOUR = 0, 1, 2, 3

#: Tilt of the two hair highlights from the strand's normal plane (towards root, towards tip).
_TILT_1 = np.float32(-0.10)
_TILT_2 = np.float32(0.18)
#: Linear albedo of lashes.
_LASH = (np.float32(0.045), np.float32(0.036), np.float32(0.032))
_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)


@kernel
def mix_visibility(table, index, weight, out):
    """``out[v] = Σ weight · table[index, v] / 255``: how much of a soft lamp each vertex sees."""
    out[:] = 0.0
    for i in range(index.shape[0]):
        row = table[index[i]]
        w = weight[i] * np.float32(1.0 / 255.0)
        for v in range(out.shape[0]):
            out[v] += w * row[v]


@inlined
def sh_light(sh, x, y, z):
    """Room light RGB for a unit normal; ``sh`` (9, 3) already times ``SH_FACTORS``."""
    xy, xz, yz, dd, zz = x * y, x * z, y * z, x * x - y * y, np.float32(3.0) * z * z - _ONE
    r = sh[0, 0] + sh[1, 0] * x + sh[2, 0] * y + sh[3, 0] * z + sh[4, 0] * xy + sh[5, 0] * xz
    g = sh[0, 1] + sh[1, 1] * x + sh[2, 1] * y + sh[3, 1] * z + sh[4, 1] * xy + sh[5, 1] * xz
    b = sh[0, 2] + sh[1, 2] * x + sh[2, 2] * y + sh[3, 2] * z + sh[4, 2] * xy + sh[5, 2] * xz
    r += sh[6, 0] * yz + sh[7, 0] * dd + sh[8, 0] * zz
    g += sh[6, 1] * yz + sh[7, 1] * dd + sh[8, 1] * zz
    b += sh[6, 2] * yz + sh[7, 2] * dd + sh[8, 2] * zz
    return max(r, _ZERO), max(g, _ZERO), max(b, _ZERO)


@inlined
def _strand_highlight(tx, ty, tz, hx, hy, hz, power_two):
    """sin(T, H) raised to 2^power_two."""
    along = tx * hx + ty * hy + tz * hz
    value = max(_ONE - along * along, _ZERO)  # sin²
    for _ in range(power_two - 1):
        value *= value
    return value


@kernel
def light_vertices(
    points, vectors, material, occlusion, key_seen, rim_seen, gloss, sh, lamps, attributes
):
    """Fill the vertex attributes.

    Args:
        points: ``(N, 3)`` camera space.
        vectors: ``(N, 2, 3)`` normal; strand tangent (hair) or bend towards the open sky.
        material: ``(N,)`` uint8.
        occlusion: ``(N,)`` ambient visibility.
        key_seen: ``(N,)`` share of the key light that reaches the vertex.
        rim_seen: ``(N,)`` share of the rim light.
        gloss: ``(N,)``; for lashes their opacity.
        sh: ``(9, 3)`` room light times ``SH_FACTORS``.
        lamps: ``(4, 3)`` key direction, key colour, rim direction, rim colour.
        attributes: out ``(N, COLUMNS)``.
    """
    kx, ky, kz = lamps[0, 0], lamps[0, 1], lamps[0, 2]
    mx, my, mz = lamps[2, 0], lamps[2, 1], lamps[2, 2]
    for v in range(points.shape[0]):
        nx, ny, nz = vectors[v, 0, 0], vectors[v, 0, 1], vectors[v, 0, 2]
        ax, ay, az = vectors[v, 1, 0], vectors[v, 1, 1], vectors[v, 1, 2]
        px, py, pz = points[v, 0], points[v, 1], points[v, 2]
        inverse = _ONE / np.sqrt(px * px + py * py + pz * pz + np.float32(1e-12))
        vx, vy, vz = -px * inverse, -py * inverse, -pz * inverse
        facing = nx * vx + ny * vy + nz * vz
        open_sky = occlusion[v]
        out = attributes[v]
        if material[v] < HAIR:
            bend = np.float32(0.7)
            bx, by, bz = nx + bend * ax, ny + bend * ay, nz + bend * az
            length = _ONE / np.sqrt(bx * bx + by * by + bz * bz + np.float32(1e-9))
            r, g, b = sh_light(sh, bx * length, by * length, bz * length)
            # Creases keep some red: light that bounced within the skin or off the other side.
            out[0], out[1], out[2] = nx, ny, nz
            lost = open_sky * (_ONE - open_sky)
            out[3] = r * (open_sky + np.float32(0.30) * lost)
            out[4] = g * (open_sky + np.float32(0.05) * lost)
            out[5] = b * open_sky
            out[6], out[7], out[8], out[9] = key_seen[v], rim_seen[v], open_sky, gloss[v]
            continue
        side = _ONE if facing >= 0 else -_ONE
        sx, sy, sz = nx * side, ny * side, nz * side
        r, g, b = sh_light(sh, sx, sy, sz)
        if material[v] == LASH:
            out[0], out[1], out[2] = _ZERO, _ZERO, _ZERO
            out[3], out[4], out[5] = _LASH[0] * r, _LASH[1] * g, _LASH[2] * b
            out[6], out[9] = _ONE, gloss[v]
            continue
        # Diffuse: half strand (sine to the light), half the wrapped shading of the whole shape.
        along = ax * kx + ay * ky + az * kz
        strand = np.sqrt(max(_ONE - along * along, _ZERO))
        wrap = max((sx * kx + sy * ky + sz * kz + np.float32(0.35)) / np.float32(1.35), _ZERO)
        key = key_seen[v] * (np.float32(0.25) * strand + np.float32(0.75)) * wrap
        hx, hy, hz = kx + vx, ky + vy, kz + vz
        length = _ONE / np.sqrt(hx * hx + hy * hy + hz * hz + np.float32(1e-9))
        hx, hy, hz = hx * length, hy * length, hz * length
        near = _strand_highlight(
            ax + _TILT_1 * sx, ay + _TILT_1 * sy, az + _TILT_1 * sz, hx, hy, hz, 6
        )
        far = _strand_highlight(
            ax + _TILT_2 * sx, ay + _TILT_2 * sy, az + _TILT_2 * sz, hx, hy, hz, 4
        )
        front = max(sx * kx + sy * ky + sz * kz + np.float32(0.3), _ZERO) * key_seen[v]
        # Light through the hair's edge from behind.
        edge = _ONE - abs(facing)
        rim = rim_seen[v] * edge * max(sx * mx + sy * my + sz * mz + np.float32(0.3), _ZERO)
        for c in range(3):
            room = (r, g, b)[c]
            out[c] = (
                room * open_sky
                + lamps[1, c] * (key + np.float32(0.9) * far * front)
                + lamps[3, c] * np.float32(1.1) * rim
            )
            out[3 + c] = lamps[1, c] * np.float32(0.17) * near * front + lamps[3, c] * (
                np.float32(0.05) * rim
            )
        out[6], out[9] = facing, _ONE
