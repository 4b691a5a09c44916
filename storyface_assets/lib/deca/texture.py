"""A head's texture from the photo, where the photo shows it."""

import torch
from torch import Tensor
from torch.nn.functional import grid_sample

#: Least slope towards the viewer of skin that counts as seen (the release's).
_FACING = 0.05


def photo_texture(photos: Tensor, places: Tensor) -> Tensor:
    """What the photo shows at each texel.

    Args:
        photos: ``(B, C, h, w)``, a mask of the face as a fourth channel if wanted.
        places: ``(B, 2 or 3, H, W)`` x, y of each texel in the photo, −1 to 1, y down
            (``UvMap.lift`` of projected vertices).

    Returns:
        ``(B, C, H, W)``; 0 where the texel lies outside the photo.
    """
    grid = places[:, :2].permute(0, 2, 3, 1)
    return grid_sample(photos, grid, mode="bilinear", align_corners=False)


def seen_texels(face: Tensor, places: Tensor, normals: Tensor, region: Tensor) -> Tensor:
    """Which texels the photo tells the colour of.

    Args:
        face: ``(B, 1, h, w)`` 0–1, the face in the photo, without hair, hands and glasses.
        places: as for :func:`photo_texture`.
        normals: ``(B, 3, H, W)`` unit, of the projected head: z grows away from the viewer.
        region: ``(1 or B, 1, H, W)`` 0–1, the face in the texture.

    Returns:
        ``(B, 1, H, W)`` 0–1, without gradients.
    """
    with torch.no_grad():
        towards = (normals[:, 2:] < -_FACING).to(face.dtype)
        return photo_texture(face, places) * towards * region


def completed(texture: Tensor, seen: Tensor, rendered: Tensor) -> Tensor:
    """The photo's texture, and the model's (albedo times shading) where the photo shows none.

    Args:
        texture: ``(B, 3, H, W)``.
        seen: ``(B, 1, H, W)`` 0–1.
        rendered: ``(B, 3, H, W)``.
    """
    return seen * texture + (1 - seen) * rendered
