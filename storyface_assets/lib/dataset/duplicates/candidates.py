"""Pairs of photos whose hashes are near enough to be worth comparing."""

import numpy as np

from storyface_assets.lib.dataset.duplicates.hamming import near_pairs
from storyface_assets.lib.dataset.duplicates.hashes import Hashes

#: Most differing bits of 128 for each of the two hashes. Measured on rendered and real portraits
#: (the table of the asset's metadata shows it for every set): copies of all kinds lie within 9 by
#: the face, or within 10 by the whole picture unless cropped; strangers begin at about 14.
WHOLE_RADIUS = 12
FACE_RADIUS = 12
#: Later photos that each is paired with, by each of its hashes: the nearest. Copies of one picture
#: are joined by a chain as well; strangers in a crowd of look-alikes must not all be compared.
MOST_NEAR = 128
#: Half of a phash's bits are set, for they are above its median; only where most of the picture is
#: one colour (a black frame, an empty wall) most of its parts are equal, and fewer are above.
#: Verification cannot align two such pictures either.
_FLAT_BITS = 16


def candidate_pairs(
    hashes: Hashes,
    whole_radius: int = WHOLE_RADIUS,
    face_radius: int = FACE_RADIUS,
    workers: int | None = None,
) -> np.ndarray:
    """Pairs that are near by the whole picture or by the aligned face.

    Hashes of flat pictures say nothing and make no pair.

    Args:
        hashes: of photos that each are there once; photos with a problem are in no pair.
        whole_radius: most differing bits of the whole picture's 128.
        face_radius: likewise of the face's.
        workers: threads.

    Returns:
        ``(K, 3)`` int32: i < j into ``hashes``, and the smaller distance; nearest first.
    """
    readable = hashes.problem == ""
    found = [
        _pairs_of(hashes.whole, readable, whole_radius, workers),
        _pairs_of(hashes.face, readable & hashes.has_face, face_radius, workers),
    ]
    pairs = np.concatenate(found)
    pairs = pairs[np.lexsort((pairs[:, 2], pairs[:, 1], pairs[:, 0]))]
    first = np.ones(len(pairs), bool)
    first[1:] = (pairs[1:, :2] != pairs[:-1, :2]).any(1)
    pairs = pairs[first]
    return pairs[np.argsort(pairs[:, 2], kind="stable")]


def _pairs_of(
    words: np.ndarray, chosen: np.ndarray, radius: int, workers: int | None
) -> np.ndarray:
    rows = np.flatnonzero(chosen & (np.bitwise_count(words[:, 0]) > _FLAT_BITS))
    pairs = near_pairs(words[rows], radius, workers, most=MOST_NEAR)
    pairs[:, :2] = rows[pairs[:, :2]]
    return pairs
