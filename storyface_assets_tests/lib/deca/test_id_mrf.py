"""ID-MRF sees whether patches are there, not only whether pixels are near."""

import pytest
import torch
from torch.nn.functional import avg_pool2d

from storyface_assets.lib.deca.features import Lite0Maps
from storyface_assets.lib.deca.id_mrf import id_mrf_loss, patch_loss


def maps(seed: int = 0) -> torch.Tensor:
    return torch.randn(2, 16, 8, 8, generator=torch.Generator().manual_seed(seed))


def as_published(made: torch.Tensor, true: torch.Tensor) -> float:
    """Wang et al., equations 1 to 3 in the form of the authors' code, patch by patch."""
    total = 0.0
    for one, other in zip(made, true, strict=True):
        centre = other.mean(0)
        v = [(x - c) for x, c in zip(one.flatten(1).T, centre.flatten(), strict=True)]
        s = [(x - c) for x, c in zip(other.flatten(1).T, centre.flatten(), strict=True)]
        rs = torch.zeros(len(s), len(v))
        for j, made_patch in enumerate(v):
            far = torch.stack([(1 - torch.cosine_similarity(p, made_patch, dim=0)) / 2 for p in s])
            near = torch.exp((1 - far / (far.min() + 1e-5)) / 0.5)
            rs[:, j] = near / near.sum()
        total += -float(torch.log(rs.max(1).values.mean()))
    return total


def test_it_is_the_published_formula():
    made, true = maps(1)[..., :4, :4], maps()[..., :4, :4]
    assert float(patch_loss(made, true)) == pytest.approx(as_published(made, true), rel=1e-4)


def test_it_is_least_for_equal_maps_and_grows_as_they_part():
    true = maps()
    near, far = true + 0.3 * maps(1), true + 2 * maps(1)
    assert 0 <= patch_loss(true, true) < 1e-3
    assert patch_loss(true, true) < patch_loss(near, true) < patch_loss(far, true)


def test_channels_in_another_order_are_other_patches_places_in_another_order_are_not():
    # The centre is each place's own mean, so that a shuffle of places keeps maps without one.
    true = maps() - maps().mean(1, keepdim=True)
    order = torch.randperm(16, generator=torch.Generator().manual_seed(0))
    assert patch_loss(true[:, order], true) > 10 * patch_loss(true, true) + 0.5
    places = torch.randperm(64, generator=torch.Generator().manual_seed(0))
    moved = true.flatten(2)[..., places].unflatten(2, (8, 8))
    assert patch_loss(moved, true) < 1e-3


def test_a_batch_sums_its_pictures():
    true, made = maps(), maps(1)
    one_by_one = sum(patch_loss(made[i : i + 1], true[i : i + 1]) for i in range(2))
    assert torch.allclose(patch_loss(made, true), one_by_one)


@pytest.mark.parametrize("empty", [0.0, 1.0])
def test_empty_maps_give_finite_losses_and_gradients(empty):
    # Fault: nothing of the face seen, features of length 0, not a number in all weights.
    made = torch.full((2, 16, 8, 8), empty, requires_grad=True)
    found = patch_loss(made, torch.full((2, 16, 8, 8), empty))
    found.backward()
    assert found.isfinite() and made.grad.isfinite().all()


def test_with_the_open_features_a_blurred_picture_costs_more_and_only_it_gets_gradients():
    features = Lite0Maps()
    torch.manual_seed(0)
    true = torch.rand(1, 3, 96, 96)
    assert [m.shape[1:] for m in features(true)] == [(24, 24, 24), (40, 12, 12)]
    blurred = avg_pool2d(true, 5, 1, 2).requires_grad_()
    found = id_mrf_loss(blurred, true, features)
    found.backward()
    assert found > id_mrf_loss(true, true, features) + 0.1
    assert blurred.grad.abs().max() > 0
    assert all(p.grad is None for p in features.parameters())
    assert not features.train().training
