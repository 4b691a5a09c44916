"""Contact sheets of the cropping steps: boxes at fault, crops, turned copies."""

from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from storyface_assets.lib.dataset.crops import decode_crop
from storyface_assets.lib.dataset.decoding import decode_photo
from storyface_assets.lib.dataset.photo_source import PhotoSource
from storyface_assets.lib.dataset.schema import ANNOTATORS, BOX_SIDES
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store import BlobStore
from storyface_assets.lib.turn import TURNS
from storyface_assets.previews.contact_sheet import CELL, contact_sheet

_SHOWN = 24
#: Grey left around a photo, so that a box beyond it can be seen, in photo sides.
_MARGIN = 0.25
_BOX, _AROUND = (230, 30, 60), 200


def box_fault_sheet(checked: pd.DataFrame, photos: Path) -> np.ndarray:
    """Photos that ``check_boxes`` dropped, with the box as annotated, under the fault's name.

    Args:
        checked: what ``check_boxes`` returned (with the annotators' boxes).
        photos: folder of the set.
    """
    # Some of every fault, not the first fault over and over.
    dropped = checked[~checked["kept"]]
    turn = dropped.groupby("reason").cumcount()
    pictures, captions = [], []
    for row in dropped.loc[turn.sort_values(kind="stable").index[:_SHOWN]].to_dict("records"):
        drawn = _with_box(row, photos)
        if drawn is not None:
            pictures.append(drawn)
            captions.append(str(row["reason"]))
    return contact_sheet(pictures, captions, columns=6)


def _with_box(row: dict[object, object], photos: Path) -> np.ndarray | None:
    try:
        photo = decode_photo(PhotoSource(photos).read(str(row["photo"])), 2 * CELL)
    except BadInput:
        return None
    high, wide = (round(_MARGIN * side) for side in photo.rgb.shape[:2])
    grey = (_AROUND, _AROUND, _AROUND)
    canvas = cv2.copyMakeBorder(photo.rgb, high, high, wide, wide, cv2.BORDER_CONSTANT, value=grey)
    who = str(row["box_from"]) or ANNOTATORS[0]
    values = [row[f"box_{who}_{side}"] for side in BOX_SIDES]
    box = np.array([np.nan if pd.isna(v) else float(str(v)) for v in values])  # type: ignore[call-overload]
    if np.isfinite(box).all():
        corners = np.clip(box * photo.scale + [wide, high, wide, high], -(2**14), 2**14).astype(int)
        cv2.rectangle(canvas, corners[:2].tolist(), corners[2:].tolist(), _BOX, 2)
    return canvas


def crop_sheet(cropped: pd.DataFrame, blobs: BlobStore) -> np.ndarray:
    """Crops from all over the table, under their expressions."""
    kept = cropped[cropped["kept"]]
    some = kept.iloc[_spread(len(kept), _SHOWN)]
    pictures = [decode_crop(blobs.get(sha256)) for sha256 in some["picture"]]
    return contact_sheet(pictures, list(some["expression"]), columns=6)


def turned_sheet(augmented: pd.DataFrame, blobs: BlobStore) -> np.ndarray:
    """Six crops, each before its turned copies."""
    kept = augmented[augmented["kept"]]
    whole = kept.groupby("photo")["turn"].transform("nunique") == len(TURNS) + 1
    photos = kept.loc[whole, "photo"].unique()
    pictures, captions = [], []
    for photo in photos[_spread(len(photos), _SHOWN // len(TURNS))]:
        for row in kept[kept["photo"] == photo].itertuples():
            pictures.append(decode_crop(blobs.get(str(row.picture))))
            captions.append(str(row.turn) or str(row.expression))
    return contact_sheet(pictures, captions, columns=len(TURNS) + 1)


def _spread(count: int, wanted: int) -> np.ndarray:
    """Up to ``wanted`` row numbers, evenly over ``count`` rows."""
    return np.unique(np.linspace(0, count - 1, min(wanted, count)).astype(int))
