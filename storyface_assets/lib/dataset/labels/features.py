"""What a face does, in numbers that leave out who it is as far as that can be done.

Landmarks aligned to the mean face and averaged with their mirror image, and the shape-free
appearance. A person's photos are compared with that person's mean: a face that looks sad at rest
is not sad.
"""

from typing import Final

import numpy as np

from storyface_assets.lib.dataset.face_appearance import LENGTH
from storyface_assets.lib.dataset.face_readings import FaceReading, FoundFace
from storyface_assets.lib.dataset.mean_face import align, mirror_landmarks

#: Components kept of the shape and of the appearance; each block gets the same weight.
COMPONENTS: Final = 60
#: Photos of nobody in particular that stand beside a person's own in the person's mean.
_STRANGERS = 2.0
#: Rows turned into double precision at once.
_ROWS = 4096
_FLIP = np.array([-1.0, 1.0, 1.0])


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


def compact(features: np.ndarray, person: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Features relative to the person's mean, in few components.

    Args:
        features: ``(N, D)`` of :func:`expression_features`.
        person: ``(N,)`` numbers of persons, from 0; a photo of nobody known has its own.

    Returns:
        Principal components of the shape and of the appearance, ``(N, K)`` float64 each, with a
        mean square length of 1.
    """
    rows = [slice(first, first + _ROWS) for first in range(0, len(features), _ROWS)]
    count = np.bincount(person).astype(float)
    own = np.zeros((len(count), features.shape[1]))
    for some in rows:
        np.add.at(own, person[some], features[some].astype(np.float64))
    mean = own.sum(0) / len(features)
    own = (own + _STRANGERS * mean) / (count + _STRANGERS)[:, None]
    cut = features.shape[1] - LENGTH
    return (
        _components(features[:, :cut], own[:, :cut], person, rows),
        _components(features[:, cut:], own[:, cut:], person, rows),
    )


def _components(
    features: np.ndarray, own: np.ndarray, person: np.ndarray, rows: list[slice]
) -> np.ndarray:
    def relative(some: slice) -> np.ndarray:
        return np.asarray(features[some].astype(np.float64) - own[person[some]])

    width = features.shape[1]
    total, products = np.zeros(width), np.zeros((width, width))
    for some in rows:
        part = relative(some)
        total += part.sum(0)
        products += part.T @ part
    mean = total / len(features)
    covariance = products / len(features) - np.outer(mean, mean)
    values, vectors = np.linalg.eigh(covariance)
    keep = np.argsort(values)[::-1][: min(COMPONENTS, width)]
    found = np.vstack([(relative(some) - mean) @ vectors[:, keep] for some in rows])
    length = np.sqrt((found**2).sum(1).mean())
    return found / max(length, 1e-12)
