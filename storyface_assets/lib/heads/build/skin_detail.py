"""Fine detail that no basis could hold: brow hairs, lash line, freckles, wrinkles, pores, stubble.

Each is one mask the runtime lays over the smooth skin with a colour and a strength of its own.
"""

import cv2
import numpy as np
from scipy.spatial import cKDTree

from storyface_assets.lib.heads.build.texture_space import TextureSpace

TILE = 256
_SUPERSAMPLE = 2
#: Texels by which the middle of a brow lies below iBUG's brow points (they follow its upper edge).
_BROW_DROP = 9.0


class Canvas:
    """Draws fine anti-aliased strokes on the atlas at twice its size."""

    def __init__(self, space: TextureSpace) -> None:
        self._space = space
        self._pixels = np.zeros((space.size * _SUPERSAMPLE,) * 2, np.float32)
        rows, cols = np.nonzero(space.outer)
        self._texels = np.stack([(cols + 0.5) / space.size, 1 - (rows + 0.5) / space.size], 1)
        self._tree = cKDTree(space.position[rows, cols])

    def uv_at(self, points: np.ndarray) -> np.ndarray:
        """Atlas coordinates ``(n, 2)`` of the skin nearest to points ``(n, 3)``."""
        return self._texels[self._tree.query(points)[1]]

    def stroke(self, uv: np.ndarray, width: float, strength: float) -> None:
        """Draw a polyline ``(n, 2)`` in atlas coordinates; width in texels of the atlas."""
        size = len(self._pixels)
        points = np.stack([uv[:, 0] * size, (1 - uv[:, 1]) * size], 1) * 16
        layer = np.rint(points).astype(np.int32).reshape(-1, 1, 2)
        thick = max(1, round(width * _SUPERSAMPLE))
        cv2.polylines(self._pixels, [layer], False, strength, thick, cv2.LINE_AA, 4)

    def mask(self, blur: float) -> np.ndarray:
        """What was drawn, ``(S, S)`` float32 0–1."""
        size = self._space.size
        small = cv2.resize(self._pixels, (size, size), interpolation=cv2.INTER_AREA)
        return np.clip(cv2.GaussianBlur(small, (0, 0), blur), 0, 1)


def spline(points: np.ndarray, count: int) -> np.ndarray:
    """Smooth curve ``(count, d)`` through points ``(n, d)`` (Catmull–Rom)."""
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    t = np.linspace(0, len(points) - 1 - 1e-9, count)
    i = t.astype(int)
    f = (t - i)[:, None]
    p0, p1, p2, p3 = (padded[i + k] for k in range(4))
    return 0.5 * (
        2 * p1
        + (p2 - p0) * f
        + (2 * p0 - 5 * p1 + 4 * p2 - p3) * f**2
        + (3 * p1 - p0 - 3 * p2 + p3) * f**3
    )


def brow_mask(space: TextureSpace, seed: int, hairs: int, thickness: float) -> np.ndarray:
    """Both brows, hair by hair, ``(S, S)``.

    Args:
        space: the atlas.
        seed: of the hairs' places.
        hairs: per brow.
        thickness: half height of the brow in texels of the atlas.
    """
    rng = np.random.default_rng(seed)
    canvas, texel = Canvas(space), 1 / space.size
    # From the inner to the outer end, right and left.
    for numbers, outward in (((21, 20, 19, 18, 17), -1.0), ((22, 23, 24, 25, 26), 1.0)):
        line = spline(space.landmark_uv[list(numbers)], 200) - [0, _BROW_DROP * texel]
        for t in rng.beta(1.1, 1.2, hairs):
            # Full at a third, thin at the tail.
            swell = 0.75 + 0.5 * np.sin(np.pi * min(t * 0.9 + 0.2, 1))
            height = thickness * swell * (1 - 0.65 * t) * texel
            root = line[int(t * 199)] + [rng.normal(0, 1.2) * texel, rng.normal(0, 0.5) * height]
            rise = 1.15 - 1.45 * t + rng.normal(0, 0.14)
            direction = np.array([outward * (0.25 + 1.0 * min(t * 2.2, 1)), rise])
            direction /= np.linalg.norm(direction)
            length = rng.uniform(12, 22) * (1 - 0.3 * t) * texel
            bend = np.array([outward * 0.35, -0.45]) * length * rng.uniform(0.2, 0.6)
            curve = [root, root + direction * length * 0.55, root + direction * length + bend]
            canvas.stroke(spline(np.array(curve), 7), 1.0, float(rng.uniform(0.4, 0.9)))
    fine = canvas.mask(0.5)
    # The skin between the hairs is shaded by them.
    return np.clip(1.2 * fine + 0.6 * cv2.GaussianBlur(fine, (0, 0), 4.0), 0, 0.96)


def lash_line(space: TextureSpace) -> np.ndarray:
    """The dark edge of the upper lids, and a fainter one below, ``(S, S)``."""
    at = space.landmarks
    upper = [spline(at[[36, 37, 38, 39]], 40), spline(at[[45, 44, 43, 42]], 40)]
    lower = [spline(at[[36, 41, 40, 39]], 40), spline(at[[45, 46, 47, 42]], 40)]
    dark = space.near(np.vstack([u[:34] for u in upper]), 0.0008)
    faint = space.near(np.vstack([b[4:30] for b in lower]), 0.0006)
    return np.clip(0.85 * dark + 0.3 * faint, 0, 1)


def freckle_mask(
    space: TextureSpace, cheeks: np.ndarray, nose: np.ndarray, seed: int
) -> np.ndarray:
    """Freckles on cheeks, nose and a few elsewhere, ``(S, S)``."""
    rng = np.random.default_rng(seed)
    chance = np.clip(cheeks + 0.8 * nose + 0.05, 0, 1) * space.outer
    canvas = np.zeros(space.triangle.shape, np.float32)
    places = rng.choice(chance.size, 900, replace=False, p=(chance / chance.sum()).ravel())
    for place in places:
        y, x = divmod(int(place), space.size)
        radius = int(rng.choice([1, 1, 1, 2]))
        cv2.circle(canvas, (x, y), radius, float(rng.uniform(0.2, 1)), -1, cv2.LINE_AA)
    return cv2.GaussianBlur(canvas, (0, 0), 1.0) * space.outer


def wrinkle_mask(space: TextureSpace) -> np.ndarray:
    """Lines of age: forehead, crow's feet, under the eyes, nasolabial, ``(S, S)``."""
    at, canvas = space.landmarks, Canvas(space)

    def line(points: np.ndarray, width: float, strength: float) -> None:
        canvas.stroke(canvas.uv_at(spline(points, 40)), width, strength)

    for height, strength in ((0.022, 0.75), (0.031, 0.9), (0.040, 0.7)):
        arch = at[[18, 19, 20, 23, 24, 25]] + [0, height, 0]
        arch[[0, 5], 1] -= 0.004
        arch[2:4, 1] -= 0.002
        line(arch, 1.6, strength)
    for corner, ear, wing, mouth, lower in (
        (36, 0, 31, 48, (36, 41, 40)),
        (45, 16, 35, 54, (45, 46, 47)),
    ):
        away = at[ear] - at[corner]
        for slope in (-0.35, -0.05, 0.28):
            start = at[corner] + 0.16 * away + [0, 0.012 * slope, 0]
            line(np.stack([start, start + 0.24 * away + [0, 0.024 * slope, 0]]), 1.3, 0.6)
        bag = at[list(lower)] - [0, 0.010, 0]
        line(bag, 2.2, 0.5)
        side = np.sign(at[corner, 0])
        fold = np.stack(
            [
                at[wing] + [0.005 * side, 0.006, 0],
                (at[wing] + at[mouth]) / 2 + [0.007 * side, 0, 0],
                at[mouth] + [0.009 * side, 0.0, 0],
            ]
        )
        line(fold, 2.4, 0.85)
    drawn = canvas.mask(2.0)
    # Soft shoulders, and breaks along the way: skin does not crease like paper.
    breaks = 0.65 + 0.35 * np.sin(space.position[..., 0] * 420) * np.sin(
        space.position[..., 1] * 350
    )
    return np.clip((drawn + 0.6 * cv2.GaussianBlur(drawn, (0, 0), 5.0)) * breaks, 0, 1)


def pore_tile(seed: int) -> np.ndarray:
    """Tileable band-pass noise ``(TILE, TILE)`` float32 of unit variance."""
    noise = np.random.default_rng(seed).normal(size=(TILE, TILE))
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(TILE), np.fft.fftfreq(TILE)))
    band = np.exp(-(((frequency - 0.16) / 0.09) ** 2))
    tile = np.fft.ifft2(np.fft.fft2(noise) * band).real
    return (tile / tile.std()).astype(np.float32)


def stubble_tile(seed: int) -> np.ndarray:
    """Tileable short hairs ``(TILE, TILE)`` float32 0–1."""
    rng = np.random.default_rng(seed)
    wide = np.zeros((3 * TILE, 3 * TILE), np.float32)
    for x, y in rng.uniform(0, TILE, (5200, 2)):
        tip = np.array([rng.normal(0, 0.6), rng.uniform(0.8, 2.2)])
        strength = float(rng.uniform(0.4, 1))
        for shift in np.ndindex(3, 3):
            start = np.array([x, y]) + np.array(shift) * TILE
            ends = np.rint(np.stack([start, start + tip]) * 16).astype(np.int32)
            cv2.polylines(wide, [ends.reshape(-1, 1, 2)], False, strength, 1, cv2.LINE_AA, 4)
    return cv2.GaussianBlur(wide, (0, 0), 0.6)[TILE : 2 * TILE, TILE : 2 * TILE]
