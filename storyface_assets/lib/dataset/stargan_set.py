"""What StarGAN trains on: CelebA's faces and our own in one framing, with label vectors.

A folder holds up to five sets of packed pictures, each split as its source is::

    celeba/{train,validation,test}    label vectors with attributes (mask CelebA)
    custom/{train,validation,test}    label vectors with an emotion (mask Custom)
    neutral/{train,validation,test}   no class: faces to be changed, as portraits will be
    pairs/train                       one moment of a person in every expression, rendered
    attribute_pairs/train             one in other hair colours, gender and age, rendered

The index of the first two and of the last has a column a number of the label vector
(:mod:`~storyface_assets.lib.stargan.label_vectors`) and ``weight`` for balanced sampling.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from storyface_assets.lib.dataset.balance import balanced_weights
from storyface_assets.lib.dataset.decoding import decode_photo
from storyface_assets.lib.dataset.packed_pictures import open_split
from storyface_assets.lib.dataset.photo_source import PhotoSource
from storyface_assets.lib.dataset.picture_shards import PackedPictures, pack_pictures
from storyface_assets.lib.dataset.schema import SPLITS
from storyface_assets.lib.dataset.training_sets import resized
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.stargan.label_vectors import (
    ATTRIBUTES,
    EMOTIONS,
    HAIR,
    NAMES,
    celeba_vector,
    check_vectors,
    emotion_vector,
    has_two_hair_colours,
)

#: StarGAN cuts the middle 178 × 178 out of CelebA's aligned 178 × 218 pictures.
CELEBA_CROP: Final = 178
CELEBA_HEIGHT: Final = 218
NEUTRAL: Final = "neutral"


def write_celeba(celeba: pd.DataFrame, photos: Path, folder: Path, size: int) -> pd.DataFrame:
    """Pack CelebA's pictures, split as CelebA's own partition says.

    Args:
        celeba: rows with ``photo``, ``split``, the five attributes (−1, 1, or 0 where unknown),
            ``kept``.
        photos: CelebA's folder.
        folder: of the whole set.
        size: side of the packed pictures, pixels.

    Returns:
        The rows with ``kept`` and ``reason``: two hair colours at once, an unknown attribute, or
        a bad picture.
    """
    rows = celeba[celeba["kept"]].drop(columns=["kept", "reason"], errors="ignore")
    numbers = rows[list(ATTRIBUTES)].to_numpy(int)
    unknown, two = (numbers == 0).any(1), has_two_hair_colours(numbers)
    reason = np.select([unknown, two], ["attribute unknown", "two hair colours"], "")
    refused = rows.assign(kept=False, reason=reason)[reason != ""]
    read = celeba_reader(photos, size)
    told = [refused]
    for split in SPLITS:
        part = rows[(reason == "") & (rows["split"] == split)]
        given = part[list(ATTRIBUTES)].to_numpy(int)
        vectors = [celeba_vector(dict(zip(ATTRIBUTES, row, strict=True))) for row in given]
        part = with_vectors(part, vectors)
        hair = part[list(HAIR)].to_numpy(int) @ (1, 2, 3)
        part["weight"] = balanced_weights(part.assign(hair=hair), ["hair", "Male", "Young"])
        told.append(pack_pictures(part, read, folder / "celeba" / split, size, f"CelebA {split}"))
    return pd.concat(told, ignore_index=True)


def write_custom(emotion_splits: Path, folder: Path, size: int) -> pd.DataFrame:
    """Pack our own pictures, split as they are: four emotions, and neutral faces apart.

    Args:
        emotion_splits: what ``emotion_splits`` stored.
        folder: of the whole set.
        size: side of the packed pictures, pixels.

    Returns:
        The rows with ``set`` (custom or neutral), ``kept`` and ``reason``.
    """
    told = []
    for split in SPLITS:
        packed = open_split(emotion_splits, split)
        rows = packed.index.drop(columns=["shard", "row"]).assign(place=np.arange(len(packed)))
        is_neutral = rows["expression"] == NEUTRAL
        known = rows["expression"].isin([name.lower() for name in EMOTIONS])
        custom, read = rows[known], _packed_reader(packed, size)
        custom = with_vectors(custom, [emotion_vector(e) for e in custom["expression"]])
        custom["weight"] = balanced_weights(custom, ["expression"])
        for name, part in (("custom", custom), ("neutral", rows[is_neutral])):
            part = part.reset_index(drop=True)
            target = folder / name / split
            told.append(pack_pictures(part, read, target, size, f"{name} {split}").assign(set=name))
        other = rows[~known & ~is_neutral]
        told.append(other.assign(set="", kept=False, reason="no emotion of the label vector"))
    return pd.concat(told, ignore_index=True)


def write_facts(folder: Path, size: int) -> dict[str, dict[str, int]]:
    """Write ``facts.json``: the size, the label's numbers, pictures by set and split.

    Returns:
        Pictures by set and split.
    """
    counts: dict[str, dict[str, int]] = {}
    for index in sorted(folder.glob("*/*/index.parquet")):
        rows = pd.read_parquet(index, columns=["shard"])
        counts.setdefault(index.parts[-3], {})[index.parts[-2]] = len(rows)
    facts = {"size": size, "label": list(NAMES), "pictures": counts}
    (folder / "facts.json").write_text(json.dumps(facts, indent=1) + "\n", "utf-8")
    return counts


def celeba_reader(photos: Path, size: int) -> Callable[[Any], np.ndarray]:
    """Reads rows with a ``photo``: the middle square of an aligned picture, resized."""
    source = PhotoSource(photos)

    def read(row: Any) -> np.ndarray:
        rgb = decode_photo(source.read(row.photo), name=row.photo).rgb
        return resized(middle_square(rgb), size)

    return read


def middle_square(rgb: np.ndarray) -> np.ndarray:
    """The middle 178 pixels of an aligned CelebA picture ``(218, 178, 3)``.

    Raises:
        BadInput: the picture has not CelebA's width, so it is another face crop.
    """
    height, width = rgb.shape[:2]
    if width != CELEBA_CROP or height < CELEBA_CROP:
        problem = f"has {width} × {height} pixels, not 178 × 218."
        raise BadInput("CelebA picture", "not aligned", problem, "Take img_align_celeba.")
    top = (height - CELEBA_CROP) // 2
    return rgb[top : top + CELEBA_CROP]


def _packed_reader(packed: PackedPictures, size: int) -> Callable[[Any], np.ndarray]:
    return lambda row: resized(packed[row.place], size)


def with_vectors(rows: pd.DataFrame, vectors: list[np.ndarray]) -> pd.DataFrame:
    """The rows with a column a number of their label vectors."""
    numbers = np.array(vectors, np.uint8).reshape(-1, len(NAMES))
    check_vectors(numbers)
    columns: Mapping[str, np.ndarray] = dict(zip(NAMES, numbers.T, strict=True))
    return rows.drop(columns=list(NAMES), errors="ignore").reset_index(drop=True).assign(**columns)
