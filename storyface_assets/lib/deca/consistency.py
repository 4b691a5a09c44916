"""Codes of one person must do for all of her photos: DECA, sections 4.1 and 4.2.

A photo is rendered with the shape (or the wrinkles) found in another photo of the same person,
everything else its own; the same losses must hold. Rather than one random partner, every ordered
pair can be taken, so that the loss does not depend on the order of the photos.
"""

from dataclasses import replace

import torch
from torch import Tensor

from storyface_assets.lib.deca.codes import Codes


def same_person_pairs(persons: Tensor) -> tuple[Tensor, Tensor]:
    """All ordered pairs of different photos of one person.

    Args:
        persons: ``(B,)`` whose photo each is, integers.

    Returns:
        ``(P,)`` photos that take a code, and ``(P,)`` photos that give it. None where everybody
        has one photo only.
    """
    same = persons[:, None] == persons[None, :]
    same.fill_diagonal_(False)
    taker, giver = same.nonzero().unbind(1)
    return taker, giver


def one_partner_each(
    persons: Tensor, generator: torch.Generator | None = None
) -> tuple[Tensor, Tensor]:
    """As :func:`same_person_pairs`, but each photo takes from one, drawn at random: cheaper."""
    taker, giver = same_person_pairs(persons)
    order = torch.randperm(len(taker), generator=generator).to(taker.device)
    partner = dict(zip(taker[order].tolist(), giver[order].tolist(), strict=True))
    found = torch.tensor(sorted(partner.items()), dtype=torch.int64, device=persons.device)
    takers, givers = found.reshape(-1, 2).unbind(1)
    return takers, givers


def with_shape_of(codes: Codes, taker: Tensor, giver: Tensor) -> Codes:
    """Codes of the takers ``(P, …)``, with the givers' shape."""
    return replace(codes[taker], shape=codes.shape[giver])
