"""FLAME's files as its authors give them: dictionaries of arrays in .pkl, .npy and .npz."""

import io
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.flame.restricted_pickle import load_pickle, read_pickle


def read_dictionary(file: Path) -> dict[str, Any]:
    """The arrays of a file by name.

    Args:
        file: a ``.pkl``; a ``.npy`` that holds one dictionary; or a ``.npz``.

    Raises:
        BadInput: it is missing, damaged, holds something else, or names foreign code.
    """
    held: Any
    try:
        if file.suffix == ".npy":
            with file.open("rb") as source:
                held = _read_npy(source, file)
            held = held.item() if held.ndim == 0 else held
        elif file.suffix == ".npz":
            with zipfile.ZipFile(file) as archive:
                held = {
                    name.removesuffix(".npy"): _read_npy(io.BytesIO(archive.read(name)), file)
                    for name in archive.namelist()
                }
        else:
            held = read_pickle(file)
    except BadInput:
        raise
    except Exception as error:  # zipfile, zlib and numpy each have their own
        raise BadInput(
            file, "", f"cannot be read ({error}).", "Fetch it from its publisher anew."
        ) from error
    if not isinstance(held, dict):
        raise BadInput(file, "", "holds no dictionary of arrays.", "Give the model's own file.")
    return {str(name): value for name, value in held.items()}


def _read_npy(source: BinaryIO, file: Path) -> np.ndarray:
    """One array; if it is of objects, its pickle is read by :func:`load_pickle`."""
    version = npy.read_magic(source)
    header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    _, _, dtype = header(source)
    if dtype.hasobject:
        return np.asarray(load_pickle(source, file))
    source.seek(0)
    return npy.read_array(source, allow_pickle=False)
