"""DECA's coarse losses and their weights: Feng et al. 2021, section 4.1, and the release.

Where the two differ the release is followed, whose weights these are: sums run over the whole
batch for the regularisers, and the photometric mean over the whole picture.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from storyface_assets.lib.deca.codes import Codes
from storyface_assets.lib.deca.features import FaceFeatures
from storyface_assets.lib.deca.landmark_losses import LIDS, LIPS, gap_loss, landmark_loss


@dataclass(frozen=True)
class CoarseWeights:
    """What each loss is multiplied by.

    Attributes:
        landmarks: of weighted re-projection.
        eyes: of eye closure.
        lips: of the lips' distance.
        photometric: of pixels.
        identity: of the face as a face network sees it.
        shape: of the shape code's size.
        expression: likewise.
        albedo: likewise.
        light: of coloured light.
        shape_consistency: of all these losses with the shape of the same person's other photo.
    """

    landmarks: float = 1.0
    eyes: float = 1.0
    lips: float = 0.5
    photometric: float = 2.0
    identity: float = 0.2
    shape: float = 1e-4
    expression: float = 1e-4
    albedo: float = 1e-4
    light: float = 1.0
    shape_consistency: float = 1.0


@dataclass(frozen=True, eq=False)
class SeenFace:
    """What is known of B photos.

    Attributes:
        photos: ``(B, 3, H, W)`` RGB 0–1.
        mask: ``(B, 1, H, W)`` 0–1, the face without hair, hands and glasses.
        landmarks: ``(B, 68, 2)`` −1 to 1, y down.
        visible: ``(B, 68)`` 0–1, how sure each is.
    """

    photos: Tensor
    mask: Tensor
    landmarks: Tensor
    visible: Tensor

    def __getitem__(self, rows: Tensor) -> "SeenFace":
        """Of some photos."""
        return SeenFace(
            self.photos[rows], self.mask[rows], self.landmarks[rows], self.visible[rows]
        )


@dataclass(frozen=True, eq=False)
class MadeFace:
    """What the codes give for them.

    Attributes:
        landmarks: ``(B, 68, 2)``, as :class:`SeenFace` has them.
        rendered: ``(B, 3, H, W)`` RGB, the face lit and shaded.
        overlay: ``(B, 3, H, W)`` the face rendered into the photo, for the face network. The
            release lets its gradients reach the shape alone: albedo and light are detached.
    """

    landmarks: Tensor
    rendered: Tensor
    overlay: Tensor


def coarse_losses(
    codes: Codes,
    made: MadeFace,
    seen: SeenFace,
    weights: CoarseWeights,
    face_features: FaceFeatures | None = None,
) -> dict[str, Tensor]:
    """Each weighted loss by its name in :class:`CoarseWeights`; their sum is what to minimise.

    Args:
        codes: of the photos.
        made: what they give.
        seen: the photos.
        weights: those of 0 are left out.
        face_features: a frozen network; without one there is no identity loss.
    """
    found = {
        "landmarks": landmark_loss(made.landmarks, seen.landmarks, seen.visible),
        "eyes": gap_loss(made.landmarks, seen.landmarks, seen.visible, LIDS),
        "lips": gap_loss(made.landmarks, seen.landmarks, seen.visible, LIPS),
        "photometric": photometric_loss(made.rendered, seen.photos, seen.mask),
        "shape": size_loss(codes.shape),
        "expression": size_loss(codes.expression),
        "albedo": size_loss(codes.albedo),
        "light": colour_loss(codes.light),
    }
    if face_features is not None and weights.identity:
        found["identity"] = identity_loss(made.overlay, seen.photos, face_features)
    return weighted(found, weights)


def weighted(losses: Mapping[str, Tensor], weights: object) -> dict[str, Tensor]:
    """Each loss times the weight of its name; those of weight 0 are left out."""
    by_name = {name: getattr(weights, name) for name in losses}
    return {name: loss * by_name[name] for name, loss in losses.items() if by_name[name]}


def photometric_loss(rendered: Tensor, photos: Tensor, mask: Tensor) -> Tensor:
    """Mean absolute difference of pixels inside the mask, over all pixels of the picture."""
    return (mask * (rendered - photos).abs()).mean()


def identity_loss(overlay: Tensor, photos: Tensor, features: FaceFeatures) -> Tensor:
    """1 − cosine of a face network's features, averaged; only the overlay gets gradients."""
    with torch.no_grad():
        wanted = features(photos)
    return (1 - torch.cosine_similarity(features(overlay), wanted, dim=1)).mean()


def size_loss(code: Tensor) -> Tensor:
    """Half the sum of squares: codes are normally distributed."""
    return code.square().sum() / 2


def colour_loss(light: Tensor) -> Tensor:
    """Mean squared deviation of light ``(B, 9, 3)`` from its grey: colour belongs to the skin."""
    return (light - light.mean(2, keepdim=True)).square().mean()
