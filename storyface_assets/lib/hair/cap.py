"""The cap: short, flat hair painted on a shell that hugs the scalp, soft at the hairline."""

import cv2
import numpy as np
from scipy.ndimage import map_coordinates

from storyface_assets.lib.hair.colours import strand_colours, to_bytes
from storyface_assets.lib.hair.flow import Flow
from storyface_assets.lib.hair.hairline import Hairline
from storyface_assets.lib.hair.roots import bald_crown
from storyface_assets.lib.hair.skull import MAP_ANGLE, Skull
from storyface_assets.lib.hair.styles import Style
from storyface_assets.lib.heads.accessory import AccessoryMesh

_RINGS = 16
_SECTORS = 48
#: The shell reaches this far over the hairline, radians, for the fine hair there.
_OVERHANG = 0.14
_TEXTURE = 512


def build_cap(
    skull: Skull,
    hairline: Hairline,
    flow: Flow,
    style: Style,
    colour: tuple[int, int, int],
    white: float,
    rng: np.random.Generator,
) -> AccessoryMesh:
    """Shell over the scalp with strands painted along the flow.

    Args:
        skull: the head.
        hairline: where hair ends.
        flow: which way the painted strands run.
        style: how opaque, and whether the crown is bald.
        colour: mid-tone sRGB.
        white: share of white strands.
        rng: seeded noise.
    """
    azimuth = np.linspace(-np.pi, np.pi, _SECTORS, endpoint=False)
    edge = hairline.polar(azimuth) + _OVERHANG * (1 - 0.55 * np.clip(np.abs(azimuth) - 1.7, 0, 1))
    # Rings crowd towards the edge, where the alpha fades.
    share = np.linspace(0, 1, _RINGS + 1)[1:] ** 0.85
    polar = np.concatenate([[0.0], (share[:, None] * edge[None]).ravel()])
    around = np.concatenate([[0.0], np.tile(azimuth, _RINGS)])
    vertices = skull.cast(skull.direction(polar, around), 0.0020)
    uv = skull.to_map(vertices).astype(np.float32)
    out = vertices - skull.centre
    normals = out / np.linalg.norm(out, axis=1, keepdims=True)
    texture = _paint(skull, hairline, flow, style, colour, white, rng)
    faces = _polar_faces()
    return AccessoryMesh(
        name="hair_cap",
        kind="hair",
        vertices=vertices,
        faces=faces,
        uv=uv,
        uv_faces=faces,
        skin_weights=skull.skin_weights(vertices),
        texture=texture,
        tangents=flow(vertices, normals).astype(np.float32),
    )


def _polar_faces() -> np.ndarray:
    """Triangles of a disc of rings around vertex 0, facing outward."""
    s = np.arange(_SECTORS)
    after = (s + 1) % _SECTORS
    fan = np.stack([np.zeros_like(s), 1 + s, 1 + after], 1)
    quads = []
    for r in range(_RINGS - 1):
        a, b = 1 + r * _SECTORS, 1 + (r + 1) * _SECTORS
        quads += [
            np.stack([a + s, b + s, b + after], 1),
            np.stack([a + s, b + after, a + after], 1),
        ]
    return np.concatenate([fan, *quads]).astype(np.int32)


def _paint(
    skull: Skull,
    hairline: Hairline,
    flow: Flow,
    style: Style,
    colour: tuple[int, int, int],
    white: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Line integral convolution of noise along the flow (Cabral & Leedom 1993), coloured."""
    size = _TEXTURE
    grid = (np.arange(size) + 0.5) / size
    uv = np.stack(np.meshgrid(grid, 1 - grid), -1)
    streak = _streaks(skull, flow, uv, rng)
    shades = strand_colours(colour, 64, white, rng)
    shades = shades[np.argsort(shades.sum(1))]
    rank = np.argsort(np.argsort(streak.ravel())).reshape(size, size) / streak.size
    rgb = shades[np.minimum((rank * 64).astype(int), 63)] * 0.72
    inside = hairline.on_map(uv)
    # The edge is made of single fine hairs that point outward, thinner and thinner.
    hairs = _radial_noise(uv, rng)
    reach = 0.007 * _fringe_room(uv)
    fade = np.clip((inside + reach * (0.9 - 0.8 * hairs)) / (1.5 * reach), 0, 1)
    fade = fade * np.clip(0.35 + fade + 0.5 * (hairs < 0.45), 0, 1)
    alpha = fade * style.cap
    if style.horseshoe:
        direction = _map_directions(skull, uv)
        bald = bald_crown(skull, skull.centre + direction * 0.093).reshape(size, size)
        alpha = alpha * np.clip((1 - bald) * 1.5 - 0.7 * hairs, 0, 1)
    return np.dstack([to_bytes(rgb), np.rint(alpha * 255).astype(np.uint8)])


def _radial_noise(uv: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Noise 0 to 1 that is fine around the crown and long away from it."""
    off = uv - 0.5
    azimuth = np.arctan2(off[..., 0], off[..., 1]) / (2 * np.pi) + 0.5
    radius = np.linalg.norm(off, axis=-1)
    table = rng.random((14, 900)).astype(np.float32)
    at = np.stack([radius * 26, azimuth * 900])
    return map_coordinates(table, at, order=1, mode="wrap")


def _fringe_room(uv: np.ndarray) -> np.ndarray:
    """How far fine hair reaches over the hairline: 1 in front, less at the nape.

    Seen from the middle of the skull the neck is steep, and angles there are long ways.
    """
    off = uv - 0.5
    turn = np.abs(np.arctan2(off[..., 0], off[..., 1]))
    return 1 - 0.65 * np.clip((turn - 1.7) / 0.6, 0, 1)


def _streaks(skull: Skull, flow: Flow, uv: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    size = len(uv)
    coarse = 64
    mid = (np.arange(coarse) + 0.5) / coarse
    direction = _map_directions(skull, np.stack(np.meshgrid(mid, 1 - mid), -1))
    at = skull.centre + direction * 0.09
    moved = skull.to_map(at + flow(at, direction) * 0.002) - skull.to_map(at)
    moved /= np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
    field = cv2.resize(moved.reshape(coarse, coarse, 2).astype(np.float32), (size, size))
    noise = cv2.GaussianBlur(rng.normal(0, 1, (size, size)).astype(np.float32), (0, 0), 0.7)
    y, x = np.mgrid[0:size, 0:size].astype(np.float32)
    total = noise.copy()
    for sign in (1, -1):
        px, py = x.copy(), y.copy()
        for _ in range(9):
            way = cv2.remap(field, px, py, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
            px, py = px + 1.6 * sign * way[..., 0], py - 1.6 * sign * way[..., 1]
            total = total + cv2.remap(
                noise, px, py, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
            )
    return total


def _map_directions(skull: Skull, uv: np.ndarray) -> np.ndarray:
    """``(N, 3)`` unit directions of scalp-map coordinates ``(…, 2)``."""
    off = uv.reshape(-1, 2) - 0.5
    polar = np.minimum(np.linalg.norm(off, axis=1) * 2 * MAP_ANGLE, np.pi - 0.05)
    return skull.direction(polar, np.arctan2(off[:, 0], off[:, 1]))
