"""The Basel Face Model in torch: identity, expression and colour codes → a face.

Paysan, Knothe, Amberg, Romdhani, Vetter: A 3D face model for pose and illumination invariant face
recognition, AVSS 2009. The model is rigid but for its expressions: it has no joints.
"""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.bfm.convert import FRONT, INFO
from storyface_assets.lib.heads.converted import read_converted
from storyface_assets.lib.heads.interface import CodeSizes
from storyface_assets.lib.heads.model import POSE_GLOBAL
from storyface_assets.lib.heads.open_head import rotation_matrices


class Bfm(nn.Module):
    """A :class:`~storyface_assets.lib.heads.interface.MorphableHead`.

    Args:
        arrays: of :func:`~storyface_assets.lib.heads.bfm.convert.convert_bfm`.
    """

    unit = "m"
    mean: Tensor  # (V, 3)
    shape_basis: Tensor  # (80, V, 3)
    expression_basis: Tensor  # (64 or 0, V, 3)
    colour_mean: Tensor  # (V, 3)
    colour_basis: Tensor  # (80, V, 3)

    def __init__(self, arrays: dict[str, np.ndarray]) -> None:
        super().__init__()
        for name in ("mean", "shape_basis", "expression_basis", "colour_mean", "colour_basis"):
            self.register_buffer(name, torch.from_numpy(np.array(arrays[name])), persistent=False)
        self.triangles = np.asarray(arrays["triangles"], np.int32)
        #: ``(68,)`` vertices, if the files name them.
        self.landmark_vertices = arrays.get("landmarks")
        lengths = (len(self.shape_basis), len(self.expression_basis), 3, len(self.colour_basis))
        self.sizes = CodeSizes(*lengths)

    @classmethod
    def load(cls, file: Path) -> "Bfm":
        """Read a converted model.

        Raises:
            BadInput: the file is missing, damaged or of another model.
        """
        kind, arrays = read_converted(file)
        if kind != "bfm09":
            raise BadInput(file, "", f"is a {kind} model, not BFM09.", "Convert BFM's own files.")
        return cls(arrays)

    def vertices(self, shape: Tensor, expression: Tensor, pose: Tensor) -> Tensor:
        """Posed vertices ``(B, V, 3)``; see :meth:`MorphableHead.vertices`.

        Args:
            shape: ``(B, 80)``.
            expression: ``(B, 64)``; ``(B, 0)`` if the model was converted without expressions.
            pose: ``(B, 3)`` turn about the origin; of longer poses the rest is not used.
        """
        still = (
            self.mean
            + torch.einsum("bk,kvd->bvd", shape, self.shape_basis)
            + torch.einsum("bk,kvd->bvd", expression, self.expression_basis)
        )
        return still @ rotation_matrices(pose[:, POSE_GLOBAL]).transpose(1, 2)

    def colours(self, code: Tensor) -> Tensor:
        """Colour ``(B, V, 3)`` of each vertex, sRGB 0–1 but unclipped, of codes ``(B, 80)``."""
        return self.colour_mean + torch.einsum("bk,kvd->bvd", code, self.colour_basis)

    def landmarks68(self, vertices: Tensor, pose: Tensor) -> Tensor:
        """See :meth:`MorphableHead.landmarks68`."""
        if self.landmark_vertices is None:
            mend = f"Convert it together with {FRONT} and {INFO}."
            raise BadInput("BFM09", "landmarks", "are not in the converted model.", mend)
        return vertices[:, torch.as_tensor(self.landmark_vertices, dtype=torch.long)]
