"""Cutting the head out of the body: which vertices and triangles the open head keeps."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from storyface_assets.lib.heads.build.obj import BaseMesh

PART_NAMES = ("skin", "left_eye", "right_eye", "upper_teeth", "lower_teeth", "tongue", "lashes")

#: hm08's helper eyes are left out: ``eyeballs.py`` makes finer ones.
_PART_OF_GROUP = {
    "body": "skin",
    "helper-upper-teeth": "upper_teeth",
    "helper-lower-teeth": "lower_teeth",
    "helper-tongue": "tongue",
    "helper-l-eyelashes-1": "lashes",
    "helper-l-eyelashes-2": "lashes",
    "helper-r-eyelashes-1": "lashes",
    "helper-r-eyelashes-2": "lashes",
}
_NONE = 255

#: A skin vertex stays when the neck, head, jaw and eye bones hold more of it than this.
_KEEP = 0.5


@dataclass(frozen=True)
class Flesh:
    """The head's share of the base mesh, re-indexed: everything but the eyeballs.

    Attributes:
        base_ids: ``(V,)`` int64, hm08 vertex id of each vertex, ascending.
        triangles: ``(F, 3)`` int64 vertex indices.
        uv_corners: ``(F, 3)`` int64 indices into hm08's ``uv``.
        part: ``(F,)`` uint8 index into ``PART_NAMES``.
    """

    base_ids: np.ndarray
    triangles: np.ndarray
    uv_corners: np.ndarray
    part: np.ndarray

    def index(self, base_ids: np.ndarray) -> np.ndarray:
        """Index of hm08 vertices (any shape); -1 for those cut away."""
        lookup = np.full(max(int(self.base_ids.max()), int(np.max(base_ids))) + 1, -1, np.int64)
        lookup[self.base_ids] = np.arange(len(self.base_ids))
        return lookup[base_ids]

    def of_part(self, part: str) -> np.ndarray:
        """Rows of one part's triangles."""
        return np.nonzero(self.part == PART_NAMES.index(part))[0]

    def part_vertices(self, part: str) -> np.ndarray:
        """Sorted indices of one part's vertices."""
        return np.unique(self.triangles[self.of_part(part)])


def cut_head(mesh: BaseMesh, above: np.ndarray) -> Flesh:
    """Keep the skin above the shoulders, the teeth, tongue and lashes.

    Args:
        mesh: the whole base mesh with its helper groups.
        above: ``(N,)`` share of each vertex that the bones from the neck up hold.
    """
    part = np.array(
        [PART_NAMES.index(_PART_OF_GROUP[g]) if g in _PART_OF_GROUP else _NONE for g in mesh.group],
        np.uint8,
    )
    keep = (part > 0) & (part < _NONE)
    keep |= (part == 0) & (above > _KEEP)[mesh.quads].all(1)
    base_ids = np.unique(mesh.quads[keep])
    lookup = np.full(len(mesh.vertices), -1, np.int64)
    lookup[base_ids] = np.arange(len(base_ids))
    return Flesh(
        base_ids,
        triangulate(lookup[mesh.quads[keep]]),
        triangulate(mesh.quad_uv[keep]),
        np.repeat(part[keep], 2),
    )


def triangulate(quads: np.ndarray) -> np.ndarray:
    """Split each quad ``(Q, 4)`` along its first diagonal: ``(2 Q, 3)``, a quad's two in a row."""
    return quads[:, [[0, 1, 2], [0, 2, 3]]].reshape(-1, 3)


@dataclass(frozen=True)
class SkinCharts:
    """Rows of the skin's triangles by what they cover: the skin goes on into eyes and mouth.

    Attributes:
        outer: the visible skin.
        inner_mouth: gums, palate and cheeks from inside.
        left_socket: the pocket behind the left lids.
        right_socket: the pocket behind the right lids.
    """

    outer: np.ndarray
    inner_mouth: np.ndarray
    left_socket: np.ndarray
    right_socket: np.ndarray


def skin_charts(flesh: Flesh, vertices: np.ndarray) -> SkinCharts:
    """Tell the pockets from the outer skin by hm08's texture islands.

    Args:
        flesh: the cut head.
        vertices: ``(V, 3)`` its vertices in the base mesh, decimetres.
    """
    rows = flesh.of_part("skin")
    corners = flesh.uv_corners[rows]
    n = int(corners.max()) + 1
    edges = (np.repeat(corners[:, 0], 2), corners[:, 1:].ravel())
    graph = sp.coo_matrix((np.ones(len(edges[0])), edges), shape=(n, n))
    island = connected_components(graph, directed=False)[1][corners[:, 0]]
    kinds: dict[str, list[np.ndarray]] = {f: [] for f in SkinCharts.__dataclass_fields__}
    largest = max(np.unique(island), key=lambda i: (island == i).sum())
    for i in np.unique(island):
        mine = rows[island == i]
        at = vertices[flesh.triangles[mine]].reshape(-1, 3)
        # The torso's island reaches up the neck; pockets lie in front of the ears.
        if i == largest or at[:, 2].min() < 0.3:
            kinds["outer"].append(mine)
        elif abs(at[:, 0].mean()) < 0.1:
            kinds["inner_mouth"].append(mine)
        else:
            kinds["left_socket" if at[:, 0].mean() > 0 else "right_socket"].append(mine)
    return SkinCharts(**{kind: np.sort(np.concatenate(found)) for kind, found in kinds.items()})
