"""DECA's camera: orthographic, with a scale and a shift for each photo."""

import torch
from torch import Tensor

#: From +Y up and +Z out of the face to pictures, where y falls and z goes away from the eye.
_FLIP = (1.0, -1.0, -1.0)


def project(points: Tensor, camera: Tensor) -> Tensor:
    """Where points of a head are in the photo.

    Args:
        points: ``(B, N, 3)`` +X right in the picture, +Y up, +Z towards the viewer.
        camera: ``(B, 3)`` scale, and the shift in x and y before it.

    Returns:
        ``(B, N, 3)``: x and y from −1 (left, top edge) to 1; z, in the same unit, grows away from
        the viewer.
    """
    shift = torch.nn.functional.pad(camera[:, None, 1:], (0, 1))
    return camera[:, None, :1] * (points + shift) * points.new_tensor(_FLIP)
