"""A reader of GLB files that shares no code with the writer: the specification, once more."""

import json
import struct
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

_KINDS = {5121: "<u1", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}


@dataclass
class Glb:
    document: dict
    data: bytes

    @classmethod
    def read(cls, path: Path) -> "Glb":
        raw = path.read_bytes()
        magic, version, length, json_length, json_kind = struct.unpack_from("<4sIII4s", raw)
        assert (magic, version, length, json_kind) == (b"glTF", 2, len(raw), b"JSON")
        document = json.loads(raw[20 : 20 + json_length])
        size, kind = struct.unpack_from("<I4s", raw, 20 + json_length)
        data = raw[28 + json_length :]
        assert kind == b"BIN\0" and size == len(data)
        return cls(document, data)

    def view(self, index: int) -> bytes:
        view = self.document["bufferViews"][index]
        start = view.get("byteOffset", 0)
        assert start + view["byteLength"] <= len(self.data)
        return self.data[start : start + view["byteLength"]]

    def _values(self, source: dict, count: int, width: int, kind: str) -> np.ndarray:
        view = self.document["bufferViews"][source["bufferView"]]
        item = np.dtype(kind)
        stride = view.get("byteStride", width * item.itemsize)
        return np.ndarray(
            (count, width),
            item,
            self.view(source["bufferView"]),
            source.get("byteOffset", 0),
            (stride, item.itemsize),
        )

    def accessor(self, index: int) -> np.ndarray:
        a = self.document["accessors"][index]
        width, kind = _WIDTHS[a["type"]], _KINDS[a["componentType"]]
        if "bufferView" in a:
            values = self._values(a, a["count"], width, kind).copy()
        else:
            values = np.zeros((a["count"], width), kind)
        if sparse := a.get("sparse"):
            rows = sparse["indices"]
            index = self._values(rows, sparse["count"], 1, _KINDS[rows["componentType"]])[:, 0]
            assert (np.diff(index.astype(int)) > 0).all()
            values[index] = self._values(sparse["values"], sparse["count"], width, kind)
        return values

    def mesh(self, name: str) -> dict:
        return next(m for m in self.document["meshes"] if m["name"] == name)

    def part(self, mesh: str, part: str) -> dict:
        return next(p for p in self.mesh(mesh)["primitives"] if p["extras"]["part"] == part)

    def picture(self, primitive: dict) -> np.ndarray:
        """Base colour texture, RGB(A)."""
        material = self.document["materials"][primitive["material"]]
        texture = material["pbrMetallicRoughness"]["baseColorTexture"]["index"]
        image = self.document["images"][self.document["textures"][texture]["source"]]
        raw = np.frombuffer(self.view(image["bufferView"]), np.uint8)
        picture = cv2.imdecode(raw, cv2.IMREAD_UNCHANGED)
        order = [2, 1, 0, 3][: picture.shape[2]]
        return picture[..., order]

    def posed(self, primitive: dict, weights: dict[str, float], key: str = "POSITION"):
        """An attribute with morph targets applied as section 3.7.2.2 says."""
        value = self.accessor(primitive["attributes"][key]).astype(np.float64)
        if "targets" in primitive:
            names = self.mesh("head")["extras"]["targetNames"]
            for name, weight in weights.items():
                value += weight * self.accessor(primitive["targets"][names.index(name)][key])
        return value
