"""Contact sheets of the packed sets."""

from pathlib import Path

import numpy as np
import pandas as pd

from storyface_assets.lib.dataset.picture_shards import INDEX_NAME, PackedPictures
from storyface_assets.lib.stargan.label_vectors import NAMES
from storyface_assets.previews.contact_sheet import contact_sheet

_COLUMNS = 6


def splits_sheet(folder: Path) -> np.ndarray:
    """Two rows of train, one each of validation and test: every class, turned copies among them."""
    pictures: list[np.ndarray] = []
    captions: list[str] = []
    for split, rows in (("train", 2), ("validation", 1), ("test", 1)):
        packed = PackedPictures(folder / split)
        index = packed.index
        turned = np.where(index["turn"] == "", index["expression"], index["turn"])
        for place in _in_turn(pd.Series(turned, dtype="str"), rows * _COLUMNS):
            pictures.append(packed[place])
            captions.append(f"{split} {turned[place]}")
    return contact_sheet(pictures, captions, _COLUMNS)


def stargan_sheet(folder: Path) -> np.ndarray:
    """Faces of each part with what their label vectors say; below them whole scenes of pairs."""
    pictures: list[np.ndarray] = []
    captions: list[str] = []
    for part in ("celeba", "custom", "neutral"):
        if (folder / part / "train" / INDEX_NAME).is_file():
            packed = PackedPictures(folder / part / "train")
            labels = _words(packed.index)
            for place in _in_turn(labels, _COLUMNS):
                pictures.append(packed[place])
                captions.append(str(labels.iat[place]))
    for name, what in (("pairs", "expression"), ("attribute_pairs", "variant")):
        if (folder / name / "train" / INDEX_NAME).is_file():
            packed = PackedPictures(folder / name / "train")
            for place in range(min(2 * _COLUMNS, len(packed))):
                pictures.append(packed[place])
                captions.append(f"pair {packed.index[what].iat[place]}")
    return contact_sheet(pictures, captions, _COLUMNS)


def _words(index: pd.DataFrame) -> pd.Series:
    """The names of the numbers that are set, or the expression where there is no vector."""
    if NAMES[0] not in index:
        return index["expression"].astype("str")
    numbers = index[list(NAMES)].to_numpy(bool)
    words = [" ".join(np.array(NAMES[:-2])[row[:-2]]) or "none" for row in numbers]
    return pd.Series(words, dtype="str")


def _in_turn(values: pd.Series, count: int) -> list[int]:
    """Places of up to ``count`` rows: one of each value, then a second of each, and so on."""
    mixed = np.random.default_rng(0).permutation(len(values))
    turn = values.iloc[mixed].groupby(values.iloc[mixed]).cumcount().to_numpy()
    order = np.lexsort((values.to_numpy(str)[mixed], turn))
    return [int(place) for place in mixed[order[:count]]]
