"""Shoulders and chest as rings around the neck axis."""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from storyface_assets.lib.clothes.neck import SECTORS, Neck

_RINGS = 18
#: Rings of the collar's foot that still give way to the neck.
_SUPPLE_RINGS = 6


@dataclass(frozen=True)
class Build:
    """Size of the body, metres.

    Attributes:
        shoulder: half the width over the shoulders.
        depth: half the depth of the chest.
        drop: neckline to the top of the shoulder's end.
    """

    shoulder: float
    depth: float
    drop: float


def body_build(face_half_width: float, gender: float, age: float) -> Build:
    """Shoulders for a head.

    Shoulder breadth (biacromial plus muscle) is about 2.9 face breadths in men and 2.6 in women;
    a five-year-old's is about 1.9 (after the growth tables of Tilley, The Measure of Man and
    Woman, 2002; rounded).
    """
    adult = 2.6 + 0.35 * gender
    grown = float(np.clip((age - 4) / 14, 0, 1))
    ratio = 1.85 + (adult - 1.85) * grown
    shoulder = ratio * face_half_width
    return Build(shoulder, 0.5 * shoulder + 0.012, 0.055 * (0.6 + 0.4 * grown))


def bust_rings(neck: Neck, build: Build, foot: float) -> np.ndarray:
    """Rings from the foot of the collar down to the chest.

    Args:
        neck: the neckline.
        build: size of the body.
        foot: how far the first ring lies off the skin, metres.

    Returns:
        ``(_RINGS, SECTORS, 3)`` metres, from the neck outward and down.
    """
    s, c = np.sin(neck.azimuth), np.cos(neck.azimuth)
    start = neck.ring(0.0, foot)
    t = np.linspace(0, 1, _RINGS)
    side_r0, side_y0 = _at(start, np.pi / 2, neck)
    # Profiles (outward, down) at the side (trapezius, shoulder, arm), front and back.
    w, d, drop = build.shoulder, build.depth, build.drop
    side = _profile(
        t,
        [0, 0.18, 0.42, 0.66, 0.8, 1],
        [side_r0, 0.42 * w, 0.70 * w, 0.93 * w, w, 1.02 * w],
        [0, 0.30 * drop, 0.62 * drop, 1.15 * drop, 2.3 * drop, 5.5 * drop],
    )
    front_r0, _ = _at(start, 0.0, neck)
    front = _profile(
        t,
        [0, 0.2, 0.45, 0.7, 1],
        [
            front_r0,
            front_r0 + 0.13 * d,
            front_r0 + 0.36 * d,
            front_r0 + 0.55 * d,
            front_r0 + 0.62 * d,
        ],
        [0, 0.3 * drop, 1.1 * drop, 2.6 * drop, 5.2 * drop],
    )
    back_r0, _ = _at(start, np.pi, neck)
    back = _profile(
        t,
        [0, 0.2, 0.45, 0.7, 1],
        [back_r0, back_r0 + 0.16 * d, back_r0 + 0.36 * d, back_r0 + 0.48 * d, back_r0 + 0.5 * d],
        [0, 0.35 * drop, 1.1 * drop, 2.6 * drop, 5.4 * drop],
    )
    rings = []
    for k in range(_RINGS):
        fore = np.where(c > 0, front[k, 0], back[k, 0])
        # Superellipse: a chest is squarer than an ellipse, a neck is not.
        power = 1 - 0.28 * min(1.0, 2.2 * t[k])
        x = side[k, 0] * np.sign(s) * np.abs(s) ** power
        z = fore * np.sign(c) * np.abs(c) ** power
        fall_fb = np.where(c > 0, front[k, 1], back[k, 1])
        share = np.abs(s) ** 1.6
        y = start[:, 1] - (share * side[k, 1] + (1 - share) * fall_fb)
        ring = np.stack([x, y, neck.axis_z + z], 1)
        # The first rings follow the true neck, the later ones the superellipse.
        blend = np.clip(t[k] / 0.25, 0, 1)
        own = start + np.array([0, -1, 0]) * (start[:, 1] - y)[:, None]
        rings.append(own * (1 - blend) + ring * blend)
    return np.stack(rings).astype(np.float32)


def _profile(t: np.ndarray, knots: list[float], out: list[float], down: list[float]) -> np.ndarray:
    """``(_RINGS, 2)`` outward and downward distance, monotone through the knots."""
    return np.stack([PchipInterpolator(knots, out)(t), PchipInterpolator(knots, down)(t)], 1)


def _at(ring: np.ndarray, azimuth: float, neck: Neck) -> tuple[float, float]:
    """Radius and height of a ring at an azimuth."""
    k = int(np.argmin(np.abs((neck.azimuth - azimuth + np.pi) % (2 * np.pi) - np.pi)))
    return float(np.hypot(ring[k, 0], ring[k, 2] - neck.axis_z)), float(ring[k, 1])


def ring_mesh(rings: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Stitch rings ``(R, SECTORS, 3)`` into a tube.

    Returns:
        Vertices ``(R·SECTORS, 3)``, faces that look outward when the rings go down, uv and
        uv faces: u runs around from the back with a seam there, v from 1 (first ring) to 0 by
        the mean distance between rings.
    """
    r = len(rings)
    i, j = np.meshgrid(np.arange(r - 1), np.arange(SECTORS), indexing="ij")
    n = (j + 1) % SECTORS
    faces = _quads(i * SECTORS + j, (i + 1) * SECTORS + j, (i + 1) * SECTORS + n, i * SECTORS + n)
    wide = SECTORS + 1
    uv_faces = _quads(i * wide + j, (i + 1) * wide + j, (i + 1) * wide + j + 1, i * wide + j + 1)
    step = np.linalg.norm(np.diff(rings, axis=0), axis=2).mean(1)
    v = np.clip(1 - np.concatenate([[0], step.cumsum()]) / max(step.sum(), 1e-9), 0, 1)
    u = np.arange(wide) / SECTORS
    uv = np.stack(np.broadcast_arrays(u[None], v[:, None]), -1).reshape(-1, 2)
    return rings.reshape(-1, 3), faces, uv.astype(np.float32), uv_faces


def _quads(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> np.ndarray:
    two = np.stack([np.stack([a, b, c], -1), np.stack([a, c, d], -1)], -2)
    return two.reshape(-1, 3).astype(np.int32)


def root_weights(rings: int, supple: float) -> np.ndarray:
    """``(rings·SECTORS, 6)`` weights: root, but the first rings give way to the neck joint."""
    neck = supple * np.clip(1 - np.arange(rings) / _SUPPLE_RINGS, 0, 1)
    weights = np.zeros((rings, SECTORS, 6), np.float32)
    weights[..., 1] = neck[:, None]
    weights[..., 0] = 1 - neck[:, None]
    return weights.reshape(-1, 6)
