"""The binary half of a glTF file: arrays laid out in buffer views, with their accessors.

Section numbers are those of the Khronos glTF 2.0 specification.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

_TYPES = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4"}
_COMPONENTS = {np.dtype(np.uint16): 5123, np.dtype(np.uint32): 5125, np.dtype(np.float32): 5126}
ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER = 34962, 34963


@dataclass
class _View:
    data: bytearray = field(default_factory=bytearray)
    options: dict[str, int] = field(default_factory=dict)

    def append(self, data: bytes) -> int:
        """Where the data begin; everything begins at a multiple of four (3.6.2.4)."""
        start = len(self.data)
        self.data += data + bytes(-len(data) % 4)
        return start


class GltfBuffer:
    """Collects arrays; :attr:`accessors`, :meth:`views` and :meth:`data` go into the file."""

    def __init__(self) -> None:
        self.accessors: list[dict[str, Any]] = []
        self._views: dict[str, _View] = {}

    def attribute(self, array: np.ndarray, bounds: bool = False) -> int:
        """An accessor of one value a vertex.

        Args:
            array: ``(N, 2 or 3)`` float32.
            bounds: write least and largest values, as positions must have them.
        """
        width = array.shape[1]
        options = {"byteStride": 4 * width, "target": ARRAY_BUFFER}
        return self._dense(array, f"vertices {width}", options, bounds)

    def triangles(self, faces: np.ndarray) -> int:
        """An accessor of indices ``(F, 3)``."""
        # 65535 of 16 bits would restart the primitive (3.7.2.1).
        kind = np.uint16 if faces.max() < 65535 else np.uint32
        options = {"target": ELEMENT_ARRAY_BUFFER}
        return self._dense(faces.astype(kind).reshape(-1, 1), "indices", options, False)

    def sequence(self, values: np.ndarray, bounds: bool = False) -> int:
        """An accessor of float32 numbers ``(N,)``: times and weights of an animation."""
        flat = np.asarray(values, np.float32).reshape(-1, 1)
        return self._dense(flat, "animation", {}, bounds)

    def sparse(self, array: np.ndarray, smallest: float, bounds: bool = False) -> int:
        """An accessor that keeps only the rows that differ from zero (3.6.2.3).

        Args:
            array: ``(N, 3)`` float32.
            smallest: rows whose numbers are all within this of zero are left out.
            bounds: see :meth:`attribute`.
        """
        rows = np.flatnonzero(np.abs(array).max(1) > smallest)
        kind = np.uint16 if len(array) <= 65536 else np.uint32
        if len(rows) * (array.itemsize * array.shape[1] + kind().itemsize) >= array.nbytes:
            return self.attribute(array, bounds)
        kept = np.zeros_like(array)
        kept[rows] = array[rows]
        accessor = self._describe(kept, bounds)
        if len(rows):
            indices, values = self._view("sparse rows", {}), self._view("sparse values", {})
            accessor["sparse"] = {
                "count": len(rows),
                "indices": {
                    "bufferView": indices,
                    "byteOffset": self._append("sparse rows", rows.astype(kind)),
                    "componentType": _COMPONENTS[np.dtype(kind)],
                },
                "values": {
                    "bufferView": values,
                    "byteOffset": self._append("sparse values", array[rows]),
                },
            }
        self.accessors.append(accessor)
        return len(self.accessors) - 1

    def file(self, name: str, data: bytes) -> int:
        """A buffer view of its own with a file's bytes, e.g. a picture's."""
        view = self._view(f"file {name}", {})
        entry = self._views[f"file {name}"]
        if not entry.data:
            entry.data += data
        return view

    def views(self) -> list[dict[str, Any]]:
        """The file's ``bufferViews``."""
        described, start = [], 0
        for view in self._views.values():
            place = {"buffer": 0, "byteOffset": start, "byteLength": len(view.data)}
            described.append(place | view.options)
            start += len(view.data) + -len(view.data) % 4
        return described

    def data(self) -> bytes:
        """The bytes that :meth:`views` cuts up."""
        return b"".join(bytes(v.data) + bytes(-len(v.data) % 4) for v in self._views.values())

    def _dense(self, array: np.ndarray, view: str, options: dict[str, int], bounds: bool) -> int:
        accessor = {"bufferView": self._view(view, options)}
        accessor["byteOffset"] = self._append(view, array)
        self.accessors.append(accessor | self._describe(array, bounds))
        return len(self.accessors) - 1

    def _view(self, name: str, options: dict[str, int]) -> int:
        self._views.setdefault(name, _View(options=options))
        return list(self._views).index(name)

    def _append(self, view: str, array: np.ndarray) -> int:
        little = array.astype(array.dtype.newbyteorder("<"), copy=False)
        return self._views[view].append(np.ascontiguousarray(little).tobytes())

    @staticmethod
    def _describe(array: np.ndarray, bounds: bool) -> dict[str, Any]:
        described: dict[str, Any] = {
            "componentType": _COMPONENTS[array.dtype],
            "count": len(array),
            "type": _TYPES[array.shape[1]],
        }
        if bounds:
            described["min"] = array.min(0).tolist()
            described["max"] = array.max(0).tolist()
        return described
