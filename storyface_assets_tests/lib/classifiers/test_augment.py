"""Changed pictures are still the pictures."""

import pytest
import torch

from storyface_assets.lib.classifiers.augment import Changes, changed, resized

NONE = Changes(turn=0, zoom=0, shift=0, light=0, hidden=0)


@pytest.fixture
def pictures():
    torch.manual_seed(0)
    coarse = torch.rand(16, 3, 6, 6) * 1.6 - 0.8
    return torch.nn.functional.interpolate(coarse, (64, 64), mode="bicubic").clamp(-1, 1)


def test_without_changes_a_picture_stays_or_is_mirrored(pictures):
    made = changed(pictures, 64, NONE)
    same = (made - pictures).abs().flatten(1).amax(1) < 1e-4
    mirrored = (made - pictures.flip(3)).abs().flatten(1).amax(1) < 1e-4
    assert (same | mirrored).all() and 2 < int(same.sum()) < 14


@pytest.mark.parametrize("size", [32, 48, 96])
def test_size_and_range(pictures, size):
    made = changed(pictures, size, Changes())
    assert made.shape == (16, 3, size, size) and made.abs().max() <= 1.0001
    assert resized(pictures, size).shape == (16, 3, size, size)


def test_pictures_are_changed_each_in_its_own_way_and_not_beyond_knowing(pictures):
    """Fault: a factor of chance drawn once a batch, or one that ruins the picture."""
    one = pictures[:1].expand(16, -1, -1, -1)
    made = changed(one, 64, Changes(hidden=0))
    away = (made - made[:1]).abs().flatten(1).mean(1)
    assert (away[1:] > 0.01).all() and away[1:].unique().numel() == 15
    assert (made.mean((1, 2, 3)) - one.mean((1, 2, 3))).abs().max() < 0.5


def test_half_of_the_pictures_have_a_part_hidden(pictures):
    torch.manual_seed(1)
    many = (pictures[:1].abs() + 0.1).clamp(0, 1).expand(400, -1, -1, -1)
    made = changed(many, 64, Changes(turn=0, zoom=0, shift=0, light=0, hidden=0.25))
    shares = (made == 0).all(1).float().mean((1, 2))
    assert 150 < int((shares > 0).sum()) < 250 and shares.max() < 0.09
