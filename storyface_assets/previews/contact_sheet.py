"""Many pictures on one sheet, each with a line of text under it."""

from collections.abc import Sequence

import cv2
import numpy as np
from PIL import Image, ImageDraw

from storyface_assets.lib.film.fonts import font, printable, text_width

#: Height of the strip under a cell, and of its letters, in cells.
_STRIP, _LETTERS = 1 / 6, 0.115
_GAP = 2
#: Side of a cell unless the caller says another, pixels.
CELL = 192
_PAPER, _INK = (255, 255, 255), (40, 40, 40)
#: On a sheet without pictures: a blank one looks like a fault.
_NOTHING = "none found"


def contact_sheet(
    pictures: Sequence[np.ndarray],
    captions: Sequence[str] | None = None,
    columns: int = 6,
    cell: int = CELL,
) -> np.ndarray:
    """Pictures in rows, each fitted whole into a square cell, on white.

    Args:
        pictures: each ``(H, W, 3)`` or grey ``(H, W)`` uint8 sRGB.
        captions: as many; Korean is fine; what is too long ends in "…".
        columns: cells in a row; fewer when there are fewer pictures.
        cell: side of a cell, pixels.

    Returns:
        ``(H, W, 3)`` uint8 sRGB; one cell that says so when there is no picture.

    Raises:
        ValueError: another number of captions than pictures.
    """
    if captions is not None and len(captions) != len(pictures):
        raise ValueError(f"{len(captions)} captions for {len(pictures)} pictures")
    columns = max(1, min(columns, len(pictures)))
    rows = max(1, -(-len(pictures) // columns))
    strip, letters = round(_STRIP * cell), round(_LETTERS * cell)
    high = cell + (strip if captions is not None else 0)
    size = (columns * (cell + _GAP) + _GAP, rows * (high + _GAP) + _GAP)
    sheet = Image.new("RGB", size, _PAPER)
    pen = ImageDraw.Draw(sheet)
    for place, picture in enumerate(pictures):
        row, column = divmod(place, columns)
        x, y = _GAP + column * (cell + _GAP), _GAP + row * (high + _GAP)
        fitted = _fitted(picture, cell)
        height, width = fitted.shape[:2]
        sheet.paste(Image.fromarray(fitted), (x + (cell - width) // 2, y + (cell - height) // 2))
        if captions is not None:
            text = _shortened(printable(captions[place]), cell, letters)
            middle = (x + cell / 2, y + cell + strip / 2)
            pen.text(middle, text, fill=_INK, font=font(letters), anchor="mm")
    if not pictures:
        middle = (size[0] / 2, size[1] / 2)
        pen.text(middle, _NOTHING, fill=_INK, font=font(letters), anchor="mm")
    return np.array(sheet)


def _fitted(picture: np.ndarray, cell: int) -> np.ndarray:
    """The whole picture with its longer side as long as the cell."""
    rgb = np.ascontiguousarray(picture)
    if rgb.ndim == 2:
        rgb = cv2.cvtColor(rgb, cv2.COLOR_GRAY2RGB)
    height, width = rgb.shape[:2]
    scale = cell / max(height, width)
    to = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(rgb, to, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)


def _shortened(text: str, width: int, letters: int) -> str:
    if text_width(text, letters) <= width:
        return text
    while text and text_width(text + "…", letters) > width:
        text = text[:-1]
    return text + "…"
