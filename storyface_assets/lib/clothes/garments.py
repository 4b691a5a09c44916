"""Garments: what the collar looks like and how the cloth is painted."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from storyface_assets.lib.clothes.neck import Neck

#: Texture of a garment: width (around) and height (neck to chest).
_SIZE = (1024, 512)


@dataclass(frozen=True)
class Garment:
    """One way to dress a bust.

    Attributes:
        collar: function of the neck → ``(R, SECTORS, 3)`` collar rings, top first, ending near the
            neckline.
        paint: function of (base sRGB 0-1 image, height of the collar as a share of v) → image.
    """

    collar: Callable[[Neck], np.ndarray]
    paint: Callable[[np.ndarray, float], np.ndarray]


def _crew_collar(neck: Neck) -> np.ndarray:
    """A low ribbed band, round at its upper edge."""
    profile = [(0.004, 0.0006), (0.010, 0.0015), (0.0118, 0.0032), (0.010, 0.0048), (0.002, 0.006)]
    return np.stack([neck.ring(rise, swell) for rise, swell in profile])


def _shirt_collar(neck: Neck) -> np.ndarray:
    """A stand with a leaf folded over it; the leaf's points hang lower at the front."""
    front = np.clip(np.cos(neck.azimuth), 0, 1) ** 2
    # (rise, swell, how far the leaf's point hangs here); over the shoulders the leaf stays high.
    profile = [
        (0.002, 0.001, 0.0),
        (0.016, 0.0025, 0.0),
        (0.0195, 0.0045, 0.0),
        (0.0175, 0.0080, 0.0),
        (0.010, 0.0115, 0.3),
        (0.003, 0.0150, 1.0),
        (0.0015, 0.0135, 1.0),
    ]
    rings = []
    for rise, swell, point in profile:
        # The points flare, or they would sink into the chest.
        ring = neck.ring(rise, swell + point * 0.011 * front)
        ring[:, 1] -= point * 0.014 * front
        # A small dip where the two ends of the collar meet.
        ring[:, 1] -= 0.006 * (1 - point) * np.exp(-((neck.azimuth / 0.16) ** 2))
        rings.append(ring)
    return np.stack(rings)


def _hanbok_collar(neck: Neck) -> np.ndarray:
    """The jeogori's collar: a flat band that lies close to the neck."""
    profile = [(0.002, 0.0008), (0.012, 0.0012), (0.0145, 0.0026), (0.012, 0.0042), (0.0, 0.0060)]
    return np.stack([neck.ring(rise, swell) for rise, swell in profile])


def _paint_crew(image: np.ndarray, collar: float) -> np.ndarray:
    """Ribs on the band and a seam under it."""
    h, w = image.shape[:2]
    band = int(h * collar)
    ribs = 0.90 + 0.10 * np.sin(np.arange(w) * 2 * np.pi / 8)
    image[:band] *= ribs[None, :, None]
    seam = np.exp(-(((np.arange(h) - band) / 2.0) ** 2))
    return image * (1 - 0.28 * seam)[:, None, None]


def _paint_shirt(image: np.ndarray, collar: float) -> np.ndarray:
    """Button band at the front."""
    h, w = image.shape[:2]
    band, half = int(h * collar), int(w * 0.016)
    middle = w // 2
    for x in (middle - half, middle + half):
        cv2.line(image, (x, band), (x, h), tuple((image[band, x] * 0.72).tolist()), 2, cv2.LINE_AA)
    cv2.line(
        image, (middle, 0), (middle, band), tuple((image[0, 0] * 0.6).tolist()), 1, cv2.LINE_AA
    )
    for y in range(band + 30, h, 110):
        cv2.ellipse(image, (middle, y), (4, 6), 0, 0, 360, (0.85, 0.84, 0.8), -1, cv2.LINE_AA)
    return image


def _paint_hanbok(image: np.ndarray, collar: float) -> np.ndarray:
    """White dongjeong along the neck, a darker git under it, crossing to the wearer's right."""
    h, w = image.shape[:2]
    band = int(h * collar)
    image[: int(band * 0.86)] = np.array([0.93, 0.93, 0.91])
    git = image[-1, 0] * np.array([0.45, 0.36, 0.42])
    rows = slice(int(band * 0.86), int(band * 1.25))
    image[rows] = git
    middle = w // 2
    # The left side (larger u) lies over the right one and runs on down to the right armpit.
    for width, tone in ((34, git), (10, np.array([0.93, 0.93, 0.91]))):
        x0 = middle + 26 if width == 34 else middle + 20
        y0 = int(band * 1.0) if width == 34 else int(band * 0.6)
        points = np.array([[x0, y0], [middle - 30, y0 + 55], [middle - 90, y0 + 170]])
        cv2.polylines(image, [points], False, tuple(tone.tolist()), width, cv2.LINE_AA)
    return image


GARMENTS: dict[str, Garment] = {
    "crew_neck": Garment(_crew_collar, _paint_crew),
    "shirt_collar": Garment(_shirt_collar, _paint_shirt),
    "hanbok_collar": Garment(_hanbok_collar, _paint_hanbok),
}


def paint_fabric(
    colour: tuple[int, int, int], garment: Garment, collar: float, rng: np.random.Generator
) -> np.ndarray:
    """Woven or knitted cloth with soft folds.

    Args:
        colour: sRGB 0-255.
        garment: whose details are painted on.
        collar: share of v that the collar takes.
        rng: seeded folds.

    Returns:
        ``(512, 1024, 4)`` uint8 sRGB + alpha (opaque).
    """
    w, h = _SIZE
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    knit = 0.5 + 0.5 * np.sin(x * 2 * np.pi / 5 + 1.2 * np.sin(y * 2 * np.pi / 6))
    noise = rng.normal(0, 1, (h, w)).astype(np.float32)
    wrap = np.concatenate([noise, noise[:, :64]], 1)
    folds = cv2.GaussianBlur(wrap, (0, 0), sigmaX=14, sigmaY=46)[:, :w]
    folds = np.asarray(folds / max(float(folds.std()), 1e-6), np.float32)
    shade = 1 + 0.05 * (knit - 0.5) + 0.03 * folds + 0.018 * cv2.GaussianBlur(noise, (0, 0), 0.8)
    image = np.array(colour, np.float32)[None, None] / 255 * shade[..., None]
    image = garment.paint(np.ascontiguousarray(image.astype(np.float32)), collar)
    rgba = np.dstack([np.clip(image, 0, 1), np.ones((h, w))])
    return np.rint(rgba * 255).astype(np.uint8)
