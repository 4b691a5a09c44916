"""Pickles of arrays, read without running anything that they name.

A pickle is a program: it names functions and calls them. Here every name is looked up in one short
table, whose entries are inert stand-ins that only keep what they are given; what they stand for is
made afterwards. So neither chumpy nor scipy's nor numpy's own unpickling is called, whatever the
file says, and chumpy, which new Pythons cannot install, is not needed.
"""

import io
import pickle
import warnings
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import scipy.sparse
import torch

from storyface_assets.lib.errors import BadInput

_MEND = "Use the file as its publisher gives it."


class _Sealed(type):
    """Type of the stand-ins: a pickle's BUILD may not change the classes themselves."""

    def __setattr__(cls, name: str, value: object) -> None:
        raise pickle.UnpicklingError(f"the file tries to set {name} of a class")


class _StandIn(metaclass=_Sealed):
    """Something that the pickle names; keeps the arguments and the state it was given."""

    def __new__(cls, *args: object) -> "_StandIn":
        made = super().__new__(cls)
        made.args, made.state = args, None
        return made

    def __init__(self, *args: object) -> None:
        self.args: tuple[Any, ...]
        self.state: Any

    def __setstate__(self, state: object) -> None:
        self.state = state

    def value(self, plain: Callable[[object], Any]) -> Any:
        """What it stands for; ``plain`` resolves the parts."""
        raise ValueError(f"a {type(self).__name__.strip('_').lower()} has no value of its own")


class _Dtype(_StandIn):
    def value(self, plain: Callable[[object], Any]) -> np.dtype:
        dtype = np.dtype(str(self.args[0]))
        if dtype.kind not in "biufSUO" or dtype.subdtype or dtype.names:
            raise ValueError(f"an array of type {dtype}")
        return dtype.newbyteorder(">") if self.state and self.state[1] == ">" else dtype


class _Array(_StandIn):
    """``numpy.core.multiarray._reconstruct``; the state is version, shape, dtype, order, data."""

    def value(self, plain: Callable[[object], Any]) -> np.ndarray:
        _, shape, dtype, fortran, data = self.state
        return _array(data, plain(dtype), shape, "F" if fortran else "C", plain)


class _FromBuffer(_StandIn):
    """``numpy._core.numeric._frombuffer``: an array of pickle protocol 5."""

    def value(self, plain: Callable[[object], Any]) -> np.ndarray:
        data, dtype, shape, order = self.args
        return _array(data, plain(dtype), shape, str(order), plain)


class _Scalar(_StandIn):
    def value(self, plain: Callable[[object], Any]) -> Any:
        return _array(plain(self.args[1]), plain(self.args[0]), (), "C", plain)[()]


class _Encode(_StandIn):
    """``_codecs.encode``: how Python 3 writes bytes for Python 2."""

    def value(self, plain: Callable[[object], Any]) -> bytes:
        return str(self.args[0]).encode("latin1")


class _Empty(_StandIn):
    """``bytes()``: how Python 3 writes no bytes for Python 2."""

    def value(self, plain: Callable[[object], Any]) -> bytes:
        if self.args:
            raise ValueError("bytes made of something")
        return b""


class _Csc(_StandIn):
    def value(self, plain: Callable[[object], Any]) -> Any:
        state = self.state
        shape = plain(state["_shape"] if "_shape" in state else state["shape"])
        parts = tuple(plain(state[name]) for name in ("data", "indices", "indptr"))
        made = self._build(parts, shape)
        made.check_format(full_check=True)  # indices that lead out of the matrix
        return made

    @staticmethod
    def _build(parts: tuple, shape: tuple) -> Any:
        return scipy.sparse.csc_matrix(parts, shape=shape)


class _Csr(_Csc):
    @staticmethod
    def _build(parts: tuple, shape: tuple) -> Any:
        return scipy.sparse.csr_matrix(parts, shape=shape)


class _Chumpy(_StandIn):
    """Any chumpy expression; only those that files hold as data have a value."""


class _Ch(_Chumpy):
    """``chumpy.ch.Ch``: an array that can be differentiated; its term is ``x``."""

    def value(self, plain: Callable[[object], Any]) -> np.ndarray:
        return np.asarray(plain(self.state["x"]))


class _Select(_Chumpy):
    """``chumpy.reordering.Select``: elements of ``a`` by flat number."""

    def value(self, plain: Callable[[object], Any]) -> np.ndarray:
        state = self.state
        picked = np.asarray(plain(state["a"])).ravel()[np.asarray(plain(state["idxs"]))]
        return (
            picked.reshape(plain(state["preferred_shape"]))
            if "preferred_shape" in state
            else (picked)
        )


class _Storage(_StandIn):
    """``torch.storage._load_from_bytes``; DECA's landmark table holds tensors."""

    def value(self, plain: Callable[[object], Any]) -> Any:
        return torch.load(io.BytesIO(_bytes(self.args[0], plain)), weights_only=True)


class _Tensor(_StandIn):
    """``torch._utils._rebuild_tensor_v2`` of storage, offset, size, stride and what needs none."""

    def value(self, plain: Callable[[object], Any]) -> np.ndarray:
        storage, offset, size, stride = (plain(a) for a in self.args[:4])
        made = torch.tensor([], dtype=storage.dtype)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # typed storages are deprecated, but in the files
            made.set_(storage.untyped(), int(offset), tuple(size), tuple(stride))  # checks bounds
        return made.numpy().copy()


class _Reconstructor(_StandIn):
    """``copy_reg._reconstructor``: how protocols 0 and 1 make an object of a class."""

    def __new__(cls, *args: Any) -> Any:
        if not (isinstance(args[0], type) and issubclass(args[0], _StandIn)):
            raise pickle.UnpicklingError(f"the file makes an object of {args[0]!r}")
        return args[0].__new__(args[0])


_NUMPY = {"_reconstruct": _Array, "scalar": _Scalar}
_CSC = {"csc_matrix": _Csc, "csc_array": _Csc}
_CSR = {"csr_matrix": _Csr, "csr_array": _Csr}
_BUILTIN = {"object": _StandIn, "set": set, "bytes": _Empty}
_COPY = {"_reconstructor": _Reconstructor}
#: Every name that a file may use.
ALLOWED: dict[str, dict[str, Any]] = {
    "numpy": {"ndarray": _StandIn, "dtype": _Dtype},
    "numpy.core.multiarray": _NUMPY,
    "numpy._core.multiarray": _NUMPY,
    "numpy.core.numeric": {"_frombuffer": _FromBuffer},
    "numpy._core.numeric": {"_frombuffer": _FromBuffer},
    "scipy.sparse.csc": _CSC,
    "scipy.sparse._csc": _CSC,
    "scipy.sparse.csr": _CSR,
    "scipy.sparse._csr": _CSR,
    "chumpy.ch": {"Ch": _Ch},
    "chumpy.reordering": {"Select": _Select},
    "collections": {"OrderedDict": OrderedDict},
    "torch._utils": {"_rebuild_tensor_v2": _Tensor},
    "torch.storage": {"_load_from_bytes": _Storage},
    "_codecs": {"encode": _Encode},
    "builtins": _BUILTIN,
    "__builtin__": _BUILTIN,
    "copyreg": _COPY,
    "copy_reg": _COPY,
}


class _Unpickler(pickle.Unpickler):
    def __init__(self, source: BinaryIO, file: Path) -> None:
        # Python 2's strings hold the arrays' bytes: latin1 keeps each of the 256.
        super().__init__(source, encoding="latin1")
        self._file = file

    def find_class(self, module: str, name: str) -> Any:
        """The stand-in of a name; nothing is imported."""
        if name in ALLOWED.get(module, {}):
            return ALLOWED[module][name]
        if module.split(".")[0] == "chumpy":
            return _Chumpy
        raise BadInput(
            self._file,
            f"{module}.{name}",
            "is named in the pickle, and is none of the arrays that such a file may hold; "
            "nothing of it was run.",
            "Do not trust this file. " + _MEND,
        )


def load_pickle(source: BinaryIO, file: Path) -> Any:
    """Read a pickle of dictionaries, lists, numbers, texts and arrays.

    Args:
        source: at the pickle's beginning.
        file: where it came from, for errors.

    Returns:
        The object with numpy arrays and scipy matrices in it; in a dictionary, chumpy expressions
        that no file needs to hold (``J_transformed`` and the like) are left out.

    Raises:
        BadInput: it names something that is no array, or is damaged.
    """
    try:
        return _Resolver()(_Unpickler(source, file).load())
    except BadInput:
        raise
    except Exception as error:  # what damaged pickles raise is not said anywhere
        raise BadInput(file, "", f"cannot be read as a pickle ({error}).", _MEND) from error


def read_pickle(file: Path) -> Any:
    """:func:`load_pickle` of a file.

    Raises:
        BadInput: as there, or the file is missing.
    """
    try:
        with file.open("rb") as source:
            return load_pickle(source, file)
    except OSError as error:
        raise BadInput(file, "", f"cannot be opened ({error}).", "Put the file there.") from error


class _Resolver:
    """Stand-ins → what they stand for; each shared part once."""

    def __init__(self) -> None:
        self._done: dict[int, Any] = {}

    def __call__(self, thing: Any) -> Any:
        if not isinstance(thing, _StandIn | dict | list | tuple):
            return thing
        if id(thing) not in self._done:
            self._done[id(thing)] = self._resolve(thing)
        return self._done[id(thing)]

    def _resolve(self, thing: Any) -> Any:
        if isinstance(thing, _StandIn):
            return thing.value(self)
        if isinstance(thing, dict):
            return {k: self(v) for k, v in thing.items() if type(v) is not _Chumpy}
        return type(thing)(self(part) for part in thing)


def _bytes(data: Any, plain: Callable[[object], Any]) -> bytes:
    data = plain(data)
    return data.encode("latin1") if isinstance(data, str) else bytes(data)


def _array(
    data: Any, dtype: np.dtype, shape: Any, order: str, plain: Callable[[object], Any]
) -> np.ndarray:
    if dtype.hasobject:
        made = np.empty(len(data), object)
        for i, part in enumerate(data):
            made[i] = plain(part)
    else:
        made = np.frombuffer(_bytes(data, plain), dtype)
    return made.reshape(tuple(shape), order="F" if order == "F" else "C").copy()
