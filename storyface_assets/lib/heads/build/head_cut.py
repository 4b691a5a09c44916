"""Cutting the head out of the body: which vertices and faces the open head keeps."""

from dataclasses import dataclass

import numpy as np

from storyface_assets.lib.heads.build.obj import BaseMesh

PART_NAMES = ("skin", "left_eye", "right_eye", "upper_teeth", "lower_teeth", "tongue", "lashes")

_PART_OF_GROUP = {
    "body": "skin",
    "helper-l-eye": "left_eye",
    "helper-r-eye": "right_eye",
    "helper-upper-teeth": "upper_teeth",
    "helper-lower-teeth": "lower_teeth",
    "helper-tongue": "tongue",
    "helper-l-eyelashes-1": "lashes",
    "helper-l-eyelashes-2": "lashes",
    "helper-r-eyelashes-1": "lashes",
    "helper-r-eyelashes-2": "lashes",
}

#: A skin vertex stays when the neck, head, jaw and eye bones hold more of it than this.
_KEEP = 0.5


@dataclass(frozen=True)
class HeadMesh:
    """The head's share of the base mesh, re-indexed.

    Attributes:
        base_ids: ``(V,)`` int64, hm08 vertex id of each head vertex, ascending.
        quads: ``(Q, 4)`` int64 head vertex indices.
        quad_uv: ``(Q, 4)`` int64 indices into hm08's ``uv``.
        quad_part: ``(Q,)`` uint8 index into ``PART_NAMES``.
    """

    base_ids: np.ndarray
    quads: np.ndarray
    quad_uv: np.ndarray
    quad_part: np.ndarray

    def index(self, base_ids: np.ndarray) -> np.ndarray:
        """Head index of hm08 vertices (any shape); -1 for those cut away."""
        lookup = np.full(max(int(self.base_ids.max()), int(np.max(base_ids))) + 1, -1, np.int64)
        lookup[self.base_ids] = np.arange(len(self.base_ids))
        return lookup[base_ids]

    def part_vertices(self, part: str) -> np.ndarray:
        """Sorted head indices of one part's vertices."""
        return np.unique(self.quads[self.quad_part == PART_NAMES.index(part)])


def cut_head(mesh: BaseMesh, above: np.ndarray) -> HeadMesh:
    """Keep the skin above the shoulders, the eyes, teeth, tongue and lashes.

    Args:
        mesh: the whole base mesh with its helper groups.
        above: ``(N,)`` share of each vertex that the bones from the neck up hold.
    """
    part = np.array(
        [PART_NAMES.index(_PART_OF_GROUP[g]) if g in _PART_OF_GROUP else 255 for g in mesh.group],
        np.uint8,
    )
    keep = ((part == 0) & (above > _KEEP)[mesh.quads].all(1)) | ((part > 0) & (part < 255))
    base_ids = np.unique(mesh.quads[keep])
    lookup = np.full(len(mesh.vertices), -1, np.int64)
    lookup[base_ids] = np.arange(len(base_ids))
    return HeadMesh(base_ids, lookup[mesh.quads[keep]], mesh.quad_uv[keep], part[keep])


def triangulate(quads: np.ndarray) -> np.ndarray:
    """Split each quad ``(Q, 4)`` along its first diagonal: ``(2 Q, 3)``, a quad's two in a row."""
    return quads[:, [[0, 1, 2], [0, 2, 3]]].reshape(-1, 3)
