"""What a face does, in numbers that leave out who it is as far as that can be done.

Landmarks aligned to the mean face and averaged with their mirror image, and the shape-free
appearance. A person's photos are compared with that person's mean: a face that looks sad at rest
is not sad.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from storyface_assets.lib.dataset.face_appearance import LENGTH
from storyface_assets.lib.dataset.face_readings import FaceReading, FoundFace, face_readings
from storyface_assets.lib.dataset.mean_face import align, mirror_landmarks

#: Components kept of the shape and of the appearance; each block gets the same weight.
COMPONENTS: Final = 60
#: Photos of nobody in particular that stand beside a person's own in the person's mean.
_STRANGERS = 2.0
#: Rows turned into double precision at once.
_ROWS = 4096
_FLIP = np.array([-1.0, 1.0, 1.0])
#: Numbers of a face: three of each landmark that is no other's mirror image, and the appearance.
WIDTH: Final = 3 * int((mirror_landmarks() >= np.arange(478)).sum()) + LENGTH


def expression_features(reading: FaceReading) -> np.ndarray | None:
    """Numbers of a photo's largest face, ``(shape + appearance,)`` float16; ``None`` without one.

    Half precision (a two-thousandth of the eye distance) because half a million are kept at once.
    """
    if not reading.faces:
        return None
    face = reading.faces[0]
    return np.concatenate([_shape(face), face.appearance / 255]).astype(np.float16)


def _shape(face: FoundFace) -> np.ndarray:
    (aligned,) = align(face.landmarks[None].astype(np.float64))
    partner = mirror_landmarks()
    even = (aligned + aligned[partner] * _FLIP) / 2
    return np.asarray(even[partner >= np.arange(len(partner))].ravel())


class FeatureTable(Mapping[str, np.ndarray | None]):
    """Features by SHA-256 in one array, ``None`` where there is no face: 3.1 kB a photo.

    With all that the review holds beside it the peak is 7.2 kB a photo (measured on 100,000).

    Args:
        kept: ``(N, D)``.
        row: of each photo in it, or ``None``.
    """

    def __init__(self, kept: np.ndarray, row: Mapping[str, int | None]) -> None:
        self._kept, self._row = kept, row

    def __getitem__(self, key: str) -> np.ndarray | None:
        """Not a copy."""
        row = self._row[key]
        return None if row is None else self._kept[row]

    def __iter__(self) -> Iterator[str]:
        return iter(self._row)

    def __len__(self) -> int:
        return len(self._row)


def read_features(
    table: pd.DataFrame, source_root: Path, cache_dir: Path, workers: int | None = None
) -> FeatureTable:
    """:func:`expression_features` of all photos of a table; see ``face_readings``."""
    kept = np.empty((table["sha256"].nunique(), WIDTH), np.float16)
    free = count()

    def keep(reading: FaceReading) -> int | None:
        features = expression_features(reading)
        if features is None:
            return None
        row = next(free)
        kept[row] = features
        return row

    return FeatureTable(kept, face_readings(table, source_root, cache_dir, workers, keep))


class ChosenFeatures:
    """Some photos' features as an array ``(N, D)`` of which only what is asked for is copied.

    Args:
        features: by SHA-256.
        keys: of photos that have some.
    """

    def __init__(self, features: Mapping[str, np.ndarray | None], keys: Sequence[str]) -> None:
        self._features, self._keys = features, np.asarray(keys, object)

    @property
    def shape(self) -> tuple[int, int]:
        """N and D."""
        return len(self._keys), len(np.asarray(self._features[self._keys[0]]))

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        """A copy of some rows."""
        return np.stack([np.asarray(self._features[key]) for key in self._keys[rows]])


def compact(
    features: np.ndarray | ChosenFeatures, person: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Features relative to the person's mean, in few components.

    Beside the features it holds what it returns (1 kB a photo) and some 4,096 photos, whole
    people, in double precision (about 150 MB, whatever N is).

    Args:
        features: ``(N, D)`` of :func:`expression_features`.
        person: ``(N,)`` numbers of persons, from 0; a photo of nobody known has its own.

    Returns:
        Principal components of the shape and of the appearance, ``(N, K)`` float64 each, with a
        mean square length of 1.
    """
    n, width = features.shape
    order = np.argsort(person, kind="stable")
    batches = _whole_people(order, person)
    mean = np.add.reduce([features[rows].sum(0, dtype=np.float64) for rows in batches]) / n
    parts = slice(0, width - LENGTH), slice(width - LENGTH, width)
    total = np.zeros(width)
    products = [np.zeros((part.stop - part.start,) * 2) for part in parts]
    for rows in batches:
        relative = _relative(features[rows], person[rows], mean)
        total += relative.sum(0)
        for part, product in zip(parts, products, strict=True):
            product += relative[:, part].T @ relative[:, part]
    middle = total / n
    axes = [_axes(b / n, middle[a]) for a, b in zip(parts, products, strict=True)]
    found = [np.empty((n, axis.shape[1])) for axis in axes]
    for rows in batches:
        relative = _relative(features[rows], person[rows], mean) - middle
        for part, axis, points in zip(parts, axes, found, strict=True):
            points[rows] = relative[:, part] @ axis
    return _of_length_1(found[0]), _of_length_1(found[1])


def _whole_people(order: np.ndarray, person: np.ndarray) -> list[np.ndarray]:
    """Rows sorted by person, cut between people into about ``_ROWS`` each."""
    starts = np.flatnonzero(np.diff(person[order], prepend=-1))
    cuts = starts[np.unique(starts // _ROWS, return_index=True)[1]]
    return np.split(order, cuts[1:])


def _relative(features: np.ndarray, person: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Features of whole people, sorted by person, less each one's own mean; float64."""
    exact = features.astype(np.float64)
    starts = np.flatnonzero(np.diff(person, prepend=-1))
    photos = np.diff(starts, append=len(person))
    own = np.add.reduceat(exact, starts)
    own = (own + _STRANGERS * mean) / (photos + _STRANGERS)[:, None]
    exact -= np.repeat(own, photos, axis=0)
    return exact


def _axes(products: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """The directions of most variance, a column each."""
    values, vectors = np.linalg.eigh(products - np.outer(mean, mean))
    return np.asarray(vectors[:, np.argsort(values)[::-1][:COMPONENTS]])


def _of_length_1(points: np.ndarray) -> np.ndarray:
    points /= max(float(np.sqrt(np.einsum("ij,ij->", points, points) / len(points))), 1e-12)
    return points
