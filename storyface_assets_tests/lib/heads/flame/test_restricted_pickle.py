"""Pickles: what is data is read as it was written, what is code is named and never run."""

import builtins
import collections
import io
import os
import pickle
import subprocess
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse
import torch
from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.flame.restricted_pickle import _Array, load_pickle, read_pickle
from storyface_assets.lib.heads.flame.source_files import read_dictionary
from storyface_assets_tests.lib.heads.flame.tiny_flame import (
    chumpy,
    tiny_model,
    write_2020,
    write_python2,
)

ARRAYS = {
    "doubles": np.arange(6.0).reshape(2, 3),
    "columns first": np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3)),
    "unsigned": np.array([2**32 - 1, 0], np.uint32),
    "big endian": np.arange(4, dtype=">i4"),
    "flags": np.array([True, False]),
    "one": np.float64(0.25),
    "empty": np.zeros((0, 3)),
    "objects": np.array([1, "a", np.arange(3)], object),
    "nested": [np.arange(2), {"deep": (np.arange(3), "text", None, 1.5)}],
}


def load(data: bytes) -> object:
    return load_pickle(io.BytesIO(data), Path("model.pkl"))


def same(a: object, b: object) -> bool:
    if isinstance(a, np.ndarray) and a.dtype.hasobject:
        return a.shape == b.shape and all(map(same, a.ravel(), b.ravel()))
    if isinstance(a, np.ndarray):
        return a.dtype.kind == b.dtype.kind and np.array_equal(a, b)
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list | tuple):
        return type(a) is type(b) and all(map(same, a, b))
    return a == b


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_arrays_come_back_as_they_were_written(protocol: int) -> None:
    assert same(ARRAYS, load(pickle.dumps(ARRAYS, protocol)))


def test_python_2_wrote_arrays_as_text(tmp_path: Path) -> None:
    """Fault: read as UTF-8 or ASCII, bytes from 128 on cannot be read at all."""
    written = {"a": np.array([-1.5e300, np.pi]), "b": np.arange(256, dtype=np.uint8)}
    file = write_python2(tmp_path / "m.pkl", written)
    assert b"numpy.core.multiarray" in file.read_bytes()
    held = read_pickle(file)
    np.testing.assert_array_equal(held["a"], [-1.5e300, np.pi])
    np.testing.assert_array_equal(held["b"], np.arange(256))


@pytest.mark.parametrize("kind", ["csc_matrix", "csr_matrix", "csc_array", "csr_array"])
@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_sparse_matrices_come_back(kind: str, protocol: int) -> None:
    dense = np.array([[0, 1.5, 0], [2, 0, 0]])
    data = pickle.dumps(getattr(scipy.sparse, kind)(dense), protocol)
    np.testing.assert_array_equal(load(data).toarray(), dense)


def test_a_sparse_matrix_that_points_out_of_itself_is_refused() -> None:
    """Fault: scipy's C code would read and write memory that is not the matrix's."""
    matrix = scipy.sparse.csc_matrix(np.eye(3))
    matrix.indices = np.array([0, 1, 10**6], np.int32)
    with pytest.raises(BadInput, match="cannot be read"):
        load(pickle.dumps(matrix))


def test_chumpy_becomes_plain_arrays_without_chumpy(tmp_path: Path) -> None:
    held = read_pickle(write_2020(tmp_path))
    assert b"chumpy.ch" in (tmp_path / "generic_model.pkl").read_bytes()
    for name in ("v_template", "shapedirs", "posedirs", "weights"):
        assert type(held[name]) is np.ndarray
        np.testing.assert_array_equal(held[name], tiny_model()[name])
    assert "v_shaped" not in held  # an expression to be computed, which is no data


def test_chumpy_chooses_elements(tmp_path: Path) -> None:
    with chumpy() as ch:
        picked = ch.Select(
            a=ch.Ch(x=np.arange(10.0)), idxs=np.array([7, 2]), preferred_shape=(2, 1)
        )
        data = pickle.dumps(picked)
    np.testing.assert_array_equal(load(data), [[7.0], [2.0]])


@pytest.mark.parametrize("protocol", [0, 1])
def test_old_protocols_make_objects_by_copy_reg(protocol: int) -> None:
    with chumpy() as ch:
        data = pickle.dumps(ch.Ch(x=np.arange(3)), protocol)
    assert b"_reconstructor" in data
    np.testing.assert_array_equal(load(data), np.arange(3))


def test_tensors_are_read_as_arrays() -> None:
    tensor = torch.arange(6).reshape(2, 3).T
    np.testing.assert_array_equal(load(pickle.dumps({"t": tensor}))["t"], tensor.numpy())


class Calls:
    """Pickled, it is a call of a function: what an attacker writes."""

    def __init__(self, function: object, *arguments: object) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> tuple:
        return self.call


def attacks(witness: Path) -> dict[str, object]:
    text = f"open({str(witness)!r}, 'w')"
    inner = io.BytesIO()
    torch.save(Calls(os.mkdir, str(witness)), inner)
    return {
        "posix.mkdir": Calls(os.mkdir, str(witness)),
        "posix.system": Calls(os.system, f"touch {witness}"),
        "io.open": Calls(builtins.open, str(witness), "w"),
        "builtins.eval": Calls(eval, text),
        "builtins.exec": Calls(exec, text),
        "builtins.getattr": Calls(getattr, {}, "clear"),
        "subprocess.Popen": Calls(subprocess.Popen, ["touch", str(witness)]),
        "numpy.load": Calls(np.load, str(witness)),
        "collections.namedtuple": Calls(collections.namedtuple, "A", "b"),
        "": Calls(torch.storage._load_from_bytes, inner.getvalue()),
    }


@pytest.mark.parametrize("protocol", [0, 2, 4])
@pytest.mark.parametrize("name", list(attacks(Path("x"))))
def test_foreign_code_is_named_and_not_run(tmp_path: Path, name: str, protocol: int) -> None:
    witness = tmp_path / "created"
    data = pickle.dumps({"v_template": np.eye(3), "J": attacks(witness)[name]}, protocol)
    (tmp_path / "m.pkl").write_bytes(data)
    with pytest.raises(BadInput) as refused:
        read_pickle(tmp_path / "m.pkl")
    assert not witness.exists()
    assert "m.pkl" in str(refused.value)
    if name:
        # Python 2's name of the module, in the protocols that it could read.
        assert refused.value.field.split(".")[-1] == name.split(".")[-1]


@pytest.mark.parametrize("kind", ["npy", "npz"])
def test_foreign_code_inside_an_array_file_is_not_run(tmp_path: Path, kind: str) -> None:
    """Fault: np.load(allow_pickle=True) runs it."""
    witness, file = tmp_path / "created", tmp_path / f"landmark_embedding.{kind}"
    held = np.array({"static_lmk_faces_idx": Calls(os.mkdir, str(witness))}, object)
    if kind == "npy":
        np.save(file, held, allow_pickle=True)
    else:
        np.savez(file, table=held)
    with pytest.raises(BadInput, match="mkdir"):
        read_dictionary(file)
    assert not witness.exists()


def test_a_pickle_cannot_change_the_reader() -> None:
    """Fault: BUILD on a class sets its attributes, for all files that are read afterwards."""
    before = dict(vars(_Array))
    # GLOBAL _reconstruct, then BUILD with the state (None, {"value": 1}).
    data = b"\x80\x02cnumpy.core.multiarray\n_reconstruct\nN}X\x05\x00\x00\x00valueK\x01s\x86b."
    with pytest.raises(BadInput):
        load(data)
    assert dict(vars(_Array)) == before


@pytest.mark.parametrize("data", [b"", b"\x80", b"not a pickle", b"\x80\x04.", b"cposix\n"])
def test_damage_is_one_kind_of_error(data: bytes) -> None:
    with pytest.raises(BadInput, match="model.pkl"):
        load(data)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="generic_model.pkl"):
        read_pickle(tmp_path / "generic_model.pkl")


def test_a_ring_of_lists_ends() -> None:
    ring: list = []
    ring.append(ring)
    with pytest.raises(BadInput, match="cannot be read"):
        load(pickle.dumps(ring))


WHOLE = pickle.dumps(ARRAYS | {"sparse": scipy.sparse.csc_matrix(np.eye(2))}, 2)


@given(cut=st.integers(0, len(WHOLE) - 1))
def test_a_broken_off_file_is_bad_input_wherever_it_breaks(cut: int) -> None:
    with pytest.raises(BadInput):
        load(WHOLE[:cut])
