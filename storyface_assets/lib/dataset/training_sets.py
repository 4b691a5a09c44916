"""The emotion set that classifiers learn from: packed splits and what is in them.

A folder holds ``train/``, ``validation/`` and ``test/`` (see
:mod:`~storyface_assets.lib.dataset.picture_shards`), ``balance.parquet``, ``funnel.parquet``,
``reasons.parquet`` and ``facts.json``.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import pandas as pd

from storyface_assets.lib.dataset.balance import age_class, balanced_weights, count_by
from storyface_assets.lib.dataset.crops import decode_crop
from storyface_assets.lib.dataset.funnel import funnel, step_counts
from storyface_assets.lib.dataset.picture_shards import pack_pictures
from storyface_assets.lib.dataset.schema import SPLITS
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store.blobs import BlobStore

#: What a training set keeps of each picture, where the table has it.
INDEX_COLUMNS: Final = (
    "photo",
    "sha256",
    "picture",
    "landmarks",
    "turn",
    "turn_degrees",
    "person",
    "group",
    "expression",
    "gender",
    "age",
    "background",
    "label_score",
    "split",
)
#: Of which the balance is told, and sampling weights are made.
_BALANCED: Final = ("expression", "gender", "age")


def write_emotion_splits(
    augmented: pd.DataFrame,
    counts: Sequence[pd.DataFrame],
    blobs: BlobStore,
    folder: Path,
    size: int,
) -> pd.DataFrame:
    """Pack the splits, and write down what is in them and what was left out on the way.

    Args:
        augmented: what ``augmented_faces`` stored.
        counts: of each step before, see :func:`~storyface_assets.lib.dataset.funnel.step_counts`.
        blobs: with the pictures.
        folder: empty.
        size: side of the packed pictures, pixels.

    Returns:
        The rows that were to be packed, with ``kept`` and ``reason`` (pictures that are missing
        from the store or damaged).
    """
    rows = augmented[augmented["kept"]]
    rows = rows[[name for name in INDEX_COLUMNS if name in rows]]
    told = pd.concat(
        [_pack_split(rows[rows["split"] == split], split, blobs, folder, size) for split in SPLITS],
        ignore_index=True,
    )
    kept = told[told["kept"]]
    steps = [*counts, step_counts("emotion_splits", told)]
    funnel(steps).to_parquet(folder / "funnel.parquet", index=False)
    pd.concat(steps, ignore_index=True).to_parquet(folder / "reasons.parquet", index=False)
    balance(kept).to_parquet(folder / "balance.parquet", index=False)
    facts = {"size": size, "pictures": kept["split"].value_counts().sort_index().to_dict()}
    (folder / "facts.json").write_text(json.dumps(facts, indent=1) + "\n", "utf-8")
    return told


def balance(table: pd.DataFrame) -> pd.DataFrame:
    """Pictures a split by class, gender and age.

    Returns:
        ``what`` (expression, gender or age), ``value``, a column a split, and ``all``.
    """
    classes = table.assign(age=age_class(table["age"]))
    parts = []
    for what in _BALANCED:
        counts = count_by(classes, what).rename(columns={what: "value"})
        counts.insert(0, "what", what)
        parts.append(counts)
    whole = pd.concat(parts, ignore_index=True).fillna(0)
    for split in SPLITS:
        whole[split] = whole[split].astype("int64") if split in whole else 0
    return whole[["what", "value", *SPLITS, "all"]]


def resized(rgb: np.ndarray, size: int) -> np.ndarray:
    """A square picture ``(N, N, 3)`` uint8 at another size; averaged when it shrinks."""
    if rgb.shape[:2] == (size, size):
        return np.ascontiguousarray(rgb)
    way = cv2.INTER_AREA if rgb.shape[0] > size else cv2.INTER_CUBIC
    return cv2.resize(rgb, (size, size), interpolation=way)


def picture_reader(blobs: BlobStore, size: int) -> Callable[[Any], np.ndarray]:
    """What ``pack_pictures`` reads rows with a ``picture`` by."""

    def read(row: Any) -> np.ndarray:
        try:
            return resized(decode_crop(blobs.get(row.picture)), size)
        except BadInput as error:
            name = "picture missing or damaged"
            raise BadInput(error.file, name, error.problem, error.mend) from error

    return read


def _pack_split(
    rows: pd.DataFrame, split: str, blobs: BlobStore, folder: Path, size: int
) -> pd.DataFrame:
    rows = rows.reset_index(drop=True)
    rows = rows.assign(weight=balanced_weights(rows, ["expression"]))
    return pack_pictures(
        rows, picture_reader(blobs, size), folder / split, size, f"packing {split}"
    )
