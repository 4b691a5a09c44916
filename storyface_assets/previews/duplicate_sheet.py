"""Pairs of photos side by side: what was taken for one picture, and what only just was not."""

from pathlib import Path

import numpy as np
import pandas as pd

from storyface_assets.lib.dataset.decoding import decode_photo
from storyface_assets.lib.dataset.photo_source import PhotoSource
from storyface_assets.lib.errors import BadInput
from storyface_assets.previews.contact_sheet import CELL, contact_sheet

_PAIRS = 12


def nearest_to_the_limit(pairs: pd.DataFrame, same: bool) -> pd.DataFrame:
    """The pairs most worth a look: copies that differ most, or look-alikes that differ least.

    Args:
        pairs: as in ``NearDuplicatesReport``.
        same: which of the two.
    """
    chosen = pairs[pairs["same"] == same]
    return chosen.sort_values("difference", ascending=not same, kind="stable").head(_PAIRS)


def pair_sheet(pairs: pd.DataFrame, photos: Path) -> np.ndarray:
    """Both photos of each pair next to each other, three pairs a row.

    Args:
        pairs: rows with ``first``, ``second``, ``distance``, ``difference``.
        photos: folder of the set.
    """
    pictures, captions = [], []
    for row in pairs.head(_PAIRS).itertuples():
        try:
            source = PhotoSource(photos)
            both = [
                decode_photo(source.read(str(p)), 2 * CELL).rgb for p in (row.first, row.second)
            ]
        except BadInput:
            continue
        pictures += both
        captions += [f"{row.distance} bits", f"differs {row.difference:.1f}"]
    return contact_sheet(pictures, captions, columns=6)
