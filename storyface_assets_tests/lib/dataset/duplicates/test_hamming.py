"""All near pairs, exactly those, whatever the number of hashes and the blocks."""

from itertools import combinations

import imagehash
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from storyface_assets.lib.dataset.duplicates import hamming
from storyface_assets.lib.dataset.duplicates.hamming import near_pairs, near_pairs_in_blocks
from storyface_assets.lib.dataset.duplicates.hashes import pack
from storyface_assets.lib.errors import BadInput


def naive(hashes, radius):
    """Bit by bit, in Python's integers."""
    whole = [int.from_bytes(row.astype(">u8").tobytes()) for row in hashes]
    found = []
    for (i, a), (j, b) in combinations(enumerate(whole), 2):
        distance = (a ^ b).bit_count()
        if distance <= radius:
            found.append([i, j, distance])
    return found


#: Words of few bits, so that pairs of every distance are common.
WORDS = st.one_of(
    st.integers(0, 2**64 - 1), st.integers(0, 7), st.integers(0, 7).map(lambda n: n << 61)
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_same_pairs_as_bit_by_bit(data):
    words = data.draw(st.integers(1, 4))
    count = data.draw(st.integers(0, 25))
    hashes = data.draw(arrays(np.uint64, (count, words), elements=WORDS))
    radius = data.draw(st.integers(0, 64 * words))
    block = data.draw(st.integers(1, 30))
    assert near_pairs(hashes, radius, 1, block).tolist() == naive(hashes, radius)


@pytest.mark.parametrize("words", [1, 2, 3])
@pytest.mark.parametrize("count", [0, 1, 2, 299, 300, 301, 600, 601])
def test_the_last_of_a_block_and_the_first_of_the_next_are_compared(count, words):
    # Guards the edges of tiles and of runs of columns: 300 a tile, 256 a run.
    rng = np.random.default_rng(count)
    hashes = rng.integers(0, 2**64, (count, words), dtype=np.uint64)
    expected = []
    for edge in (1, 256, 300, 600):
        if edge < count:
            hashes[edge] = hashes[edge - 1] ^ np.uint64(1 << 63)
            expected.append([edge - 1, edge, words])
    found = near_pairs(hashes, 3, 2, block=300)
    assert found.tolist() == expected


def test_radius_0_finds_equal_ones_alone_and_radius_64_everything():
    hashes = np.array([[5], [4], [5], [2**64 - 1], [0]], np.uint64)
    assert near_pairs(hashes, 0).tolist() == [[0, 2, 0]]
    everything = near_pairs(hashes, 64)
    assert len(everything) == 10 and [3, 4, 64] in everything.tolist()


def test_a_negative_radius_finds_nothing():
    # Guards against it turning into a huge unsigned number.
    assert not len(near_pairs(np.zeros((9, 1), np.uint64), -1))


def test_a_tile_with_more_pairs_than_expected_loses_none(monkeypatch):
    monkeypatch.setattr(hamming, "_ROOM", 10)
    assert len(near_pairs(np.zeros((200, 1), np.uint64), 0, 2, block=64)) == 200 * 199 // 2


def test_only_a_block_of_pairs_is_held():
    # Guards the bound of memory: 1,000 equal hashes have half a million pairs.
    blocks = near_pairs_in_blocks(np.zeros((1000, 2), np.uint64), 0, 1, block=100)
    assert max(len(pairs) for pairs in blocks) <= 100 * 100


@pytest.mark.parametrize("bad", [np.zeros(3, np.uint64), np.zeros((3, 1), np.int64)])
def test_unpacked_hashes_are_refused(bad):
    with pytest.raises(BadInput, match="uint64"):
        near_pairs(bad, 3)


def test_distances_are_those_of_imagehash():
    # Guards the packing: a bit lost or counted twice changes distances.
    rng = np.random.default_rng(0)
    objects = [imagehash.ImageHash(rng.random((8, 8)) < 0.5) for _ in range(30)]
    found = near_pairs(np.array([pack(one) for one in objects]), 64)
    assert all(objects[i] - objects[j] == distance for i, j, distance in found)


def test_faiss_says_the_same():
    faiss = pytest.importorskip("faiss", reason="FAISS is not installed; it is not needed")
    rng = np.random.default_rng(1)
    hashes = rng.integers(0, 2**64, (500, 1), dtype=np.uint64)
    hashes[1::2] = hashes[::2] ^ np.uint64(0b1011)
    index = faiss.IndexBinaryFlat(64)
    index.add(hashes.view(np.uint8).reshape(500, 8))
    limits, distances, others = index.range_search(hashes.view(np.uint8).reshape(500, 8), 21)
    found = {
        (i, int(others[k]), int(distances[k]))
        for i in range(500)
        for k in range(limits[i], limits[i + 1])
        if i < others[k] and distances[k] <= 20
    }
    assert found == {tuple(pair) for pair in near_pairs(hashes, 20).tolist()}


@pytest.mark.parametrize("block", [7, 64, 1000])
@pytest.mark.parametrize("words", [1, 2, 3])
def test_only_the_nearest_of_each_when_asked(words, block):
    """Fault: the limit counts by tile, takes the first instead of the nearest, or loses some."""
    rng = np.random.default_rng(9)
    hashes = rng.integers(0, 64, (150, words)).astype(np.uint64)  # all near, many the same
    hashes[100:] = hashes[0]
    everything = naive(hashes, 9)
    wanted = []
    for i in range(len(hashes)):
        mine = sorted((pair for pair in everything if pair[0] == i), key=lambda p: (p[2], p[1]))
        wanted += sorted(mine[:5])
    assert near_pairs(hashes, 9, 1, block, most=5).tolist() == wanted


def test_a_limit_bounds_what_is_held():
    """Fault: the pairs of a crowd are all found before most are thrown away."""
    blocks = near_pairs_in_blocks(np.zeros((2000, 2), np.uint64), 3, 1, block=500, most=4)
    assert max(map(len, blocks)) <= 500 * 4
