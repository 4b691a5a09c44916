"""Landmarks: which count, which pairs are lids and lips, and what happens without any."""

import pytest
import torch

from storyface_assets.lib.deca.landmark_losses import (
    LIDS,
    LIPS,
    gap_loss,
    landmark_loss,
    landmark_weights,
)


def face(batch: int = 2) -> torch.Tensor:
    torch.manual_seed(0)
    return torch.rand(batch, 68, 2) - 0.5


ALL = torch.ones(2, 68)


def test_tips_and_corners_count_three_times_the_contour_once():
    weights = landmark_weights()
    assert weights[0] == 1 and weights[36] == 1
    assert weights[[5, 6, 10, 11]].tolist() == [2] * 4
    assert weights[[27, 34, 49, 67]].tolist() == [1.5] * 4
    assert weights[[30, 31, 35, 48, 54]].tolist() == [3] * 5
    true = face()
    moved = true.clone()
    moved[:, 30, 0] += 0.2
    wanted = 3 * 0.2 / (2 * landmark_weights().sum())
    assert torch.allclose(landmark_loss(moved, true, ALL), wanted)


@pytest.mark.parametrize("loss", [landmark_loss, lambda *a: gap_loss(*a, LIDS)])
def test_without_a_visible_landmark_losses_are_zero_and_gradients_finite(loss):
    # Fault: a face that no detector found (not a number) makes the whole batch one.
    told = face().requires_grad_()
    nothing = torch.full((2, 68, 2), torch.nan)
    found = loss(told, nothing, torch.zeros(2, 68))
    found.backward()
    assert found == 0 and told.grad.abs().max() == 0
    one_found = torch.cat([told[:1].detach(), nothing[:1]])
    visible = torch.tensor([[1.0], [0.0]]).expand(2, 68)
    assert loss(told, one_found, visible) == 0


def test_lids_are_compared_by_how_far_apart_they_are_not_by_where():
    true = face()
    elsewhere = true + 0.3
    assert gap_loss(elsewhere, true, ALL, LIDS) < 1e-6
    shut = true.clone()
    shut[:, LIDS[1]] = shut[:, LIDS[0]]
    wanted = torch.linalg.vector_norm(true[:, LIDS[0]] - true[:, LIDS[1]], dim=2).mean()
    assert torch.allclose(gap_loss(shut, true, ALL, LIDS), wanted)
    assert gap_loss(shut, true, ALL, LIPS) < 1e-6


def test_lids_and_lips_that_touch_have_gradients():
    told = torch.zeros(1, 68, 2, requires_grad=True)
    gap_loss(told, face(1), ALL[:1], LIPS).backward()
    assert told.grad.isfinite().all()


def test_pairs_lie_above_each_other():
    # In iBUG's order: 37 over 41, 38 over 40, and 61 over 67 (the lips' inner edge).
    assert LIDS == ((37, 38, 43, 44), (41, 40, 47, 46))
    assert LIPS == ((61, 62, 63), (67, 66, 65))
