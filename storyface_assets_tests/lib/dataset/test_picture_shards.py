"""Packed pictures: the right picture for each label, the same bytes each time, bad ones named."""

import errno
import pickle
import resource

import numpy as np
import pandas as pd
import pytest

from storyface_assets.lib.dataset.picture_shards import PackedPictures, pack_pictures
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store import content_hash

SIZE = 8
SHARD = 10 * SIZE * SIZE * 3


def picture(name):
    return np.random.default_rng(name).integers(0, 256, (SIZE, SIZE, 3), dtype=np.uint8)


def read(row):
    if row.name % 7 == 3:
        raise BadInput(str(row.name), "truncated", "is cut off.", "Copy it again.")
    return picture(row.name)


def picture_of(row):
    return picture(row.name)


@pytest.fixture
def packed(tmp_path):
    told = pack_pictures(pd.DataFrame({"name": range(100)}), read, tmp_path / "a", SIZE, "", SHARD)
    return tmp_path / "a", told


def test_each_picture_is_at_the_place_of_its_label(packed):
    # Shifted by one after a bad picture, every later label would be another's.
    pictures = PackedPictures(packed[0])
    assert len(pictures) == 86
    for place, name in enumerate(pictures.index["name"]):
        assert np.array_equal(pictures[place], picture(name))
    some = [85, 0, 40, 40]
    wanted = [picture(pictures.index["name"].iat[k]) for k in some]
    assert np.array_equal(pictures.take(some), wanted)


def test_bad_pictures_are_rows_with_a_reason(packed):
    told = packed[1]
    assert (told.loc[~told["kept"], "name"] % 7 == 3).all() and (~told["kept"]).sum() == 14
    assert set(told.loc[~told["kept"], "reason"]) == {"truncated"}


def test_shards_are_bounded_and_the_same_again(packed, tmp_path):
    pack_pictures(
        pd.DataFrame({"name": range(100)}), read, tmp_path / "b", SIZE, "", SHARD, threads=1
    )
    assert content_hash(tmp_path / "b") == content_hash(packed[0])
    assert len(list(packed[0].glob("*.npy"))) == 9
    assert all(p.stat().st_size <= SHARD + 256 for p in packed[0].glob("*.npy"))


def test_pickling_carries_no_pictures(packed):
    pictures = PackedPictures(packed[0])
    copy = pickle.loads(pickle.dumps(pictures))  # noqa: S301
    assert len(pickle.dumps(pictures)) < 20_000
    assert np.array_equal(copy[17], pictures[17])


def test_a_missing_shard_is_said(packed):
    (packed[0] / "00004.npy").unlink()
    with pytest.raises(BadInput, match="does not fit"):
        PackedPictures(packed[0])


def test_a_truncated_shard_is_said(packed):
    shard = packed[0] / "00004.npy"
    shard.write_bytes(shard.read_bytes()[:500])
    with pytest.raises(BadInput, match="damaged"):
        PackedPictures(packed[0])


def test_an_empty_shard_is_said(packed):
    (packed[0] / "00004.npy").write_bytes(b"")
    with pytest.raises(BadInput, match="damaged"):
        PackedPictures(packed[0])


def test_a_shard_that_is_cut_while_the_set_is_open_is_said(packed):
    pictures = PackedPictures(packed[0])
    shard = packed[0] / "00004.npy"
    shard.write_bytes(shard.read_bytes()[:500])
    with pytest.raises(BadInput, match="00004.npy.*damaged"):
        pictures.take(range(len(pictures)))


@pytest.fixture
def few_files():
    """At most 128 files may be open at once."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_more_shards_than_files_may_be_open(tmp_path, few_files):
    """Fault: every shard is open at once; from about a thousand on the set does not open."""
    one = SIZE * SIZE * 3
    pack_pictures(pd.DataFrame({"name": range(200)}), picture_of, tmp_path / "a", SIZE, "", one)
    pictures = PackedPictures(tmp_path / "a")
    wanted = np.stack([picture(name) for name in range(200)])
    assert np.array_equal(pictures.take(range(200)), wanted)
    order = np.random.default_rng(0).permutation(200)
    assert np.array_equal(pictures.take(order), wanted[order])
    held = [pictures[place] for place in range(200)]
    assert np.array_equal(held, wanted)


def test_a_file_that_may_not_be_opened_is_not_called_damaged(packed, monkeypatch):
    """Fault: who meets the limit is told to make the set again."""

    def refuse(*args, **options):
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(np, "load", refuse)
    with pytest.raises(OSError, match="Too many open files"):
        PackedPictures(packed[0])


def test_no_pictures_are_a_set_too(tmp_path):
    pack_pictures(pd.DataFrame({"name": np.zeros(0, int)}), read, tmp_path / "a", SIZE)
    assert len(PackedPictures(tmp_path / "a")) == 0


def test_a_picture_of_another_size_is_refused(tmp_path):
    with pytest.raises(ValueError, match="not 16"):
        pack_pictures(pd.DataFrame({"name": [1]}), read, tmp_path / "a", 16)


DAMAGES = pytest.mark.parametrize(
    "data", [b"", bytes(200), None], ids=["empty", "zeros", "cut off"]
)


@pytest.mark.parametrize("name", ["index.parquet", "columns.npz"])
@DAMAGES
def test_a_damaged_index_is_said(packed, name, data):
    """Fault: an error of another library's, which stops the check instead of turning it red."""
    path = packed[0] / name
    path.write_bytes(path.read_bytes()[:300] if data is None else data)
    with pytest.raises(BadInput, match=f"{name}: is damaged"):
        _ = PackedPictures(packed[0]).index


def test_a_table_of_other_pictures_is_said(packed):
    """Fault: people look at one index, and training reads another."""
    path = packed[0] / "index.parquet"
    pd.read_parquet(path).iloc[1:].to_parquet(path)
    with pytest.raises(BadInput, match="does not fit"):
        _ = PackedPictures(packed[0]).index


@pytest.mark.parametrize("is_old", [False, True], ids=["with columns", "packed before there were"])
def test_columns_are_those_of_the_table(tmp_path, is_old):
    """Fault: NumPy's copy of the index says something else than the table."""
    table = pd.DataFrame(
        {
            "name": range(3),
            "file": ["가나", "", "b"],  # also a name of NumPy's own
            "age": pd.array([7, None, 9], "Int64"),
            "group_size": pd.array([1, 2, 3], "Int64"),
            "male": [True, False, True],
            "weight": [0.1, 1e-300, 3.0],
            "text": pd.array(["a", None, "c"], "str"),
        }
    )
    pack_pictures(table, picture_of, tmp_path / "a", SIZE)
    if is_old:
        (tmp_path / "a" / "columns.npz").unlink()
    pictures = PackedPictures(tmp_path / "a")
    assert pictures.column("file").tolist() == ["가나", "", "b"]
    assert pictures.column("text").tolist() == ["a", "", "c"]
    assert pictures.column("weight").tolist() == [0.1, 1e-300, 3.0]
    assert pictures.column("male").tolist() == [True, False, True]
    assert pictures.column("group_size").dtype == np.int64
    age = pictures.column("age")
    assert age[0] == 7 and np.isnan(age[1])
    assert pictures.index["name"].tolist() == pictures.column("name").tolist() == [0, 1, 2]
    with pytest.raises(BadInput, match="has no column weights"):
        pictures.column("weights")
