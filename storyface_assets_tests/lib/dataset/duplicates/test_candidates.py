"""Which photos are worth comparing: as many as photos, not as pairs of them, whatever they show."""

import numpy as np
import pytest

from storyface_assets.lib.dataset.duplicates.candidates import MOST_NEAR, candidate_pairs
from storyface_assets.lib.dataset.duplicates.hashes import Hashes

#: Sees all of a picture: half of the bits of the phash are set.
TELLING = 0x00000000FFFFFFFF
FLAT = 1 << 63


def hashes_of(whole, face=None):
    """``whole`` and ``face``: ``(N, 2)`` uint64."""
    count = len(whole)
    return Hashes(
        sha256=np.array([f"{i:064}" for i in range(count)], object),
        whole=np.asarray(whole, np.uint64),
        face=np.zeros((count, 2), np.uint64) if face is None else np.asarray(face, np.uint64),
        has_face=np.full(count, face is not None),
        sharpness=np.zeros(count),
        pixels=np.ones(count, np.int64),
        problem=np.full(count, "", object),
    )


@pytest.mark.parametrize("phash", [0, FLAT, FLAT | 1])
def test_pictures_that_show_nothing_are_in_no_pair(phash):
    """Fault: black photos have one hash, and each is compared with each other."""
    assert not len(candidate_pairs(hashes_of([(phash, 0)] * 500)))


def test_a_flat_picture_is_found_by_its_face():
    """Fault: an even wall around a face takes the photo out of the search."""
    faces = [(TELLING, 7), (TELLING, 3)]
    pairs = candidate_pairs(hashes_of([(FLAT, 0)] * 2, faces))
    assert pairs.tolist() == [[0, 1, 1]]


def test_one_hash_of_thousands_makes_pairs_in_line_with_their_number():
    """Fault: five thousand photos with one hash are twelve million pairs."""
    pairs = candidate_pairs(hashes_of([(TELLING, 5)] * 5000))
    assert len(pairs) <= 5000 * MOST_NEAR
    assert np.array_equal(np.unique(pairs[:, :2]), np.arange(5000))


def test_in_a_crowd_the_nearest_are_found():
    """Fault: the limit leaves out the copy instead of the strangers."""
    rng = np.random.default_rng(0)
    crowd = TELLING ^ (1 << rng.integers(0, 64, (3000, 6)).astype(np.uint64)).sum(1, np.uint64)
    second = np.zeros(3000, np.uint64)
    second[[10, 2990]] = 2**40
    crowd[2990] = crowd[10]
    pairs = candidate_pairs(hashes_of(np.stack([crowd, second], 1)))
    assert [10, 2990, 0] in pairs.tolist()
