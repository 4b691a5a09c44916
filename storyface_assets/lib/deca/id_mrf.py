"""ID-MRF: whether two pictures are made of the same small patches.

Wang et al., "Image inpainting via generative multi-column convolutional neural networks",
NeurIPS 2018, section 3.2. It makes details sharp that a mean difference of pixels would blur, for
it asks that each patch of the true picture has one of the made picture that is nearer to it than
to other patches (Mechrez et al., "The contextual loss", ECCV 2018).
"""

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor
from torch.nn.functional import normalize

from storyface_assets.lib.deca.features import MapFeatures

#: The finer map counts once, the coarser one twice: as style and as content.
LAYER_WEIGHTS: Final = (1.0, 2.0)
#: Equation 1: bandwidth h, and what keeps a distance of 0 from being divided by.
_BANDWIDTH: Final = 0.5
_EPS: Final = 1e-5


def id_mrf_loss(
    made: Tensor, true: Tensor, features: MapFeatures, weights: Sequence[float] = LAYER_WEIGHTS
) -> Tensor:
    """The loss, summed over the batch; only ``made`` gets gradients.

    Args:
        made: ``(B, 3, H, W)`` RGB 0–1.
        true: likewise.
        features: a frozen network's maps.
        weights: of each map.
    """
    with torch.no_grad():
        wanted = features(true)
    told = features(made)
    parts = [w * patch_loss(a, b) for w, a, b in zip(weights, told, wanted, strict=True)]
    return torch.stack(parts).sum()


def patch_loss(made: Tensor, true: Tensor) -> Tensor:
    """The loss of one map ``(B, C, h, w)``, patches of one place; summed over the batch.

    As in the authors' code: relative distances d / (min d + ε) of cosine distances, turned into
    similarities exp((1 − d) / h), which sum to one over the true patches; the loss is −log of the
    mean over true patches of the most similar made one. A place where nothing is (0 everywhere)
    is as far from all patches.
    """
    centre = true.mean(1, keepdim=True)
    one = normalize((made - centre).flatten(2), dim=1, eps=1e-8)
    other = normalize((true - centre).flatten(2), dim=1, eps=1e-8)
    # Rounding may take a distance below 0.
    far = ((1 - other.transpose(1, 2) @ one) / 2).clamp_min(0)  # (B, true patch, made patch)
    relative = far / (far.amin(1, keepdim=True) + _EPS)
    similar = torch.softmax((1 - relative) / _BANDWIDTH, 1)
    return -similar.amax(2).mean(1).log().sum()
