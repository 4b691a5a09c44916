"""Tables: what goes in comes out, and the data version follows the values alone."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from upath import UPath

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store import (
    content_hash,
    read_folder,
    read_table,
    table_hash,
    write_folder,
    write_table,
)
from storyface_assets.lib.store.versions import read_version


def sample() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "text": ["하나", None, "셋"],
            "probabilities": [np.array([0.5, 0.5], np.float32), [0.25], None],
            "number": [1, 2, 3],
            "share": np.array([0.1, np.nan, 0.3], np.float32),
            "page": pd.array([1, None, 3], "Int64"),
            "dialogue": [True, False, True],
            "label": pd.Categorical(["a", "b", "a"]),
            "box": [{"x": 1, "y": "a"}, {"x": 2, "y": None}, {"x": 3, "y": "b"}],
            "when": pd.to_datetime(["2026-01-01", None, "2026-01-03"]),
            "raw": [b"\0\1", b"", None],
            "empty": [None, None, None],
        }
    )


def test_table_comes_back_and_has_the_same_version(tmp_path: Path):
    """A version that changes on the way through Parquet makes everything downstream stale."""
    df = sample()
    version = write_table(tmp_path / "t", df)
    back = read_table(tmp_path / "t")
    assert version == content_hash(df) == table_hash(back)
    assert read_version(tmp_path / "t")[1].content == version
    np.testing.assert_array_equal(back["probabilities"][0], df["probabilities"][0])
    assert list(back["text"][[0, 2]]) == ["하나", "셋"]
    pd.testing.assert_series_equal(back["share"], df["share"])


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("text", ["하나", "둘", "셋"]),
        ("text", ["하나셋", None, ""]),
        ("probabilities", [[0.5], [0.5, 0.25], None]),
        ("number", [1, 2, 4]),
        ("number", [1.0, 2.0, 3.0]),
        ("share", np.array([0.1, 0.2, 0.3], np.float32)),
        ("page", pd.array([1, 3, None], "Int64")),
        ("label", pd.Categorical(["a", "b", "b"])),
        ("box", [{"x": 1, "y": "a"}, {"x": 2, "y": "b"}, {"x": 3, "y": None}]),
        ("box", [{"x": 1, "y": "a"}, None, {"x": 3, "y": "b"}]),
        ("raw", [b"\0", b"\1", None]),
    ],
)
def test_any_changed_value_changes_the_version(column, value):
    """Concatenating values unseparated: (ab, c) and (a, bc) are one hash."""
    changed = sample()
    changed[column] = value
    assert table_hash(changed) != table_hash(sample())


def test_version_knows_column_names_and_rows():
    """A dropped row or a renamed column taken for the same table."""
    df = sample()
    others = [df.rename(columns={"text": "words"}), df.iloc[:2], df.iloc[::-1], df.iloc[:0]]
    assert len({table_hash(t) for t in [df, *others]}) == 5


def test_version_does_not_depend_on_slices_of_memory():
    """Arrow keeps undefined bytes under nulls and around slices."""
    df = sample()
    longer = pd.concat([df, df], ignore_index=True)
    assert table_hash(longer.iloc[:3]) == table_hash(df.copy())


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
            st.none() | st.integers(-(2**60), 2**60),
            st.none() | st.lists(st.floats(allow_nan=False), max_size=3),
        ),
        max_size=6,
    )
)
def test_version_survives_parquet(tmp_path_factory, rows):
    """Values Parquet stores in another Arrow layout than pandas gave."""
    df = pd.DataFrame(rows, columns=["text", "number", "list"])
    path = tmp_path_factory.mktemp("t") / "t.parquet"
    df.to_parquet(path)
    assert table_hash(pd.read_parquet(path)) == table_hash(df)


def test_large_strings_are_strings():
    """pandas 3 and Parquet choose between Arrow's two layouts of a text."""
    text = pa.array(["가", "나"])
    frames = [
        pd.DataFrame({"t": pd.Series(text, dtype=pd.ArrowDtype(kind))})
        for kind in (pa.string(), pa.large_string())
    ]
    assert table_hash(frames[0]) == table_hash(frames[1])


def test_what_parquet_cannot_hold_is_refused(tmp_path: Path):
    """An Arrow error that names no file."""
    with pytest.raises(BadInput, match="cannot be a table"):
        write_table(tmp_path / "t", pd.DataFrame({"mixed": [1, "a", object()]}))
    assert not (tmp_path / "t").exists()


def test_kinds_are_not_mixed_up(tmp_path: Path):
    """A folder read as a table."""
    write_table(tmp_path / "t", sample())
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "x").write_text("x")
    write_folder(UPath(tmp_path / "f"), tmp_path / "source")
    with pytest.raises(BadInput, match="holds a table"):
        read_folder(tmp_path / "t")
    with pytest.raises(BadInput, match="not a table"):
        read_table(tmp_path / "f")
