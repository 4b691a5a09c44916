"""The index of packed pictures: a Parquet table, and the same columns in NumPy's own format.

Training reads the second, so that a machine with a GPU needs neither pandas nor Arrow; sets that
were packed before there was one are read from the first.
"""

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from storyface_assets.lib.errors import BadInput

if TYPE_CHECKING:
    import pandas as pd

INDEX_NAME: Final = "index.parquet"
COLUMNS_NAME: Final = "columns.npz"
MEND: Final = "Materialize the set again."
#: Before a column's name in the file: NumPy's function has names of its own ("file").
_PREFIX: Final = "column/"


def write_index(index: "pd.DataFrame", folder: Path) -> None:
    """Write a table both ways; the same table gives the same bytes.

    Args:
        index: numbers and text. Missing numbers are NaN to NumPy, missing text is "".
        folder: of the set.
    """
    index.to_parquet(folder / INDEX_NAME, index=False)
    columns = {f"{_PREFIX}{name}": _plain(index[name]) for name in index.columns}
    np.savez(folder / COLUMNS_NAME, **columns)  # type: ignore[arg-type]


def read_index(folder: Path) -> "pd.DataFrame":
    """The table as it was written; needs pandas.

    Raises:
        BadInput: it is missing or damaged.
        OSError: it is there and cannot be opened.
    """
    import pandas as pd

    try:
        return pd.read_parquet(folder / INDEX_NAME)
    except FileNotFoundError as error:
        raise BadInput(folder, INDEX_NAME, "is missing.", MEND) from error
    except ValueError as error:  # Arrow's errors are such
        raise BadInput(folder, INDEX_NAME, f"is damaged ({error}).", MEND) from error


def read_column(folder: Path, name: str) -> np.ndarray:
    """One column ``(N,)``: numbers as they are, text as ``str``.

    Raises:
        BadInput: no such column; or the file is missing or damaged.
        OSError: it is there and cannot be opened.
    """
    if not (folder / COLUMNS_NAME).is_file():
        return _from_table(folder, name)
    try:
        with np.load(folder / COLUMNS_NAME, allow_pickle=False) as columns:
            found = np.asarray(columns[f"{_PREFIX}{name}"])
    except KeyError as error:
        raise _no_column(folder, COLUMNS_NAME, name) from error
    except (EOFError, ValueError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise BadInput(folder, COLUMNS_NAME, f"is damaged ({error}).", MEND) from error
    return _readable(found)


def _from_table(folder: Path, name: str) -> np.ndarray:
    try:
        index = read_index(folder)
    except ModuleNotFoundError as error:
        mend = f"{MEND} Or install {error.name}, to read {INDEX_NAME}."
        raise BadInput(folder, COLUMNS_NAME, "is missing.", mend) from error
    if name not in index:
        raise _no_column(folder, INDEX_NAME, name)
    return _readable(_plain(index[name]))


def _no_column(folder: Path, file: str, name: str) -> BadInput:
    return BadInput(folder, file, f"has no column {name}.", MEND)


def _plain(column: "pd.Series[Any]") -> np.ndarray:
    """Numbers, or text in UTF-8: NumPy's own text takes four bytes a letter."""
    if column.dtype.kind in "biuf":
        if column.isna().any():
            return column.to_numpy(np.float64, na_value=np.nan)
        native: Any = getattr(column.dtype, "numpy_dtype", column.dtype)
        return column.to_numpy(native)
    known = column.astype("object").where(column.notna(), "")
    return np.array([str(value).encode() for value in known], dtype="S")


def _readable(column: np.ndarray) -> np.ndarray:
    if column.dtype.kind != "S":
        return column
    return np.asarray(np.char.decode(column, "utf-8"))
