"""Pictures inside Markdown metadata.

The UI strips raw ``<img>`` but draws a Markdown image with a data URI when it stands in a table.
"""

import base64
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from dagster import MarkdownMetadataValue, MetadataValue

from storyface_assets.lib.images import encode_preview

#: All pictures of one metadata value together; larger values make the UI slow.
MAX_BYTES = 30_000


def data_uri(rgb: np.ndarray, max_bytes: int = MAX_BYTES) -> str:
    """A picture ``(H, W, 3)`` uint8 as a JPEG data URI whose text is at most ``max_bytes`` long."""
    # Base64 writes three bytes as four letters.
    jpeg = encode_preview(rgb, max_bytes=max_bytes * 3 // 4 - 64)
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")


def picture_row(pictures: Sequence[tuple[str, np.ndarray]]) -> MarkdownMetadataValue:
    """Pictures side by side under their captions.

    Args:
        pictures: caption and ``(H, W, 3)`` uint8 sRGB of each.
    """
    each = MAX_BYTES // max(len(pictures), 1) - 200
    # A title's own | or ] would end the cell or the picture's words.
    plain = str.maketrans("[]|", "()/")
    captions = " | ".join(caption.translate(plain) for caption, _ in pictures)
    images = " | ".join(f"![{c.translate(plain)}]({data_uri(p, each)})" for c, p in pictures)
    rule = " | ".join([":---:"] * len(pictures))
    return MetadataValue.md(f"| {captions} |\n| {rule} |\n| {images} |")


def fit_width(rgb: np.ndarray, width: int) -> np.ndarray:
    """The picture scaled down to at most ``width`` pixels wide."""
    if rgb.shape[1] <= width:
        return rgb
    height = max(1, round(rgb.shape[0] * width / rgb.shape[1]))
    return cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA)


def read_picture(path: Path) -> np.ndarray:
    """A picture file that we wrote ourselves as ``(H, W, 3)`` uint8 sRGB.

    Raises:
        OSError: it cannot be read.
    """
    bgr = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if bgr is None:
        raise OSError(f"could not read {path}")
    return np.ascontiguousarray(bgr[..., ::-1])
