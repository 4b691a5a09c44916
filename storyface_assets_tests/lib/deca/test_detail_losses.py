"""The detail stage: every loss is there with its weight, and nothing breaks at the edges."""

from dataclasses import fields

import pytest
import torch

from storyface_assets.lib.deca.detail_losses import (
    DetailMaps,
    DetailWeights,
    detail_losses,
    smoothness_loss,
    symmetry_loss,
)


def plain_features(pictures: torch.Tensor) -> list[torch.Tensor]:
    """A network of no layers: colours at two sizes."""
    return [torch.nn.functional.avg_pool2d(pictures, side) for side in (4, 8)]


def example(seen: float = 1.0) -> DetailMaps:
    torch.manual_seed(0)
    return DetailMaps(
        displacement=(torch.rand(2, 1, 32, 32) - 0.5) / 50,
        shading=torch.rand(2, 3, 32, 32),
        made=torch.rand(2, 3, 32, 32),
        true=torch.rand(2, 3, 32, 32),
        seen=torch.full((2, 1, 32, 32), seen),
    )


def test_every_loss_is_there_by_its_published_weight():
    found = detail_losses(example(0.5), DetailWeights(), plain_features)
    assert set(found) == {f.name for f in fields(DetailWeights)} - {"detail_consistency"}
    ones = DetailWeights(**dict.fromkeys(found, 1.0))
    plain = detail_losses(example(0.5), ones, plain_features)
    ratio = {name: round(float(found[name] / plain[name]), 6) for name in found}
    assert ratio == {
        "photometric": 2,
        "id_mrf": 0.05,
        "symmetry": 0.005,
        "displacement": 0.005,
        "smoothness": 0.005,
    }


def test_a_symmetric_map_costs_no_symmetry():
    half = torch.rand(2, 1, 32, 16)
    symmetric = torch.cat([half, half.flip(3)], 3)
    nothing = torch.zeros(2, 1, 32, 32)
    assert symmetry_loss(symmetric, nothing) == 0
    assert symmetry_loss(symmetric + torch.linspace(0, 1, 32), nothing) > 0


def test_the_hidden_half_follows_the_seen_one():
    # Fault: the half that the photo shows is drawn to the guess.
    displacement = torch.zeros(1, 1, 32, 32)
    displacement[..., :16] = 0.01
    displacement.requires_grad_()
    seen = torch.zeros(1, 1, 32, 32)
    seen[..., :16] = 1
    symmetry_loss(displacement, seen).backward()
    inner = displacement.grad[0, 0, 4:-4]
    assert inner[:, 3:13].abs().max() == 0  # seen
    assert (inner[:, 17:] == -1).all()  # grows towards the seen half's 1 cm
    assert (inner[:, 14:16] == 1).all()  # two texels at the rim count as hidden


def test_texels_that_are_not_seen_do_not_count():
    maps = example(0.0)
    found = detail_losses(maps, DetailWeights(), plain_features)
    assert found["photometric"] == 0 and all(v.isfinite() for v in found.values())


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_empty_textures_give_finite_gradients(value):
    made = torch.full((1, 3, 32, 32), value, requires_grad=True)
    displacement = torch.zeros(1, 1, 32, 32, requires_grad=True)
    maps = DetailMaps(displacement, made, made, torch.zeros(1, 3, 32, 32), displacement.detach())
    found = detail_losses(maps, DetailWeights(), plain_features)
    torch.stack(list(found.values())).sum().backward()
    assert made.grad.isfinite().all() and displacement.grad.isfinite().all()


def test_a_window_is_compared_at_the_textures_size():
    maps = example()
    maps.true[:, :, 8:24, 8:24] = maps.made[:, :, 8:24, 8:24]
    window = slice(8, 24), slice(8, 24)
    assert detail_losses(maps, DetailWeights())["photometric"] > 0.1
    found = detail_losses(maps, DetailWeights(), plain_features, window)
    assert found["photometric"] == 0 and found["id_mrf"] < 0.01


def test_even_shading_is_smooth():
    assert smoothness_loss(torch.full((1, 3, 8, 8), 0.7)) == 0
    ramp = torch.arange(8.0).expand(1, 3, 8, 8)
    assert smoothness_loss(ramp) == 1 and smoothness_loss(ramp.transpose(2, 3)) == 1
