"""Pictures by their content."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pytest
from upath import UPath

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store import BlobStore


@pytest.fixture(params=["local", "memory"])
def blobs(request, tmp_path):
    place = tmp_path / "blobs" if request.param == "local" else f"memory://{tmp_path.name}/blobs"
    return BlobStore(UPath(place))


def test_what_is_put_comes_back(blobs):
    sha = blobs.put(b"picture")
    assert blobs.get(sha) == b"picture" and blobs.has(sha) and blobs.put(b"picture") == sha


def test_a_changed_blob_is_refused_and_can_be_made_again(blobs):
    # Guards against training on a picture that a bad disk changed.
    sha = blobs.put(b"picture")
    blobs.path(sha).write_bytes(b"pictur!")
    with pytest.raises(BadInput, match="changed"):
        blobs.get(sha)
    assert blobs.put(b"picture") == sha and blobs.get(sha) == b"picture"


def test_a_missing_blob_says_so(blobs):
    with pytest.raises(BadInput, match="missing"):
        blobs.get("0" * 64)


@pytest.mark.parametrize("name", ["../x", "a" * 63, "G" * 64, ""])
def test_a_name_that_is_no_hash_never_becomes_a_path(blobs, name):
    with pytest.raises(BadInput, match="SHA-256"):
        blobs.has(name)


def _put(root):
    BlobStore(UPath(root)).put(b"the same" * 100_000)


def test_many_writers_of_one_blob_do_not_harm_it(tmp_path):
    # Not multiprocessing.Pool: its end, by terminating workers, was once seen to hang.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawn) as pool:
        list(pool.map(_put, [str(tmp_path)] * 6))
    files = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert len(files) == 1 and files[0].stat().st_size == 800_000
