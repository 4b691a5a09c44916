"""Reading hm08's base mesh from Wavefront OBJ, groups kept."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class BaseMesh:
    """A mesh of quads in named groups.

    Attributes:
        vertices: ``(N, 3)`` float64, decimetres, +Y up, +Z front, +X the subject's left.
        uv: ``(T, 2)`` float64.
        quads: ``(Q, 4)`` int64 vertex indices.
        quad_uv: ``(Q, 4)`` int64 indices into ``uv``.
        group: ``(Q,)`` str, the group each quad belongs to.
    """

    vertices: np.ndarray
    uv: np.ndarray
    quads: np.ndarray
    quad_uv: np.ndarray
    group: np.ndarray

    def group_vertices(self, name: str) -> np.ndarray:
        """Sorted ids of the vertices that a group's quads use."""
        return np.unique(self.quads[self.group == name])


def parse_obj(text: str) -> BaseMesh:
    """Parse an OBJ text whose faces are all ``v/vt`` quads."""
    vertices: list[list[float]] = []
    uv: list[list[float]] = []
    quads: list[list[int]] = []
    quad_uv: list[list[int]] = []
    groups: list[str] = []
    group = ""
    for line in text.splitlines():
        word, *rest = line.split() or [""]
        if word == "v":
            vertices.append([float(x) for x in rest[:3]])
        elif word == "vt":
            uv.append([float(x) for x in rest[:2]])
        elif word == "g":
            group = rest[0]
        elif word == "f":
            corners = [corner.split("/") for corner in rest]
            quads.append([int(c[0]) - 1 for c in corners])
            quad_uv.append([int(c[1]) - 1 for c in corners])
            groups.append(group)
    return BaseMesh(
        np.array(vertices), np.array(uv), np.array(quads), np.array(quad_uv), np.array(groups)
    )
