"""From a head's vertices to maps of its texture, with gradients."""

from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from storyface_assets.lib.render.differentiable import gather_rows, vertex_normals
from storyface_assets.lib.render.surface_map import SurfaceMap


class Topology(Protocol):
    """Triangles and texture coordinates of a head model (see ``heads.model.HeadModel``)."""

    faces: np.ndarray
    uv: np.ndarray
    uv_faces: np.ndarray


class UvMap:
    """Which point of the surface each texel shows; the same for all heads of one model.

    Args:
        head: the model.
        size: side of the maps, texels.

    Attributes:
        covered: ``(1, 1, size, size)`` float, 1 where a triangle is.
    """

    def __init__(self, head: Topology, size: int) -> None:
        self._faces = torch.from_numpy(np.asarray(head.faces, np.int64))
        x, y = head.uv[:, 0] * size - 0.5, (1 - head.uv[:, 1]) * size - 0.5
        flat = np.column_stack([x, y, np.ones(len(x))])
        drawn = SurfaceMap.draw(flat, head.uv_faces, (size, size), two_sided=True)
        self._texels = torch.from_numpy(drawn.pixels)
        self._corners = self._faces[torch.from_numpy(drawn.triangles.astype(np.int64))]
        self._weights = torch.from_numpy(drawn.barycentric)
        self._size = size
        covered = drawn.picture(np.ones(len(drawn.pixels), np.float32))
        self.covered = torch.from_numpy(covered)[None, None]

    def to(self, device: torch.device | str) -> "UvMap":
        """Move it, in place."""
        for name in ("_faces", "_texels", "_corners", "_weights", "covered"):
            setattr(self, name, getattr(self, name).to(device))
        return self

    def lift(self, values: Tensor) -> Tensor:
        """Vertex values ``(B, V, C)`` → map ``(B, C, size, size)``, 0 where no triangle is."""
        found = torch.stack([self._lift(one) for one in values])
        return found.transpose(1, 2).unflatten(2, (self._size, self._size))

    def _lift(self, values: Tensor) -> Tensor:
        at = (gather_rows(values, self._corners) * self._weights.to(values)[..., None]).sum(1)
        flat = values.new_zeros(self._size**2, values.shape[1])
        return flat.index_copy(0, self._texels, at)

    def normals(self, vertices: Tensor) -> Tensor:
        """Unit normals of vertices ``(B, V, 3)``, likewise."""
        return torch.stack([vertex_normals(one, self._faces) for one in vertices])
