"""Turned copies of training photos: the same face, the head turned in 3D."""

import sys
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from upath import UPath

from storyface_assets.lib.dataset.crop_frame import face_square
from storyface_assets.lib.dataset.crops import (
    FINE_SIZE,
    SIZE,
    crop_jobs,
    decode_for,
    encode_crop,
    encode_landmarks,
    face_in_box,
    scaled_landmarks,
)
from storyface_assets.lib.dataset.crops import RECIPE as CROPS_RECIPE
from storyface_assets.lib.dataset.photo_source import NotRead
from storyface_assets.lib.dataset.pictures_on_each import pictures_on_each
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.landmarks.face import Face
from storyface_assets.lib.store.blobs import BlobStore
from storyface_assets.lib.store.memo import Memo
from storyface_assets.lib.turn import LIMITS, TURNS, HeadFitter, turn_head

#: Mean distance of fitted and found landmarks, in eye distances: beyond it the fit is wrong.
MAX_RESIDUAL: Final = 0.04
#: Raise the first number when the same photo would give another copy.
RECIPE: Final = (
    f"2 residual={MAX_RESIDUAL} limits={LIMITS} turns={dict(TURNS)} crops {CROPS_RECIPE}"
)


def add_turned_copies(
    table: pd.DataFrame,
    photos: Path,
    blobs: BlobStore,
    cache_dir: Path,
    memo: Memo,
    head_file: Path,
    workers: int | None = None,
) -> pd.DataFrame:
    """Add a row for each turn of each training photo; other rows stay as they are.

    Args:
        table: rows as ``crop_faces`` returns them, with ``split``.
        photos: folder of the set.
        blobs: where the pictures go.
        cache_dir: where the face readings are kept.
        memo: this step's, with ``RECIPE``.
        head_file: the head model.
        workers: processes.

    Returns:
        The rows, sorted by photo and turn, with ``turn`` ("" for the crop itself) and
        ``turn_degrees``. Copies that could not be made ("bad fit", "turned too far" …) are rows
        with a reason and no picture.
    """
    table = table.drop(columns=["kept", "reason"], errors="ignore").reset_index(drop=True)
    training = np.flatnonzero((table["split"] == "train").to_numpy())
    jobs = [
        (key, {**job, "head": str(head_file)})
        for key, job in crop_jobs(table.iloc[training], photos, blobs, cache_dir)
    ]
    results = pictures_on_each(
        "turning heads", dict(jobs), turn_face, memo, blobs, _blobs_of, workers, _copies_of
    )
    parts = [table.assign(turn="", turn_degrees=0.0, kept=True, reason="", _row=table.index)]
    for number, (name, turn) in enumerate(TURNS.items()):
        made = [results[key][number] for key, _ in jobs]
        copies = table.iloc[training].assign(
            picture=[picture for picture, _, _ in made],
            landmarks=[landmarks for _, landmarks, _ in made],
            turn=name,
            turn_degrees=turn.degrees,
            kept=[picture != "" for picture, _, _ in made],
            reason=[reason for _, _, reason in made],
            _row=training,
        )
        parts.append(copies)
    whole = pd.concat(parts, ignore_index=True)
    whole = whole.sort_values("_row", kind="stable", ignore_index=True).drop(columns="_row")
    text = {name: "str" for name in ("picture", "landmarks", "turn", "reason")}
    return whole.astype(text)


def turn_face(key: str, job: Mapping[str, Any]) -> dict[str, Any]:
    """Make all turned copies of one photo; for the arguments see ``crop_jobs``, and ``head``."""
    try:
        return _turn(job)
    except NotRead:
        raise
    except BadInput as error:
        return {"reason": error.field or "cannot be read"}


def _turn(job: Mapping[str, Any]) -> dict[str, Any]:
    face = face_in_box(job)
    if face is None:
        return {"reason": "no face inside"}
    photo = decode_for(job, face, FINE_SIZE)
    landmarks = scaled_landmarks(face.landmarks, photo.scale)
    # The camera looks at the face: where in the photo it stands says nothing of its turn.
    seen = Face(face.box * photo.scale, face.score, landmarks, face.person)
    try:
        fitted = _fitter(job["head"]).fit(seen, face_square(landmarks))
    except np.linalg.LinAlgError:
        return {"reason": "bad fit"}
    if fitted.residual > MAX_RESIDUAL:
        return {"reason": "bad fit"}
    work = fitted.relief.square.cut(photo.rgb, fitted.work_side)
    blobs = BlobStore(UPath(job["blobs"]))
    made: dict[str, Any] = {"reason": ""}
    for name, turn in TURNS.items():
        if turn.goes_too_far(fitted.fit.rotation):
            made[name] = {"reason": "turned too far"}
            continue
        turned = turn_head(work, fitted.relief, turn, landmarks, face_square, SIZE)
        made[name] = {
            "picture": blobs.put(encode_crop(turned.picture)),
            "landmarks": blobs.put(encode_landmarks(turned.landmarks)),
        }
    return made


def class_counts(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Pictures a class before and after, as the seeds' table has them (1495 → 4712 …).

    Args:
        before: crops with ``expression`` and ``split``.
        after: what :func:`add_turned_copies` returned.

    Returns:
        A row a class: ``expression``, ``train_before``, ``train_after``, ``all_before``,
        ``all_after``.
    """
    kept = after[after["kept"]]
    columns: dict[str, Counter[str]] = {
        "train_before": Counter(before.loc[before["split"] == "train", "expression"]),
        "train_after": Counter(kept.loc[kept["split"] == "train", "expression"]),
        "all_before": Counter(before["expression"]),
        "all_after": Counter(kept["expression"]),
    }
    classes = sorted(columns["all_before"])
    counts = {name: [count[c] for c in classes] for name, count in columns.items()}
    return pd.DataFrame({"expression": classes, **counts})


@cache
def _fitter(head_file: str) -> HeadFitter:
    return HeadFitter.load(Path(head_file))


def _copies_of(result: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """Picture, landmarks and reason of each turn: half the memory of the whole result."""
    reason = sys.intern(result["reason"])
    made = (result.get(name, {}) for name in TURNS)
    return tuple(
        (one.get("picture", ""), one.get("landmarks", ""), sys.intern(one.get("reason", reason)))
        for one in made
    )


def _blobs_of(result: Mapping[str, Any]) -> list[str]:
    copies = _copies_of(result)
    return [blob for picture, landmarks, _ in copies if picture for blob in (picture, landmarks)]
