"""Errors of codes, in millimetres, degrees and places."""

from pathlib import Path

import numpy as np
import pytest
import torch

from storyface_assets.lib.deca.camera import project
from storyface_assets.lib.deca.codes import N_CODES, Codes
from storyface_assets.lib.deca.face_points import FacePoints
from storyface_assets.lib.deca.known_codes import (
    KnownWeights,
    known_errors,
    known_loss,
    turn_between,
)
from storyface_assets.lib.heads.interface import full_pose
from storyface_assets.lib.heads.open_head import OpenHead

HEAD = Path(__file__).parents[3] / "data" / "open_models" / "open_head" / "head.npz"


@pytest.fixture(scope="module")
def head():
    return OpenHead.load(HEAD)


@pytest.fixture(scope="module")
def points(head):
    return FacePoints.of(head)


def some_codes(count=3, seed=0):
    """Codes of heads that look about, jaws shut."""
    rng = torch.Generator().manual_seed(seed)
    vector = 0.3 * torch.randn(count, N_CODES, generator=rng)
    codes = Codes.split(vector)
    codes.expression.abs_().clamp_(0, 0.5)
    codes.pose[:, 3:] = 0
    codes.camera[:] = torch.tensor([8.0, 0.01, -0.02])
    return codes


def test_points_are_seen_where_the_model_poses_them(head, points):
    """Fault: a turn about another joint, or a shape that leaves the joint behind."""
    codes = some_codes()
    seen = points.seen(codes)[:, :68]
    vertices = head.vertices(codes.shape, codes.expression, full_pose(codes.pose))
    landmarks = head.landmarks(vertices, "ibug68")
    away = (seen - project(landmarks, codes.camera)[..., :2]).norm(dim=-1)
    # Lids are pushed out of the eyeball by the model, which is not linear.
    assert away.median() < 1e-3 and away.max() < 0.03
    assert points.mean.shape[0] > 200


def test_true_codes_have_no_error_and_others_have(points):
    true = some_codes()
    same = known_errors(true, true, points)
    assert all(float(value) < 1e-2 for value in same.values())
    other = known_errors(some_codes(seed=1), true, points)
    assert all(float(other[name]) > 0.01 for name in other if name not in ("jaw", "place"))


def test_a_unit_of_shape_is_measured_in_millimetres(points):
    """Fault: metres, or the number of the code itself."""
    true = some_codes(1)
    vector = true.vector().clone()
    vector[0, 0] += 1
    told = Codes.split(vector)
    moved = 1000 * points.shape[0].norm(dim=-1).mean()
    assert known_errors(told, true, points)["shape"] == pytest.approx(float(moved), rel=1e-4)
    assert 0.05 < float(moved) < 20


def test_angles_are_degrees_and_never_no_number():
    turn = torch.tensor([[0.0, np.pi / 6, 0.0]])
    assert turn_between(turn, torch.zeros(1, 3)).item() == pytest.approx(30, abs=0.1)
    still = torch.zeros(1, 3, requires_grad=True)
    turn_between(still, torch.zeros(1, 3)).sum().backward()
    assert torch.isfinite(still.grad).all()


def test_the_loss_pulls_codes_towards_the_true_ones(points):
    """Fault: a sign, or a term whose slope is nothing."""
    true = some_codes()
    vector = some_codes(seed=2).vector().clone().requires_grad_(True)
    adam = torch.optim.Adam([vector], 0.02)
    losses = []
    for _ in range(120):
        adam.zero_grad()
        loss = known_loss(known_errors(Codes.split(vector), true, points), KnownWeights())
        loss.backward()
        adam.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.2 * losses[0]
