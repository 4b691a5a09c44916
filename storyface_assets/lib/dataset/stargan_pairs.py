"""The studio's pairs for StarGAN, for a paired loss.

One moment of a person in every expression, and one in other hair colours, gender and age.
"""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from storyface_assets.lib.dataset.crop_frame import face_square
from storyface_assets.lib.dataset.decoding import decode_photo
from storyface_assets.lib.dataset.face_readings import FaceReading, face_readings
from storyface_assets.lib.dataset.photo_source import PhotoSource
from storyface_assets.lib.dataset.picture_shards import pack_pictures
from storyface_assets.lib.dataset.stargan_set import NEUTRAL, celeba_reader, with_vectors
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.images.square import PixelSquare
from storyface_assets.lib.stargan.label_vectors import ATTRIBUTES, celeba_vector
from storyface_assets.lib.store import content_hash
from storyface_assets.vocabulary import FACE_EXPRESSIONS

LIST_NAME: Final = "pairs.parquet"
#: The sets of pairs that a training set may hold.
PAIRS: Final = "pairs"
ATTRIBUTE_PAIRS: Final = "attribute_pairs"
#: Beside a set's pictures: ``marks`` ``(N, 478, 2)``, landmarks in shares of the side, not numbers
#: where no face is found.
MARKS_NAME: Final = "marks.npz"
_LANDMARKS: Final = 478


def write_pairs(
    pairs_dir: Path,
    persons: Collection[str],
    cache_dir: Path,
    folder: Path,
    size: int,
    workers: int | None = None,
) -> pd.DataFrame:
    """Pack the pairs of some persons, framed as crops are.

    One square a scene, around its neutral face: the pictures of a scene must lie on each other.

    Args:
        pairs_dir: with ``pairs.parquet`` and the pictures it lists; may be missing.
        persons: those of the train split; others' pairs would leak.
        cache_dir: landmark models and kept face readings.
        folder: of the whole set; ``pairs/train`` is made in it.
        size: side of the packed pictures, pixels.
        workers: processes that look for faces.

    Returns:
        A row a picture of these persons with ``kept`` and ``reason``. The index has ``person``,
        ``scene``, ``expression`` and ``intensity``; pictures of a scene follow each other in the
        order of ``FACE_EXPRESSIONS``.
    """
    pairs = _listed(pairs_dir, persons)
    scenes = pairs["person"] + " " + pairs["scene"].astype("str")
    whole = scenes.map(scenes.value_counts()) == len(FACE_EXPRESSIONS)
    marks = _landmarks(pairs[whole], pairs_dir, cache_dir, workers)
    neutral = (pairs["expression"] == NEUTRAL) & pairs["photo"].isin(marks.keys())
    squares = {scenes[row]: face_square(marks[pairs["photo"][row]]) for row in pairs.index[neutral]}
    found = scenes.isin(squares.keys())
    reason = np.where(whole, "no face", "scene not whole")
    refused = pairs.assign(kept=False, reason=reason)[~(whole & found)]
    rows = pairs.assign(scene_key=scenes)[whole & found].reset_index(drop=True)
    target = folder / PAIRS / "train"
    told = pack_pictures(rows, _reader(pairs_dir, squares, size), target, size, "pairs")
    kept = told[told["kept"].astype(bool)]
    shares = [_shares(marks.get(row.photo), squares[row.scene_key]) for row in kept.itertuples()]
    np.savez(target / MARKS_NAME, marks=np.array(shares, np.float32).reshape(-1, _LANDMARKS, 2))
    return pd.concat([told.drop(columns="scene_key"), refused], ignore_index=True)


def write_attribute_pairs(pairs_dir: Path, folder: Path, size: int) -> pd.DataFrame:
    """Pack the scenes in other hair colours, gender and age, framed as CelebA's pictures are.

    Args:
        pairs_dir: with ``pairs.parquet`` and the pictures it lists, all of training people; may be
            missing.
        folder: of the whole set; ``attribute_pairs/train`` is made in it.
        size: side of the packed pictures, pixels.

    Returns:
        A row a picture with ``kept`` and ``reason``. The index has ``person``, ``scene``,
        ``variant`` and the numbers of the label vector; a scene's pictures follow each other.
    """
    columns = ["person", "scene", "variant", "photo", *ATTRIBUTES]
    if (pairs_dir / LIST_NAME).is_file():
        rows = pd.read_parquet(pairs_dir / LIST_NAME, columns=columns)
    else:
        rows = pd.DataFrame(columns=columns).astype({"person": "str", "photo": "str"})
    rows = rows.sort_values(["person", "scene", "photo"], kind="stable").reset_index(drop=True)
    given = rows[list(ATTRIBUTES)].to_numpy(int)
    vectors = [celeba_vector(dict(zip(ATTRIBUTES, row, strict=True))) for row in given]
    rows = with_vectors(rows.drop(columns=list(ATTRIBUTES)), vectors)
    read, target = celeba_reader(pairs_dir, size), folder / ATTRIBUTE_PAIRS / "train"
    return pack_pictures(rows, read, target, size, "attribute pairs")


def _listed(pairs_dir: Path, persons: Collection[str]) -> pd.DataFrame:
    columns = ["person", "scene", "expression", "photo", "intensity"]
    if not (pairs_dir / LIST_NAME).is_file():
        return pd.DataFrame(columns=columns).astype({"person": "str", "photo": "str"})
    pairs = pd.read_parquet(pairs_dir / LIST_NAME, columns=columns)
    pairs = pairs[pairs["person"].isin(list(persons))]
    order = pairs["expression"].map({name: k for k, name in enumerate(FACE_EXPRESSIONS)})
    pairs = pairs.assign(order=order).sort_values(["person", "scene", "order"], kind="stable")
    return pairs.drop(columns="order").reset_index(drop=True)


def _landmarks(
    pairs: pd.DataFrame, pairs_dir: Path, cache_dir: Path, workers: int | None
) -> dict[str, np.ndarray]:
    """``(478, 3)`` of each picture in which a face is found, by its name."""
    source = PhotoSource(pairs_dir)
    sums = [_sum_of(source, photo) for photo in pairs["photo"]]
    if not any(sums):
        return {}
    readings = face_readings(pairs.assign(sha256=sums), pairs_dir, cache_dir, workers, _largest)
    found = {photo: readings.get(s) for photo, s in zip(pairs["photo"], sums, strict=True)}
    return {photo: marks for photo, marks in found.items() if marks is not None}


def _largest(reading: FaceReading) -> np.ndarray | None:
    return reading.faces[0].landmarks if reading.faces else None


def _shares(marks: np.ndarray | None, square: PixelSquare) -> np.ndarray:
    if marks is None:
        return np.full((_LANDMARKS, 2), np.nan, np.float32)
    return (marks[:, :2] + 0.5 - (square.left, square.top)) / square.side


def _sum_of(source: PhotoSource, photo: str) -> str:
    try:
        return content_hash(source.read(photo))
    except BadInput:
        return ""


def _reader(
    pairs_dir: Path, squares: dict[str, PixelSquare], size: int
) -> Callable[[Any], np.ndarray]:
    source = PhotoSource(pairs_dir)

    def read(row: Any) -> np.ndarray:
        rgb = decode_photo(source.read(row.photo), name=row.photo).rgb
        return squares[row.scene_key].cut(rgb, size)

    return read
