"""The studio's pairs for StarGAN, for a paired loss.

One moment of a person in every expression, and one in other hair colours, gender and age.
"""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from storyface_assets.lib.dataset.crop_frame import face_square
from storyface_assets.lib.dataset.decoding import decode_photo
from storyface_assets.lib.dataset.face_marks import marks_in_crops, save_marks
from storyface_assets.lib.dataset.face_readings import FaceReading, face_readings
from storyface_assets.lib.dataset.photo_source import PhotoSource
from storyface_assets.lib.dataset.picture_shards import pack_pictures
from storyface_assets.lib.dataset.stargan_set import (
    CELEBA_CROP,
    CELEBA_HEIGHT,
    NEUTRAL,
    celeba_reader,
    with_vectors,
)
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.images.square import PixelSquare
from storyface_assets.lib.stargan.label_vectors import ATTRIBUTES, celeba_vector
from storyface_assets.lib.store import content_hash
from storyface_assets.vocabulary import FACE_EXPRESSIONS

LIST_NAME: Final = "pairs.parquet"
#: The sets of pairs that a training set may hold.
PAIRS: Final = "pairs"
ATTRIBUTE_PAIRS: Final = "attribute_pairs"
#: The variant of a scene with the person old and grey.
GREY: Final = "grey"
#: Column of ``pairs.parquet`` with the points of each face, x and y in turn, pixels; sets that the
#: studio made before have none.
_MESH: Final = "mesh"


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
        order of ``FACE_EXPRESSIONS``. The points of the faces lie beside it (``face_marks``).
    """
    pairs = _listed(pairs_dir, persons)
    scenes = pairs["person"] + " " + pairs["scene"].astype("str")
    whole = scenes.map(scenes.value_counts()) == len(FACE_EXPRESSIONS)
    squares = _squares(
        pairs[whole & (pairs["expression"] == NEUTRAL)], pairs_dir, cache_dir, workers
    )
    found = scenes.isin(squares.keys())
    reason = np.where(whole, "no face", "scene not whole")
    refused = pairs.assign(kept=False, reason=reason)[~(whole & found)]
    rows = pairs.assign(scene_key=scenes)[whole & found].reset_index(drop=True)
    cut = [squares[key] for key in rows["scene_key"]]
    corners, sides = [(one.left, one.top) for one in cut], [one.side for one in cut]
    read, target = _reader(pairs_dir, squares, size), folder / PAIRS / "train"
    told = _pack(rows, read, target, size, corners, sides)
    refused = refused.drop(columns=_MESH, errors="ignore")
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
        ``variant`` and the numbers of the label vector; a scene's pictures follow each other. The
        points of the faces lie beside it.
    """
    rows = _table(pairs_dir, ["person", "scene", "variant", "photo", *ATTRIBUTES])
    rows = rows.sort_values(["person", "scene", "photo"], kind="stable").reset_index(drop=True)
    given = rows[list(ATTRIBUTES)].to_numpy(int)
    vectors = [celeba_vector(dict(zip(ATTRIBUTES, row, strict=True))) for row in given]
    rows = with_vectors(rows.drop(columns=list(ATTRIBUTES)), vectors)
    read, target = celeba_reader(pairs_dir, size), folder / ATTRIBUTE_PAIRS / "train"
    corner = (0, (CELEBA_HEIGHT - CELEBA_CROP) // 2)
    return _pack(rows, read, target, size, [corner] * len(rows), [CELEBA_CROP] * len(rows))


def _table(pairs_dir: Path, columns: list[str]) -> pd.DataFrame:
    """The list with these columns, and the points of the faces if it has them."""
    if not (pairs_dir / LIST_NAME).is_file():
        return pd.DataFrame(columns=columns).astype({"person": "str", "photo": "str"})
    rows = pd.read_parquet(pairs_dir / LIST_NAME)
    return rows[[*columns, *([_MESH] if _MESH in rows else [])]]


def _pack(
    rows: pd.DataFrame,
    read: Callable[[Any], np.ndarray],
    folder: Path,
    size: int,
    corners: Sequence[tuple[int, int]],
    sides: Sequence[int],
) -> pd.DataFrame:
    """Pack pictures, and the points of their faces where these are known."""
    known = _MESH in rows and not rows.empty
    marks = marks_in_crops(rows[_MESH].tolist(), corners, sides) if known else None
    work = folder.parent.name.replace("_", " ")
    told = pack_pictures(rows.drop(columns=_MESH, errors="ignore"), read, folder, size, work)
    if marks is not None:
        save_marks(folder, marks[told["kept"].to_numpy(bool)])
    return told


def _listed(pairs_dir: Path, persons: Collection[str]) -> pd.DataFrame:
    pairs = _table(pairs_dir, ["person", "scene", "expression", "photo", "intensity"])
    pairs = pairs[pairs["person"].isin(list(persons))]
    order = pairs["expression"].map({name: k for k, name in enumerate(FACE_EXPRESSIONS)})
    pairs = pairs.assign(order=order).sort_values(["person", "scene", "order"], kind="stable")
    return pairs.drop(columns="order").reset_index(drop=True)


def _squares(
    neutral: pd.DataFrame, pairs_dir: Path, cache_dir: Path, workers: int | None
) -> dict[str, PixelSquare]:
    """The crop of each scene in whose neutral picture a face is found."""
    source = PhotoSource(pairs_dir)
    sums = [_sum_of(source, photo) for photo in neutral["photo"]]
    if not any(sums):
        return {}
    readings = face_readings(neutral.assign(sha256=sums), pairs_dir, cache_dir, workers, _square)
    scenes = neutral["person"] + " " + neutral["scene"].astype("str")
    found = {scene: readings.get(s) for scene, s in zip(scenes, sums, strict=True)}
    return {scene: square for scene, square in found.items() if square is not None}


def _sum_of(source: PhotoSource, photo: str) -> str:
    try:
        return content_hash(source.read(photo))
    except BadInput:
        return ""


def _square(reading: FaceReading) -> PixelSquare | None:
    return face_square(reading.faces[0].landmarks) if reading.faces else None


def _reader(
    pairs_dir: Path, squares: dict[str, PixelSquare], size: int
) -> Callable[[Any], np.ndarray]:
    source = PhotoSource(pairs_dir)

    def read(row: Any) -> np.ndarray:
        rgb = decode_photo(source.read(row.photo), name=row.photo).rgb
        return squares[row.scene_key].cut(rgb, size)

    return read
