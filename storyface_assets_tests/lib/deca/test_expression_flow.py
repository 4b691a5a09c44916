"""A photo's pixels follow the mesh from expression to expression."""

from pathlib import Path

import pytest
import torch

from storyface_assets.lib.deca.camera import project
from storyface_assets.lib.deca.codes import N_CODES, Codes
from storyface_assets.lib.deca.expression_flow import ExpressionFlow
from storyface_assets.lib.heads.interface import full_pose
from storyface_assets.lib.heads.open_head import OpenHead

HEAD = Path(__file__).parents[3] / "data" / "open_models" / "open_head" / "head.npz"
SIDE = 112


@pytest.fixture(scope="module")
def head():
    return OpenHead.load(HEAD)


@pytest.fixture(scope="module")
def flow(head):
    return ExpressionFlow(head, SIDE)


@pytest.fixture
def true():
    """Two heads that look about, their mouths a little open."""
    codes = Codes.split(torch.zeros(2, N_CODES))
    rng = torch.Generator().manual_seed(3)
    codes.shape[:] = 0.3 * torch.randn(2, 100, generator=rng)
    codes.expression[:] = 0.2 * torch.rand(2, 50, generator=rng)
    codes.pose[:, 1] = torch.tensor([0.2, -0.3])
    codes.camera[:] = torch.tensor([8.0, 0.0, -0.02])
    return codes


def test_the_true_expression_moves_nothing(flow, true):
    moves = flow.moves(true, true.expression)
    assert moves.shape == (2, 2, SIDE, SIDE) and moves.abs().max() < 1e-5


def test_a_pixel_comes_from_where_its_skin_was(head, flow, true):
    """Fault: the photo is moved the other way, by half, or in another unit."""
    told = torch.zeros(2, 50)
    moves = flow.moves(true, told)
    before, after = (
        project(head.vertices(true.shape, code, full_pose(true.pose)), true.camera)
        for code in (true.expression, told)
    )
    was, now = (head.landmarks(points, "ibug68")[:, 17:60, :2] for points in (before, after))
    place = ((now + 1) * SIDE / 2).long()
    found = torch.stack([moves[b, :, place[b, :, 1], place[b, :, 0]].T for b in range(2)])
    far = (was - now).norm(dim=2)
    assert far.max() > 0.02
    # Between two lips, or at a lid's edge, the pixel may see another skin than the landmark's.
    assert (found - (was - now)).norm(dim=2).median() < 0.1 * far.mean()
    assert (moves[:, :, 0] == 0).all()  # no head in the topmost row


def test_gradients_are_those_of_the_moves(flow, true):
    """Fault: moves are right, but an encoder is drawn elsewhere by them."""
    rng = torch.Generator().manual_seed(0)
    # Smooth over the picture: what changes at an outline has no gradient.
    coarse = torch.randn(2, 2, 4, 4, generator=rng)
    weight = torch.nn.functional.interpolate(coarse, SIDE, mode="bilinear")
    told = (true.expression + 0.05).requires_grad_(True)
    (flow.moves(true, told) * weight).sum().backward()
    way = torch.rand(2, 50, generator=rng)
    ahead, behind = (
        (flow.moves(true, told.detach() + step * way) * weight).sum() for step in (1e-2, -1e-2)
    )
    assert float((ahead - behind) / 2e-2) == pytest.approx(float((told.grad * way).sum()), rel=0.05)
