"""Losses with known values."""

import numpy as np
import pytest
import torch

from storyface_assets.lib.stargan.label_vectors import celeba_vector, emotion_vector
from storyface_assets.lib.stargan.losses import (
    class_loss,
    critic_loss,
    generator_loss,
    gradient_penalty,
    guide_loss,
    paired_loss,
    r1_penalty,
    reconstruction_loss,
)
from storyface_assets.lib.stargan.painter import Strokes


def test_the_penalty_of_a_linear_critic_is_known():
    torch.manual_seed(0)
    weight = torch.randn(3, 4, 4)
    real, fake = torch.randn(2, 5, 3, 4, 4).unbind()
    found = gradient_penalty(lambda x: (x * weight).sum((1, 2, 3))[:, None], real, fake)
    assert float(found) == pytest.approx((float(weight.norm()) - 1) ** 2, rel=1e-5)
    unit = weight / weight.norm()
    none = gradient_penalty(lambda x: (x * unit).sum((1, 2, 3))[:, None], real, fake)
    assert float(none) == pytest.approx(0, abs=1e-6)


def test_the_penalty_is_taken_between_the_pictures_and_can_be_learned_from():
    seen = []
    scale = torch.tensor(2.0, requires_grad=True)

    def critic(x):
        seen.append(x.detach())
        return (scale * x).sum((1, 2, 3))[:, None]

    real, fake = torch.zeros(64, 1, 1, 1), torch.ones(64, 1, 1, 1)
    gradient_penalty(critic, real, fake).backward()
    assert float(scale.grad) == pytest.approx(2 * (2 - 1))
    assert 0 <= seen[0].min() < 0.2 < 0.8 < seen[0].max() <= 1
    assert seen[0].unique().numel() == 64  # another place for each picture


def test_only_the_slice_of_the_domain_counts():
    """Fault: CelebA's pictures teach the critic that nobody there has an emotion."""
    torch.manual_seed(1)
    logits = torch.randn(2, 9)
    attributes = {"Black_Hair": 1, "Blond_Hair": 0, "Brown_Hair": 0, "Male": 1, "Young": 0}
    celeba = torch.from_numpy(celeba_vector(attributes)).expand(2, -1)
    custom = torch.from_numpy(emotion_vector("panic")).expand(2, -1)
    other = logits.clone()
    other[:, 5:] += 7
    assert class_loss(logits, celeba, "CelebA") == class_loss(other, celeba, "CelebA")
    assert class_loss(logits, custom, "Custom") != class_loss(other * 2, custom, "Custom")
    other = logits.clone()
    other[:, :5] += 7
    assert class_loss(logits, custom, "Custom") == class_loss(other, custom, "Custom")
    # Summed over attributes, averaged over pictures: five times log 2 where nothing is known.
    nothing = torch.zeros(2, 9)
    assert float(class_loss(nothing, celeba, "CelebA")) == pytest.approx(5 * 0.693147, rel=1e-5)
    assert float(class_loss(nothing, custom, "Custom")) == pytest.approx(1.386294, rel=1e-5)


def test_signs():
    real, fake = torch.full((2, 1, 2, 2), 3.0), torch.full((2, 1, 2, 2), 1.0)
    assert float(critic_loss(real, fake)) == -2 and float(generator_loss(fake)) == -1
    assert float(reconstruction_loss(real, fake)) == 2


def test_r1_is_half_the_squared_slope_at_real_pictures():
    weight = torch.randn(3, 4, 4)
    found = r1_penalty(
        lambda x: (x * weight).sum((1, 2, 3))[:, None, None, None], torch.randn(5, 3, 4, 4)
    )
    assert float(found) == pytest.approx(float(weight.square().sum()) / 2, rel=1e-5)


def test_the_logistic_losses_pull_against_each_other():
    real, fake = torch.tensor([2.0]), torch.tensor([-2.0])
    sure, fooled = critic_loss(real, fake, "logistic"), critic_loss(fake, real, "logistic")
    assert float(sure) == pytest.approx(2 * np.log1p(np.exp(-2)), rel=1e-5) and sure < fooled
    assert generator_loss(fake, "logistic") > generator_loss(real, "logistic")


def test_the_flow_that_moves_a_face_is_the_one_that_its_landmarks_ask_for():
    """Fault: a flow that is taught to go the other way moves brows down in astonishment."""
    before, after = torch.full((2, 1, 3, 32, 32), -1.0).unbind()
    before[0, :, 10, 8], after[0, :, 14, 6] = 1.0, 1.0
    centre = [[(8.5, 10.5)], [(6.5, 14.5)]]  # x, y of the pixels' middles
    marks = torch.tensor([centre]) / 32 * 2 - 1
    flow = torch.zeros(1, 2, 32, 32)
    flow[:, 0], flow[:, 1] = 2 / 32, -4 / 32
    nothing = torch.zeros(1, 1, 32, 32)
    moved = Strokes(flow, nothing.expand(1, 3, 32, 32), nothing).applied(before)
    assert torch.allclose(moved[..., 4:28, 4:28], after[..., 4:28, 4:28], atol=1e-4)
    assert float(guide_loss(flow, marks)) == pytest.approx(0, abs=1e-6)
    assert float(guide_loss(-flow, marks)) == pytest.approx(80 * 100**2 / 32**2, rel=1e-4)


def test_landmarks_that_were_not_found_or_lie_outside_teach_nothing():
    marks = torch.zeros(1, 2, 3, 2)
    marks[0, 0, 0], marks[0, 1, 1] = float("nan"), 1.5
    flow = torch.full((1, 2, 8, 8), 0.25, requires_grad=True)
    loss = guide_loss(flow, marks)
    loss.backward()
    assert loss.item() == pytest.approx(2 * 25**2) and flow.grad.isfinite().all()
    assert guide_loss(flow, marks[:, :, :2]).item() == 0


def test_what_changes_weighs_as_much_as_all_the_rest():
    begin, end = torch.zeros(2, 1, 3, 10, 10).unbind()
    end[..., 0, 0] = 1.0
    # All that changes was left out: once as a hundredth of the picture, once as all of it.
    assert float(paired_loss(begin, begin, end)) == pytest.approx((0.01 + 1) / 2)
    wrong = end.clone()
    wrong[..., 5, 5] = 1.0
    assert float(paired_loss(wrong, begin, end)) == pytest.approx(0.01 / 2)
