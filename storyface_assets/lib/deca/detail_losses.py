"""DECA's detail losses and their weights: Feng et al. 2021, section 4.2, and the release.

All are in the space of the texture. Where the two differ the release is followed: means for the
displacement's size, a sum for its symmetry.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import interpolate, max_pool2d

from storyface_assets.lib.deca.features import MapFeatures
from storyface_assets.lib.deca.id_mrf import id_mrf_loss
from storyface_assets.lib.deca.losses import photometric_loss, weighted

#: How far from its rim a seen texel still counts as half seen: side of the square.
_RIM = 5


@dataclass(frozen=True)
class DetailWeights:
    """What each loss is multiplied by.

    Attributes:
        photometric: of texels.
        id_mrf: of small patches. The paper's; the release multiplies it by ``photometric`` too.
        symmetry: of a displacement unlike the face's other half, where the photo shows none.
        displacement: of its size.
        smoothness: of the shading's slope (the release only).
        detail_consistency: of all these with the wrinkles of the same person's other photo.
    """

    photometric: float = 2.0
    id_mrf: float = 0.05
    symmetry: float = 0.005
    displacement: float = 0.005
    smoothness: float = 0.005
    detail_consistency: float = 1.0


@dataclass(frozen=True, eq=False)
class DetailMaps:
    """Maps of B heads' textures.

    Attributes:
        displacement: ``(B, 1, H, W)``.
        shading: ``(B, 3, H, W)`` with the detail normals.
        made: ``(B, 3, H, W)`` albedo times shading.
        true: ``(B, 3, H, W)`` the photo's.
        seen: ``(B, 1, H, W)`` 0–1 where the photo shows the face.
    """

    displacement: Tensor
    shading: Tensor
    made: Tensor
    true: Tensor
    seen: Tensor


def detail_losses(
    maps: DetailMaps,
    weights: DetailWeights,
    features: MapFeatures | None = None,
    window: tuple[slice, slice] | None = None,
) -> dict[str, Tensor]:
    """Each weighted loss by its name in :class:`DetailWeights`.

    Args:
        maps: of the heads.
        weights: those of 0 are left out.
        features: a frozen network; without one there is no ID-MRF.
        window: rows and columns of the face in the texture, enlarged to the texture's size before
            pixels and patches are compared (the release: 50–206 of 256 in FLAME's layout).
    """
    made, true, seen = (_enlarged(map_, window) for map_ in (maps.made, maps.true, maps.seen))
    found = {
        "photometric": photometric_loss(made, true, seen),
        "symmetry": symmetry_loss(maps.displacement, maps.seen),
        "displacement": maps.displacement.abs().mean(),
        "smoothness": smoothness_loss(maps.shading),
    }
    if features is not None and weights.id_mrf:
        found["id_mrf"] = id_mrf_loss(made * seen, true * seen, features)
    return weighted(found, weights)


def symmetry_loss(displacement: Tensor, seen: Tensor) -> Tensor:
    """Sum of differences from the mirrored map where the photo does not show the skin.

    Soft: the seen half stays as it is (no gradients into it), the other one follows it.

    Args:
        displacement: ``(B, 1, H, W)``; the texture's columns are symmetric about its middle.
        seen: ``(B, 1, H, W)`` 0–1.
    """
    # Erosion: the least within a square; what lies outside of the map is not seen.
    around = torch.nn.functional.pad(1 - (seen > 0).to(seen.dtype), (_RIM // 2,) * 4, value=1.0)
    hidden = max_pool2d(around, _RIM, 1)
    return (hidden * (displacement - displacement.flip(3).detach()).abs()).sum()


def smoothness_loss(shading: Tensor) -> Tensor:
    """Mean squared step of the shading ``(B, 3, H, W)`` from texel to texel."""
    across = shading[:, :, :, 1:] - shading[:, :, :, :-1]
    down = shading[:, :, 1:] - shading[:, :, :-1]
    return across.square().mean() + down.square().mean()


def _enlarged(map_: Tensor, window: tuple[slice, slice] | None) -> Tensor:
    if window is None:
        return map_
    part = map_[:, :, window[0], window[1]]
    return interpolate(part, map_.shape[2:], mode="bilinear", align_corners=False)
