"""What is behind people: walls, rooms, streets, lights out of focus, textures, gardens."""

from collections.abc import Callable
from types import MappingProxyType

import cv2
import numpy as np

Painter = Callable[[np.random.Generator, int, int], np.ndarray]


def _colour(rng: np.random.Generator, bright: tuple[float, float] = (0.15, 0.95)) -> np.ndarray:
    grey = rng.uniform(*bright)
    tint = rng.normal(0, 0.07, 3) * rng.uniform(0.2, 1.6)
    return np.clip(grey * (1 + 1.6 * (tint - tint.mean())), 0, 1)


def _ramp(
    rng: np.random.Generator, w: int, h: int, low: np.ndarray, high: np.ndarray
) -> np.ndarray:
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    turn = rng.uniform(0, 2 * np.pi)
    along = (x / w - 0.5) * np.cos(turn) + (y / h - 0.5) * np.sin(turn)
    share = np.clip(along + 0.5, 0, 1)[..., None]
    return (low + share * (high - low)).astype(np.float32)


def _wall(rng: np.random.Generator, w: int, h: int) -> np.ndarray:
    """A plain wall, lit from one side."""
    colour = _colour(rng, (0.3, 0.95))
    return _ramp(rng, w, h, colour * rng.uniform(0.6, 0.95), colour)


def _room(rng: np.random.Generator, w: int, h: int) -> np.ndarray:
    """Wall, floor, door, shelf, pictures, a window; all out of focus."""
    picture = _wall(rng, w, h)
    floor = int(h * rng.uniform(0.6, 0.9))
    picture[floor:] = _colour(rng, (0.15, 0.6))
    for _ in range(int(rng.integers(4, 13))):
        x, y = int(rng.uniform(-0.1, 1) * w), int(rng.uniform(-0.1, 0.8) * h)
        wide, tall = int(rng.uniform(0.05, 0.4) * w), int(rng.uniform(0.05, 0.6) * h)
        cv2.rectangle(picture, (x, y), (x + wide, y + tall), _colour(rng, (0.05, 0.9)).tolist(), -1)
    if rng.random() < 0.4:
        x, wide = int(rng.uniform(0, 0.7) * w), int(rng.uniform(0.2, 0.4) * w)
        light = np.clip(np.array([0.92, 0.97, 1.0]) * rng.uniform(0.85, 1.1), 0, 1)
        cv2.rectangle(picture, (x, 0), (x + wide, int(0.5 * h)), light.tolist(), -1)
        cv2.line(picture, (x + wide // 2, 0), (x + wide // 2, h // 2), (0.5, 0.5, 0.5), 3)
    return _blurred(picture, rng.uniform(0.008, 0.05) * w)


def _street(rng: np.random.Generator, w: int, h: int) -> np.ndarray:
    """Sky, houses with windows, a road."""
    sky = np.array([0.62, 0.76, 0.92]) * rng.uniform(0.4, 1.08)
    picture = _ramp(rng, w, h, np.clip(sky, 0, 1), np.clip(sky * 1.15, 0, 1))
    ground = int(h * rng.uniform(0.55, 0.85))
    x = int(-0.2 * w)
    while x < w:
        wide, top = int(rng.uniform(0.12, 0.4) * w), int(rng.uniform(0.0, 0.5) * h)
        colour = _colour(rng, (0.15, 0.8))
        cv2.rectangle(picture, (x, top), (x + wide, ground), colour.tolist(), -1)
        step = max(int(0.05 * w), 4)
        for wx in range(x + step // 2, x + wide - step // 2, step):
            for wy in range(top + step // 2, ground - step, step):
                lit = colour * rng.uniform(0.4, 1.5)
                size = (wx + step // 2, wy + step // 2)
                cv2.rectangle(picture, (wx, wy), size, np.clip(lit, 0, 1).tolist(), -1)
        x += wide
    picture[ground:] = _colour(rng, (0.2, 0.5))
    return _blurred(picture, rng.uniform(0.006, 0.04) * w)


def _lights(rng: np.random.Generator, w: int, h: int) -> np.ndarray:
    """Lamps at night as discs of confusion (bokeh)."""
    picture = _ramp(rng, w, h, _colour(rng, (0.02, 0.15)), _colour(rng, (0.05, 0.3)))
    radius = rng.uniform(0.02, 0.09) * w
    for _ in range(int(rng.integers(15, 70))):
        disc = np.zeros((h, w), np.float32)
        centre = (int(rng.uniform(0, w)), int(rng.uniform(0, h)))
        size = max(int(radius * rng.uniform(0.6, 1.3)), 2)
        cv2.circle(disc, centre, size, 1.0, -1, cv2.LINE_AA)
        tint = np.clip(np.array([1.0, 0.75, 0.45]) + rng.normal(0, 0.25, 3), 0.1, 1)
        picture += disc[..., None] * tint.astype(np.float32) * np.float32(rng.uniform(0.08, 0.45))
    return _blurred(np.clip(picture, 0, 1), 0.006 * w)


def _texture(rng: np.random.Generator, w: int, h: int) -> np.ndarray:
    """Bricks, wallpaper or plaster: noise of several scales and maybe a grid."""
    colour = _colour(rng, (0.25, 0.8)).astype(np.float32)
    noise = _noise(rng, w, h, rng.uniform(0.9, 1.6))
    picture = colour * (1 + rng.uniform(0.02, 0.12) * noise[..., None])
    if rng.random() < 0.6:
        row, brick = (
            max(int(rng.uniform(0.04, 0.14) * h), 4),
            max(int(rng.uniform(0.1, 0.3) * w), 6),
        )
        joint = _colour(rng, (0.2, 0.9)).astype(np.float32)
        for k, y in enumerate(range(0, h, row)):
            picture[y : y + 2] = joint
            for x in range((k % 2) * brick // 2, w, brick):
                picture[y : y + row, x : x + 2] = joint
    return _blurred(picture.astype(np.float32), rng.uniform(0.001, 0.012) * w)


def _garden(rng: np.random.Generator, w: int, h: int) -> np.ndarray:
    """Leaves and light: green noise, dark below, bright spots of sky."""
    leaves = _noise(rng, w, h, 1.2)[..., None]
    green = np.array([0.30, 0.38, 0.22]) * rng.uniform(0.5, 1.3) + rng.normal(0, 0.03, 3)
    picture = np.clip(green * (1 + 0.35 * leaves), 0, 1)
    spots = _noise(rng, w, h, 1.6)[..., None] > rng.uniform(0.9, 1.8)
    picture = np.where(spots, np.clip([0.85, 0.93, 0.95], 0, 1), picture)
    return _blurred(picture.astype(np.float32), rng.uniform(0.006, 0.04) * w)


def _noise(rng: np.random.Generator, w: int, h: int, fall: float) -> np.ndarray:
    """Sum of octaves with zero mean and unit deviation, ``(h, w)``."""
    total = np.zeros((h, w), np.float32)
    for octave in range(2, 8):
        n = 2**octave
        grid = rng.normal(size=(n, n)).astype(np.float32) * fall**-octave
        total += cv2.resize(grid, (w, h), interpolation=cv2.INTER_CUBIC)
    return np.asarray((total - total.mean()) / max(float(total.std()), 1e-6))


def _blurred(picture: np.ndarray, sigma: float) -> np.ndarray:
    return cv2.GaussianBlur(np.ascontiguousarray(picture, np.float32), (0, 0), max(sigma, 0.3))


BACKDROPS: MappingProxyType[str, Painter] = MappingProxyType(
    {
        "wall": _wall,
        "room": _room,
        "street": _street,
        "lights": _lights,
        "texture": _texture,
        "garden": _garden,
    }
)


def paint_backdrop(kind: str, rng: np.random.Generator, size: tuple[int, int]) -> np.ndarray:
    """A background.

    Args:
        kind: a name of ``BACKDROPS``.
        rng: what it looks like.
        size: width, height.

    Returns:
        ``(H, W, 3)`` uint8 sRGB.
    """
    w, h = size
    half = max(w // 2, 16), max(h // 2, 16)  # they are out of focus: half the pixels are enough
    picture = BACKDROPS[kind](rng, *half)
    large = cv2.resize(np.clip(picture, 0, 1), (w, h), interpolation=cv2.INTER_LINEAR)
    return np.rint(large * 255).astype(np.uint8)
