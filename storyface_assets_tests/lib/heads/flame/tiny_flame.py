"""A FLAME of 14 vertices in the publishers' own file layouts."""

import pickle
import struct
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse
import torch

N = 14
#: Vertices that follow one joint wholly: root, neck, jaw, left eye, right eye. 13 is neck and jaw.
ONLY = {0: [0, 1, 2], 1: [3, 4, 5], 2: [6, 7, 8], 3: [9, 10], 4: [11, 12]}


def tiny_model() -> dict[str, Any]:
    """The dictionary of ``generic_model.pkl``; 400 blend shapes, 36 correctives."""
    rng = np.random.default_rng(0)
    weights, regressor = np.zeros((N, 5)), np.zeros((5, N))
    for joint, vertices in ONLY.items():
        weights[vertices, joint] = 1
        regressor[joint, vertices] = 1 / len(vertices)
    weights[13, [1, 2]] = 0.5
    return {
        "v_template": rng.normal(0, 0.1, (N, 3)),
        "f": np.array([[i, (i + 1) % N, (i + 2) % N] for i in range(N)], np.uint32),
        "shapedirs": rng.normal(0, 0.01, (N, 3, 400)),
        "posedirs": rng.normal(0, 0.01, (N, 3, 36)),
        "J_regressor": scipy.sparse.csc_matrix(regressor),
        "weights": weights,
        "kintree_table": np.array([[2**32 - 1, 0, 1, 1, 1], range(5)], np.uint32),
        "bs_style": "lbs",
        "bs_type": "lrotmin",
    }


def tiny_landmarks() -> dict[str, Any]:
    """The dictionary of DECA's ``landmark_embedding.npy``; its contour's tables are tensors."""
    rng = np.random.default_rng(1)
    return {
        "static_lmk_faces_idx": rng.integers(0, N, 51),
        "static_lmk_bary_coords": rng.dirichlet(np.ones(3), 51),
        "dynamic_lmk_faces_idx": torch.from_numpy(rng.integers(0, N, (79, 17))),
        "dynamic_lmk_bary_coords": torch.from_numpy(rng.dirichlet(np.ones(3), (79, 17))),
        "full_lmk_faces_idx": rng.integers(0, N, (1, 68)),
        "full_lmk_bary_coords": rng.dirichlet(np.ones(3), (1, 68)),
    }


class Python2Pickler(pickle._Pickler):
    """Writes what Python 2 wrote: protocol 2, byte strings for texts and for arrays' data."""

    dispatch = dict(pickle._Pickler.dispatch)

    def save_string(self, text: Any) -> None:
        data = text.encode("latin1") if isinstance(text, str) else text
        self.write(b"T" + struct.pack("<i", len(data)) + data)
        self.memoize(text)

    dispatch[bytes] = dispatch[str] = save_string


@contextmanager
def chumpy() -> Iterator[types.SimpleNamespace]:
    """Classes of chumpy's names and states, while a pickle is written; gone afterwards."""
    made = {}
    sys.modules["chumpy"] = types.ModuleType("chumpy")
    for module, name in (("ch", "Ch"), ("reordering", "Select"), ("ch_ops", "add")):
        cls = type(name, (), {"__module__": f"chumpy.{module}"})
        cls.__init__ = lambda self, **terms: self.__dict__.update(terms, _dirty_vars=set())
        sys.modules[f"chumpy.{module}"] = types.ModuleType(f"chumpy.{module}")
        setattr(sys.modules[f"chumpy.{module}"], name, cls)
        made[name] = cls
    try:
        yield types.SimpleNamespace(**made)
    finally:
        for module in ("chumpy", "chumpy.ch", "chumpy.reordering", "chumpy.ch_ops"):
            del sys.modules[module]


def write_python2(file: Path, held: Any) -> Path:
    """A pickle as Python 2, with the modules' names of its time."""
    with file.open("wb") as out:
        Python2Pickler(out, protocol=2).dump(held)
    data = file.read_bytes()
    for new, old in ((b"numpy._core", b"numpy.core"), (b"scipy.sparse._csc", b"scipy.sparse.csc")):
        data = data.replace(b"c" + new, b"c" + old)
    file.write_bytes(data)
    return file


def write_2020(folder: Path, model: dict[str, Any] | None = None) -> Path:
    """``generic_model.pkl``: Python 2, chumpy expressions, one of them of no known value."""
    held = dict(model or tiny_model())
    with chumpy() as ch:
        shapes = ch.Ch(x=held["shapedirs"])
        numbers = np.arange(N * 3 * 400)
        held["shapedirs"] = ch.Select(a=shapes, idxs=numbers, preferred_shape=(N, 3, 400))
        held["v_template"] = ch.Ch(x=held["v_template"])
        held["v_shaped"] = ch.add(a=held["v_template"], b=shapes)
        return write_python2(folder / "generic_model.pkl", held)


def write_2023(folder: Path, model: dict[str, Any] | None = None) -> Path:
    """``flame2023.pkl``: Python 3, plain arrays."""
    file = folder / "flame2023.pkl"
    file.write_bytes(pickle.dumps(model or tiny_model(), protocol=4))
    return file


def write_landmarks(folder: Path, held: dict[str, Any] | None = None) -> Path:
    """DECA's ``landmark_embedding.npy``."""
    file = folder / "landmark_embedding.npy"
    np.save(file, np.array(held or tiny_landmarks(), object), allow_pickle=True)
    return file
