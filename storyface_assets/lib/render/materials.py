"""How skin, eyes, teeth and cloth answer light, per pixel. All in linear RGB."""

# mypy: disable-error-code="no-untyped-def"

import numpy as np

from storyface_assets.lib.render.jit import inlined

_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)
#: Wrap of the terminator for red, green, blue: red light travels furthest inside skin
#: (d'Eon and Luebke, "Advanced techniques for realistic real-time skin rendering", GPU Gems 3).
_WRAP_RED, _WRAP_GREEN, _WRAP_BLUE = np.float32(0.42), np.float32(0.24), np.float32(0.18)


@inlined
def _wrapped(cosine, wrap):
    """Diffuse that fades out softly past the terminator, smooth at its end."""
    x = max((cosine + wrap) / (_ONE + wrap), _ZERO)
    return x * (np.float32(0.55) + np.float32(0.45) * x)


@inlined
def shade_skin(nx, ny, nz, vx, vy, vz, red, green, blue, room_r, room_g, room_b, key, rim, sky,
               gloss, lamps):  # fmt: skip
    """Skin: wrapped diffuse with a red terminator, two highlights, sheen at grazing angles.

    Args:
        nx: unit normal.
        ny: unit normal.
        nz: unit normal.
        vx: unit vector to the viewer.
        vy: unit vector to the viewer.
        vz: unit vector to the viewer.
        red: albedo.
        green: albedo.
        blue: albedo.
        room_r: room light that reaches the point.
        room_g: room light.
        room_b: room light.
        key: share of the key light that reaches the point.
        rim: share of the rim light.
        sky: ambient visibility.
        gloss: 1 = skin, more on lips.
        lamps: see ``light_vertices``.

    Returns:
        Scene-linear red, green, blue.
    """
    cosine = nx * lamps[0, 0] + ny * lamps[0, 1] + nz * lamps[0, 2]
    spill = key * (_ONE - key)
    r = room_r + lamps[1, 0] * _wrapped(cosine, _WRAP_RED) * (key + np.float32(0.45) * spill)
    g = room_g + lamps[1, 1] * _wrapped(cosine, _WRAP_GREEN) * (key + np.float32(0.08) * spill)
    b = room_b + lamps[1, 2] * _wrapped(cosine, _WRAP_BLUE) * key
    # Highlights: an oily one and a broad one, Schlick's Fresnel on both.
    hx, hy, hz = lamps[0, 0] + vx, lamps[0, 1] + vy, lamps[0, 2] + vz
    length = _ONE / np.sqrt(hx * hx + hy * hy + hz * hz + np.float32(1e-9))
    half = max((nx * hx + ny * hy + nz * hz) * length, _ZERO)
    broad = half * half
    broad *= broad
    broad *= broad  # ^8
    tight = broad * broad
    tight *= tight  # ^32
    facing = max(nx * vx + ny * vy + nz * vz, _ZERO)
    graze = _ONE - facing
    fresnel = graze * graze
    fresnel *= fresnel * graze
    lit = key * max(cosine * np.float32(4.0), _ZERO)
    lit = min(lit, key)
    shine = lit * gloss * (np.float32(0.05) * broad + np.float32(0.15) * tight)
    sheen = (np.float32(0.012) + np.float32(0.30) * fresnel) * sky * sky
    edge = graze * graze * rim
    edge *= max(nx * lamps[2, 0] + ny * lamps[2, 1] + nz * lamps[2, 2] + np.float32(0.25), _ZERO)
    r = (
        red * r
        + shine * lamps[1, 0]
        + sheen * room_r
        + edge * lamps[3, 0] * (red + np.float32(0.1))
    )
    g = green * g + shine * lamps[1, 1] + sheen * room_g
    g += edge * lamps[3, 1] * (green + np.float32(0.1))
    b = blue * b + shine * lamps[1, 2] + sheen * room_b
    b += edge * lamps[3, 2] * (blue + np.float32(0.1))
    return r, g, b


@inlined
def shade_cloth(nx, ny, nz, vx, vy, vz, red, green, blue, room_r, room_g, room_b, key, rim,
                lamps):  # fmt: skip
    """Cloth: two-sided, wrapped diffuse, lint that catches light at grazing angles.

    Args and what is returned: see :func:`shade_skin`.
    """
    facing = nx * vx + ny * vy + nz * vz
    side = _ONE if facing >= _ZERO else -_ONE
    cosine = side * (nx * lamps[0, 0] + ny * lamps[0, 1] + nz * lamps[0, 2])
    wrap = max((cosine + np.float32(0.25)) / np.float32(1.25), _ZERO) * key
    graze = _ONE - abs(facing)
    fuzz = np.float32(1.0) + np.float32(0.5) * graze * graze
    edge = graze * graze * rim * np.float32(0.5)
    r = red * (fuzz * (room_r + lamps[1, 0] * wrap) + edge * lamps[3, 0])
    g = green * (fuzz * (room_g + lamps[1, 1] * wrap) + edge * lamps[3, 1])
    b = blue * (fuzz * (room_b + lamps[1, 2] * wrap) + edge * lamps[3, 2])
    return r, g, b
