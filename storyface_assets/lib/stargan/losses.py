"""StarGAN's losses, as published: Choi et al., CVPR 2018, section 3, and the official code."""

from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

from storyface_assets.lib.stargan.label_vectors import ATTRIBUTE_PART, EMOTION_PART, Domain

Adversarial = Literal["wasserstein", "logistic"]


def critic_loss(real: Tensor, fake: Tensor, kind: Adversarial = "wasserstein") -> Tensor:
    """What the critic wants: patches of real pictures high, of made ones low; of any shape.

    Args:
        real: what it says of real pictures.
        fake: what it says of made ones.
        kind: Wasserstein's loss (equation 8 without the penalty), or the logistic one.
    """
    if kind == "logistic":
        return functional.softplus(fake).mean() + functional.softplus(-real).mean()
    return fake.mean() - real.mean()


def generator_loss(fake: Tensor, kind: Adversarial = "wasserstein") -> Tensor:
    """The generator's side of it."""
    return functional.softplus(-fake).mean() if kind == "logistic" else -fake.mean()


def r1_penalty(critic: Callable[[Tensor], Tensor], real: Tensor) -> Tensor:
    """The critic's squared slope at real pictures: Mescheder et al., ICML 2018, equation 9."""
    given = real.detach().requires_grad_(True)
    (slope,) = torch.autograd.grad(critic(given).mean((1, 2, 3)).sum(), given, create_graph=True)
    return slope.square().flatten(1).sum(1).mean() / 2


def gradient_penalty(critic: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor) -> Tensor:
    """How far the critic's slope between real and made pictures is from 1 (equation 8).

    Args:
        critic: pictures → patches.
        real: ``(B, 3, H, W)``.
        fake: likewise.
    """
    share = torch.rand(len(real), 1, 1, 1, device=real.device, dtype=real.dtype)
    between = (share * real + (1 - share) * fake).detach().requires_grad_(True)
    patches = critic(between)
    (slope,) = torch.autograd.grad(
        patches, between, torch.ones_like(patches), create_graph=True, retain_graph=True
    )
    return ((slope.flatten(1).norm(dim=1) - 1) ** 2).mean()


def paired_loss(made: Tensor, begin: Tensor, end: Tensor) -> Tensor:
    """Mean distance of made pictures from true ones ``(B, 3, H, W)``, half of it where they change.

    An expression changes little of a picture; by the plain mean, changing nothing is nearly right.

    Args:
        made: from ``begin``.
        begin: what was given.
        end: what was wanted.
    """
    changed = (end - begin).abs().mean(1, keepdim=True)
    share = changed / changed.mean((2, 3), keepdim=True).clamp(min=1e-3)
    return ((made - end).abs() * (1 + share) / 2).mean()


def guide_loss(flow: Tensor, marks: Tensor) -> Tensor:
    """How far a flow is from where a face's landmarks went: mean square, percent of the side.

    A pixel's own gradient says nothing of a brow that lies further off than it is thick. Squared,
    for most points hardly move: by the mean distance, moving nothing is nearly right.

    Args:
        flow: ``(B, 2, h, w)`` where each pixel comes from, x and y, in shares of the side.
        marks: ``(B, 2, K, 2)`` landmarks before and after, −1 to 1; not numbers are left out.
    """
    before, after = marks.unbind(1)
    known = (marks.isfinite().all(-1) & (after.abs() < 1).all(-1)[:, None]).all(1)
    at = after.nan_to_num()[:, :, None]
    told = functional.grid_sample(flow, at.to(flow.dtype), align_corners=False)[..., 0]
    wanted = ((before - after) / 2).nan_to_num().transpose(1, 2)
    far = (100 * (told - wanted)).square().sum(1) * known
    return far.sum() / known.sum().clamp(min=1)


def class_loss(logits: Tensor, labels: Tensor, domain: Domain) -> Tensor:
    """How wrong the classes are that the critic sees (equations 5 and 6).

    Only the slice of the domain counts: what is not labelled in a set is not known there.

    Args:
        logits: ``(B, 9)``: five attributes, four emotions.
        labels: ``(B, 11)`` label vectors.
        domain: whose pictures these are.

    Returns:
        CelebA: binary cross-entropy, summed and divided by B. Custom: cross-entropy.
    """
    if domain == "CelebA":
        given, wanted = logits[:, ATTRIBUTE_PART], labels[:, ATTRIBUTE_PART]
        summed = functional.binary_cross_entropy_with_logits(given, wanted, reduction="sum")
        return summed / len(logits)
    return functional.cross_entropy(logits[:, EMOTION_PART], labels[:, EMOTION_PART].argmax(1))


def reconstruction_loss(real: Tensor, back: Tensor) -> Tensor:
    """L1 between a picture and its way there and back (equation 7)."""
    return (real - back).abs().mean()
