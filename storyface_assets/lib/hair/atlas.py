"""The strand texture: columns of painted locks, dense to sparse, in shadow and in light."""

import cv2
import numpy as np

from storyface_assets.lib.hair.colours import strand_colours, to_bytes

#: Columns by look; each look is painted several times with other noise.
DENSE_DARK = range(0, 3)
DENSE = range(3, 7)
LOOSE = range(7, 10)
WISPY = range(10, 12)
COLUMNS = 12
_COLUMN_WIDTH = 40
_HEIGHT = 320


def paint_atlas(
    colour: tuple[int, int, int], white: float, rng: np.random.Generator, curl: float = 0.0
) -> np.ndarray:
    """Paint all columns.

    Args:
        colour: mid-tone sRGB.
        white: share of white strands.
        rng: seeded noise.
        curl: how wavy single strands are, 0 to 1.

    Returns:
        ``(320, 480, 4)`` uint8 sRGB + alpha, roots at the top. Colour is filled in under
        transparent pixels too, so that filtering makes no dark rims.
    """
    columns = []
    for c in range(COLUMNS):
        count, thick = (28, 3.8) if c in DENSE_DARK or c in DENSE else (13, 2.9)
        if c in WISPY:
            count, thick = 6, 2.0
        light = 0.7 if c in DENSE_DARK else 1.0
        columns.append(_paint_column(colour, white, rng, count, thick, light, curl))
    return np.concatenate(columns, 1)


def _paint_column(
    colour: tuple[int, int, int],
    white: float,
    rng: np.random.Generator,
    count: int,
    thick: float,
    light: float,
    curl: float,
) -> np.ndarray:
    h, w = _HEIGHT, _COLUMN_WIDTH
    v = np.linspace(0, 1, h)
    shades = strand_colours(colour, count, white, rng) * light
    rgb = np.broadcast_to(shades.mean(0), (h, w, 3)).astype(np.float32).copy()
    alpha = np.zeros((h, w), np.float32)
    x = np.arange(w, dtype=np.float32)
    margin = thick * 0.7
    for i in range(count):
        start = margin + (w - 2 * margin) * (i + rng.random()) / count
        # Strands drift together towards the tip, each with its own slow wave.
        end = w / 2 + (start - w / 2) * rng.uniform(0.25, 0.9)
        wave = rng.normal(0, 1.2 + 3 * curl) * np.sin(
            2 * np.pi * (rng.uniform(0.5, 1.2 + 3 * curl) * v + rng.random())
        )
        centre = (
            start + (end - start) * v**1.5 + wave * np.sin(np.pi * np.minimum(v * 1.2, 1)) ** 0.5
        )
        centre = np.clip(centre, margin, w - margin)
        # Strands at the sides start later and end sooner, so that a lock has no corners.
        aside = abs(2 * start / w - 1)
        last = rng.uniform(0.72, 1.0) - 0.3 * aside**2
        first = rng.uniform(0.0, 0.14) + 0.1 * aside**2
        ends = np.clip((last - v) / 0.3, 0, 1) * np.clip((v - first) / 0.14, 0, 1)
        width = thick / 2 * ends**0.7 * rng.uniform(0.7, 1.2)
        cover = np.clip(width[:, None] + 0.5 - np.abs(x[None] - centre[:, None]), 0, 1)
        cover *= np.clip(width, 0, 1)[:, None]
        # Round strand: lighter along its middle.
        bulge = (
            1.12 - 0.3 * (np.abs(x[None] - centre[:, None]) / np.maximum(width[:, None], 1)) ** 2
        )
        tone = (0.84 + 0.2 * np.minimum(v * 2.2, 1) + 0.08 * v)[:, None] * np.clip(bulge, 0.7, 1.2)
        rgb += cover[..., None] * (shades[i] * tone[..., None] - rgb)
        alpha = np.maximum(alpha, cover)
    soft = cv2.GaussianBlur(alpha, (0, 0), 0.6)
    return np.dstack([to_bytes(rgb), np.rint(soft * 255).astype(np.uint8)])
