"""The coarse stage: every loss is there with its weight, and nothing breaks at the edges."""

from dataclasses import fields, replace

import pytest
import torch

from storyface_assets.lib.deca.codes import Codes
from storyface_assets.lib.deca.features import Lite0Vector
from storyface_assets.lib.deca.losses import (
    CoarseWeights,
    MadeFace,
    SeenFace,
    coarse_losses,
    colour_loss,
    identity_loss,
    photometric_loss,
)


@pytest.fixture(scope="module")
def lite0() -> Lite0Vector:
    return Lite0Vector()


def example() -> tuple[Codes, MadeFace, SeenFace]:
    torch.manual_seed(0)
    pictures = torch.rand(3, 2, 3, 64, 64)
    seen = SeenFace(pictures[0], torch.ones(2, 1, 64, 64), torch.rand(2, 68, 2), torch.ones(2, 68))
    made = MadeFace(torch.rand(2, 68, 2), pictures[1], pictures[2])
    return Codes.split(torch.randn(2, 236)), made, seen


def test_every_loss_is_there_by_its_published_weight(lite0):
    codes, made, seen = example()
    found = coarse_losses(codes, made, seen, CoarseWeights(), lite0)
    assert set(found) == {f.name for f in fields(CoarseWeights)} - {"shape_consistency"}
    ones = CoarseWeights(**dict.fromkeys(found, 1.0))
    plain = coarse_losses(codes, made, seen, ones, lite0)
    ratio = {name: round(float(found[name] / plain[name]), 6) for name in found}
    assert ratio == {
        "landmarks": 1,
        "eyes": 1,
        "lips": 0.5,
        "photometric": 2,
        "identity": 0.2,
        "shape": 1e-4,
        "expression": 1e-4,
        "albedo": 1e-4,
        "light": 1,
    }
    assert torch.allclose(plain["shape"], codes.shape.square().sum() / 2)


def test_losses_of_weight_zero_are_left_out():
    codes, made, seen = example()
    found = coarse_losses(codes, made, seen, replace(CoarseWeights(), photometric=0.0))
    assert "photometric" not in found and "identity" not in found and "lips" in found


def test_nothing_seen_gives_finite_losses_and_gradients(lite0):
    vector = torch.zeros(2, 236, requires_grad=True)
    _, made, seen = example()
    rendered = torch.zeros_like(made.rendered, requires_grad=True)
    landmarks = torch.zeros(2, 68, 2, requires_grad=True)
    nobody = SeenFace(
        seen.photos * 0,
        seen.mask * 0,
        torch.full_like(seen.landmarks, torch.nan),
        seen.visible * 0,
    )
    found = coarse_losses(
        Codes.split(vector), MadeFace(landmarks, rendered, rendered), nobody, CoarseWeights(), lite0
    )
    total = torch.stack(list(found.values())).sum()
    total.backward()
    assert total.isfinite()
    for given in (vector, rendered, landmarks):
        assert given.grad.isfinite().all()


def test_pixels_outside_the_mask_do_not_count():
    rendered, photo, mask = torch.zeros(1, 3, 4, 4), torch.ones(1, 3, 4, 4), torch.zeros(1, 1, 4, 4)
    assert photometric_loss(rendered, photo, mask) == 0
    mask[..., :2] = 1
    assert photometric_loss(rendered, photo, mask) == 0.5


def test_grey_light_costs_nothing_whatever_its_strength():
    grey = torch.randn(2, 9, 1).expand(2, 9, 3)
    assert colour_loss(grey) < 1e-12
    red = grey.clone()
    red[..., 0] += 3
    assert torch.allclose(colour_loss(red), torch.tensor((4.0 + 1 + 1) / 3))


def test_identity_reaches_the_overlay_and_not_the_network(lite0):
    photos = torch.rand(2, 3, 64, 64)
    overlay = torch.rand(2, 3, 64, 64, requires_grad=True)
    identity_loss(overlay, photos, lite0).backward()
    assert overlay.grad.abs().max() > 0
    assert all(p.grad is None for p in lite0.parameters())
    assert abs(float(identity_loss(photos, photos, lite0))) < 1e-5
    assert identity_loss(overlay, photos, lite0) > 1e-3
