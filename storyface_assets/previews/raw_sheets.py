"""Contact sheets of the raw sets: some photos as they came, from all over the set."""

from pathlib import Path

import numpy as np
import pandas as pd

from storyface_assets.lib.dataset.decoding import decode_photo
from storyface_assets.lib.dataset.photo_source import PhotoSource
from storyface_assets.previews.contact_sheet import CELL, contact_sheet

_SHOWN = 12


def photo_sheet(table: pd.DataFrame, captions: pd.Series, photos: Path) -> np.ndarray:
    """Kept photos with their captions: of each caption in turn, so that every class is seen.

    Args:
        table: rows with ``photo`` and ``kept``.
        captions: one a row.
        photos: folder of the set.

    Raises:
        BadInput: a photo was changed since the table was made.
    """
    kept = table[table["kept"]]
    words = captions[table["kept"]]
    # Photos of a class are spread over the set by their hash; the n-th of each class comes n-th.
    order = kept.assign(caption=words).sort_values(["sha256", "photo"])
    turn = order.groupby("caption").cumcount()
    some = order.loc[turn.sort_values(kind="stable").index[:_SHOWN]].sort_values("caption")
    source = PhotoSource(photos)
    pictures = [
        decode_photo(source.read(name), 2 * CELL, name).rgb for name in some["photo"].astype(str)
    ]
    return contact_sheet(pictures, list(some["caption"]), columns=6)
