"""How a training went, as a picture: each figure over the steps."""

from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image, ImageDraw

from storyface_assets.previews.colours import EMOTION_COLOURS

_SIZE = 300, 180
_MARGIN = 34, 10, 10, 22  # left, top, right, bottom
_INK, _PAPER, _GRID = (60, 60, 60), (255, 255, 255), (225, 225, 225)
_COLOURS = list(EMOTION_COLOURS.values())[1:]


def curve_picture(rows: Sequence[Mapping[str, float]], name: str) -> np.ndarray:
    """One figure over the steps.

    Args:
        rows: with ``step`` and figures; rows without this one are left out.
        name: of the figure.

    Returns:
        ``(180, 300, 3)`` uint8: the curve, least and greatest value, first and last step.
    """
    points = np.array([(row["step"], row[name]) for row in rows if name in row], float)
    points = points.reshape(-1, 2)
    picture = Image.new("RGB", _SIZE, _PAPER)
    pen = ImageDraw.Draw(picture)
    left, top = _MARGIN[0], _MARGIN[1]
    right, bottom = _SIZE[0] - _MARGIN[2], _SIZE[1] - _MARGIN[3]
    for share in (0.0, 0.5, 1.0):
        y = bottom - share * (bottom - top)
        pen.line([(left, y), (right, y)], _GRID)
    if not len(points):
        return np.asarray(picture)
    low, high = points.min(0), points.max(0)
    span = np.maximum(high - low, 1e-12)
    at = (points - low) / span * (right - left, top - bottom) + (left, bottom)
    colour = _COLOURS[sum(name.encode()) % len(_COLOURS)]
    corners = [(float(x), float(y)) for x, y in at]
    pen.line(corners, colour, width=2)
    for x, y in corners if len(corners) < 40 else corners[-1:]:
        pen.ellipse([x - 2, y - 2, x + 2, y + 2], colour)
    for value, y in ((high[1], top), (low[1], bottom)):
        pen.text((left - 3, y), f"{value:.3g}", _INK, anchor="rm", font_size=9)
    for value, x, anchor in ((low[0], left, "la"), (high[0], right, "ra")):
        pen.text((x, bottom + 6), f"{value:.0f}", _INK, anchor=anchor, font_size=9)
    return np.asarray(picture)
