"""The cap: short, flat hair painted on a shell that hugs the scalp, soft at the hairline."""

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter1d, maximum_filter1d, median_filter

from storyface_assets.lib.hair.colours import strand_colours, to_bytes
from storyface_assets.lib.hair.flow import Flow
from storyface_assets.lib.hair.hairline import Hairline
from storyface_assets.lib.hair.roots import bald_crown
from storyface_assets.lib.hair.skull import Skull
from storyface_assets.lib.hair.styles import Style
from storyface_assets.lib.heads.accessory import HAIR_CAP, AccessoryMesh
from storyface_assets.lib.srgb import srgb_to_linear

_RINGS = 16
_SECTORS = 48
#: The shell reaches this far over the hairline, radians, for the fine hair there.
_OVERHANG = 0.14
_TEXTURE = 512
#: Metres from the first fine hairs to full hair, and how far the line wanders.
_SOFT_BAND = 0.022
_LINE_WOBBLE = 0.0013
#: The undercoat ends where the cap is dense: so far inside the hairline, radians.
_UNDERCOAT_MARGIN = 0.16
#: Brightness of the undercoat over the hair's.
_UNDERCOAT_SHADE = 0.7


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
    chart = _Chart(skull, hairline)
    edge = _shell_edge(hairline, azimuth)
    # Rings crowd towards the edge, where the alpha fades.
    share = np.linspace(0, 1, _RINGS + 1)[1:] ** 0.85
    polar = np.concatenate([[0.0], (share[:, None] * edge[None]).ravel()])
    around = np.concatenate([[0.0], np.tile(azimuth, _RINGS)])
    vertices = _without_spikes(skull, skull.cast(skull.direction(polar, around), 0.0020))
    uv = chart.of_angles(polar, around).astype(np.float32)
    out = vertices - skull.centre
    normals = out / np.linalg.norm(out, axis=1, keepdims=True)
    texture = _paint(chart, hairline, flow, style, colour, white, rng)
    faces = _polar_faces()
    return AccessoryMesh(
        name=HAIR_CAP,
        kind="hair",
        vertices=vertices,
        faces=faces,
        uv=uv,
        uv_faces=faces,
        skin_weights=skull.skin_weights(vertices),
        texture=texture,
        tangents=flow(vertices, normals).astype(np.float32),
    )


def build_undercoat(
    skull: Skull, hairline: Hairline, colour: tuple[int, int, int]
) -> AccessoryMesh:
    """Matte, opaque shell between scalp and cap, of the colour of hair in shade.

    Hair fades out where it is seen edge-on; without this the scalp would shine through along the
    outline of the head as a stripe of skin.

    Args:
        skull: the head.
        hairline: where hair ends.
        colour: mid-tone sRGB of the hair.
    """
    azimuth = np.linspace(-np.pi, np.pi, _SECTORS, endpoint=False)
    edge = hairline.polar(azimuth) - _UNDERCOAT_MARGIN
    share = np.linspace(0, 1, _RINGS + 1)[1:]
    polar = np.concatenate([[0.0], (share[:, None] * edge[None]).ravel()])
    around = np.concatenate([[0.0], np.tile(azimuth, _RINGS)])
    vertices = _without_spikes(skull, skull.cast(skull.direction(polar, around), 0.0011))
    faces = _polar_faces()
    shade = srgb_to_linear(np.array(colour) / 255) * _UNDERCOAT_SHADE
    texture = np.full((8, 8, 4), 255, np.uint8)
    texture[..., :3] = to_bytes(shade)
    return AccessoryMesh(
        name="hair_undercoat",
        kind="cloth",
        vertices=vertices,
        faces=faces,
        uv=np.full((len(vertices), 2), 0.5, np.float32),
        uv_faces=faces,
        skin_weights=skull.skin_weights(vertices),
        texture=texture,
    )


def _without_spikes(skull: Skull, vertices: np.ndarray) -> np.ndarray:
    """Draw in vertices that stand out from their neighbours: rays that pass by the ears' holes."""
    out = vertices - skull.centre
    reach = np.linalg.norm(out, axis=1)
    rings = reach[1:].reshape(_RINGS, _SECTORS)
    usual = median_filter(rings, size=(1, 7), mode="wrap")
    drawn = np.minimum(rings, 1.03 * usual).ravel()
    vertices[1:] = skull.centre + out[1:] * (drawn / reach[1:])[:, None]
    return vertices


def _shell_edge(hairline: Hairline, azimuth: np.ndarray) -> np.ndarray:
    """Angle from the crown at which the shell ends."""
    front = 1 - 0.55 * np.clip(np.abs(azimuth) - 1.7, 0, 1)
    return hairline.polar(azimuth) + _OVERHANG * front


class _Chart:
    """Texture coordinates of the shell: the crown in their middle, its edge near their border.

    The scalp map would spend half of its texels below the hair.
    """

    def __init__(self, skull: Skull, hairline: Hairline) -> None:
        self.skull = skull
        self._azimuth = np.linspace(-np.pi, np.pi, 360, endpoint=False)
        widest = maximum_filter1d(_shell_edge(hairline, self._azimuth), 45, mode="wrap")
        # Smooth, or streaks would buckle where the hairline turns around an ear.
        self._border = gaussian_filter1d(widest, 12, mode="wrap")

    def edge(self, azimuth: np.ndarray) -> np.ndarray:
        """Angle from the crown at the border of the chart: a smooth line around the shell."""
        return np.interp(azimuth, self._azimuth, self._border, period=2 * np.pi) + 0.02

    def of_angles(self, polar: np.ndarray, azimuth: np.ndarray) -> np.ndarray:
        """``(N, 2)`` coordinates, 0 to 1, lower left origin."""
        radius = 0.5 * polar / self.edge(azimuth)
        return np.stack([0.5 + radius * np.sin(azimuth), 0.5 + radius * np.cos(azimuth)], -1)

    def of_points(self, points: np.ndarray) -> np.ndarray:
        """``(N, 2)`` coordinates of ``(N, 3)`` points on or over the scalp."""
        return self.of_angles(*self.skull.angles(points))

    def directions(self, uv: np.ndarray) -> np.ndarray:
        """``(N, 3)`` unit directions from the skull's centre of coordinates ``(…, 2)``."""
        off = uv.reshape(-1, 2) - 0.5
        azimuth = np.arctan2(off[:, 0], off[:, 1])
        polar = np.linalg.norm(off, axis=1) * 2 * self.edge(azimuth)
        return self.skull.direction(np.minimum(polar, np.pi - 0.05), azimuth)


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
    chart: _Chart,
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
    skull = chart.skull
    direction = chart.directions(uv)
    streak = _streaks(chart, flow, size, rng)
    shades = strand_colours(colour, 64, white, rng)
    shades = shades[np.argsort(shades.sum(1))]
    rank = np.argsort(np.argsort(streak.ravel())).reshape(size, size) / streak.size
    rgb = shades[np.minimum((rank * 64).astype(int), 63)]
    # Texels are wider than hairs: what they hold varies less.
    rgb = (shades.mean(0) + 0.5 * (rgb - shades.mean(0))) * 0.76
    inside = hairline(skull.centre + direction).reshape(size, size)
    # Hair that is lifted off the forehead shines where it turns over.
    roll = np.exp(-(((inside - 0.015) / 0.006) ** 2)) * _fringe_room(uv)
    thin = np.clip(0.5 - inside / 0.012, 0, 1)
    rgb = rgb * (1 + 0.16 * roll - 0.14 * thin)[..., None]
    alpha = _growth(inside, 1 - rank, uv, rng) * style.cap
    if style.horseshoe:
        bald = bald_crown(skull, skull.centre + direction * 0.093).reshape(size, size)
        alpha = alpha * np.clip((1 - bald) * 1.7 - 0.9 * (1 - rank), 0, 1)
    return np.dstack([to_bytes(rgb), np.rint(alpha * 255).astype(np.uint8)])


def _growth(
    inside: np.ndarray, threshold: np.ndarray, uv: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Opacity of the painted hair: single fine hairs at the hairline, then more and more.

    Hairs follow the streaks, so that they lie the way the hair is combed and have no common end.

    Args:
        inside: ``(S, S)`` metres inside the hairline.
        threshold: ``(S, S)`` 0 to 1, constant along a hair: how dense growth is before it shows.
        uv: ``(S, S, 2)`` scalp-map coordinates.
        rng: seeded noise.
    """
    room = _fringe_room(uv)
    wobble = _LINE_WOBBLE * room * _patches(len(inside), rng)
    grown = np.clip((inside + wobble) / (_SOFT_BAND * room) + 0.5, 0, 1)
    density = grown * grown * (3 - 2 * grown)
    # Skin shines through evenly between hairs that are seen one by one only where they are few.
    hairs = np.clip((1.9 * density - threshold) / 0.9, 0, 1)
    return density * (0.55 + 0.45 * hairs)


def _patches(size: int, rng: np.random.Generator) -> np.ndarray:
    """``(size, size)`` smooth noise, about -2 to 2, in patches of one and of three centimetres."""
    total = np.zeros((size, size), np.float32)
    for blur in (5.0, 14.0):
        noise = cv2.GaussianBlur(rng.normal(0, 1, (size, size)).astype(np.float32), (0, 0), blur)
        total += noise / noise.std()
    return total / np.sqrt(2)


def _fringe_room(uv: np.ndarray) -> np.ndarray:
    """How far fine hair reaches over the hairline: 1 in front, less at the nape.

    Seen from the middle of the skull the neck is steep, and angles there are long ways.
    """
    off = uv - 0.5
    turn = np.abs(np.arctan2(off[..., 0], off[..., 1]))
    return 1 - 0.65 * np.clip((turn - 1.7) / 0.6, 0, 1)


def _streaks(chart: _Chart, flow: Flow, size: int, rng: np.random.Generator) -> np.ndarray:
    """``(size, size)`` noise smeared along the flow."""
    coarse = 64
    mid = (np.arange(coarse) + 0.5) / coarse
    direction = chart.directions(np.stack(np.meshgrid(mid, 1 - mid), -1))
    at = chart.skull.centre + direction * 0.09
    moved = chart.of_points(at + flow(at, direction) * 0.002) - chart.of_points(at)
    moved /= np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
    field = cv2.resize(moved.reshape(coarse, coarse, 2).astype(np.float32), (size, size))
    noise = cv2.GaussianBlur(rng.normal(0, 1, (size, size)).astype(np.float32), (0, 0), 0.6)
    y, x = np.mgrid[0:size, 0:size].astype(np.float32)
    total = noise.copy()
    for sign in (1, -1):
        px, py = x.copy(), y.copy()
        for _ in range(12):
            way = cv2.remap(field, px, py, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
            px, py = px + 1.6 * sign * way[..., 0], py - 1.6 * sign * way[..., 1]
            total = total + cv2.remap(
                noise, px, py, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
            )
    return total
