"""FLAME's equations against closed forms, in double precision."""

import numpy as np
import pytest
import torch

from storyface_assets.lib.heads.flame.contour import contour_row, yaw_degrees
from storyface_assets.lib.heads.flame.model import Flame
from storyface_assets.lib.heads.interface import CodeSizes, MorphableHead, full_pose
from storyface_assets.lib.heads.model import (
    N_POSE,
    POSE_GLOBAL,
    POSE_JAW,
    POSE_LEFT_EYE,
    POSE_NECK,
)
from storyface_assets_tests.lib.heads.flame.tiny_flame import ONLY, N

#: A quarter turn about x: y goes to z, z to −y; and about y: z goes to x, x to −z.
ABOUT_X = torch.tensor([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]], dtype=torch.float64)
ABOUT_Y = torch.tensor([[0.0, 0, 1], [0, 1, 0], [-1, 0, 0]], dtype=torch.float64)
QUARTER = np.pi / 2
JAW = ONLY[2]


def posed(**turns: tuple[float, float, float]) -> torch.Tensor:
    parts = {"root": POSE_GLOBAL, "neck": POSE_NECK, "jaw": POSE_JAW, "left": POSE_LEFT_EYE}
    pose = torch.zeros(1, N_POSE, dtype=torch.float64)
    for name, turn in turns.items():
        pose[0, parts[name]] = torch.tensor(turn, dtype=torch.float64)
    return pose


def head(flame: Flame, pose: torch.Tensor, **codes: torch.Tensor) -> torch.Tensor:
    shape = codes.get("shape", torch.zeros(1, 100, dtype=torch.float64))
    expression = codes.get("expression", torch.zeros(1, 50, dtype=torch.float64))
    return flame.vertices(shape, expression, pose)[0]


def one_hot(length: int, at: int, value: float) -> torch.Tensor:
    code = torch.zeros(1, length, dtype=torch.float64)
    code[0, at] = value
    return code


def corrected(flame: Flame, joint: int, turn: torch.Tensor) -> torch.Tensor:
    """The template with the correctives of one turned joint (1 = neck, 2 = jaw …)."""
    numbers = slice(9 * (joint - 1), 9 * joint)
    bent = (turn - torch.eye(3)).flatten()
    return flame.template + torch.einsum("k,kvd->vd", bent, flame.pose_basis[numbers])


def joint(flame: Flame, vertices: torch.Tensor, number: int) -> torch.Tensor:
    """Each of the tiny model's joints is the middle of the vertices that follow it."""
    return vertices[ONLY[number]].mean(0)


def same(a: torch.Tensor, b: torch.Tensor) -> None:
    torch.testing.assert_close(a, b, atol=1e-8, rtol=0)


def test_it_is_a_head_with_decas_codes(flame: Flame) -> None:
    assert isinstance(flame, MorphableHead)
    assert flame.sizes == CodeSizes(100, 50, 15, 0) and flame.unit == "m"
    assert flame.triangles.shape == (N, 3)


def test_zero_codes_are_the_template(flame: Flame) -> None:
    same(head(flame, posed()), flame.template)


def test_one_component_alone(flame: Flame) -> None:
    moved = head(flame, posed(), shape=one_hot(100, 99, 2.0))
    same(moved, flame.template + 2 * flame.shape_basis[99])
    moved = head(flame, posed(), expression=one_hot(50, 49, -0.5))
    same(moved, flame.template - 0.5 * flame.expression_basis[49])


def test_the_jaw_turned_by_a_right_angle(flame: Flame) -> None:
    opened = head(flame, posed(jaw=(QUARTER, 0, 0)))
    rest, pivot = corrected(flame, 2, ABOUT_X), joint(flame, flame.template, 2)
    same(opened[JAW], (rest[JAW] - pivot) @ ABOUT_X.T + pivot)
    # All other joints' vertices stay, but for the correctives.
    others = ONLY[0] + ONLY[1] + ONLY[3] + ONLY[4]
    same(opened[others], rest[others])
    # Half neck, half jaw: half-way between the two.
    half = 0.5 * rest[13] + 0.5 * ((rest[13] - pivot) @ ABOUT_X.T + pivot)
    same(opened[13], half)


def test_the_neck_carries_the_turned_jaw(flame: Flame) -> None:
    pose = posed(neck=(0, QUARTER, 0), jaw=(QUARTER, 0, 0))
    rest = corrected(flame, 1, ABOUT_Y) + corrected(flame, 2, ABOUT_X) - flame.template
    neck, jaw = joint(flame, flame.template, 1), joint(flame, flame.template, 2)
    turned = (rest[JAW] - jaw) @ ABOUT_X.T + jaw
    same(head(flame, pose)[JAW], (turned - neck) @ ABOUT_Y.T + neck)
    same(head(flame, pose)[ONLY[1]], (rest[ONLY[1]] - neck) @ ABOUT_Y.T + neck)
    same(head(flame, pose)[ONLY[0]], rest[ONLY[0]])


def test_joints_move_with_the_shaped_head(flame: Flame) -> None:
    """Fault: pivots of the mean head, which let a long face's jaw slide."""
    code = one_hot(100, 0, 3.0)
    shaped = flame.template + 3 * flame.shape_basis[0]
    pivot, rest = joint(flame, shaped, 2), corrected(flame, 2, ABOUT_X) - flame.template + shaped
    opened = head(flame, posed(jaw=(QUARTER, 0, 0)), shape=code)
    same(opened[JAW], (rest[JAW] - pivot) @ ABOUT_X.T + pivot)


def test_an_eye_turns_alone_about_its_middle(flame: Flame) -> None:
    pose = posed(left=(0, QUARTER, 0))
    rest, pivot = corrected(flame, 3, ABOUT_Y), joint(flame, flame.template, 3)
    looking = head(flame, pose)
    same(looking[ONLY[3]], (rest[ONLY[3]] - pivot) @ ABOUT_Y.T + pivot)
    same(looking[ONLY[4]], rest[ONLY[4]])


def test_a_whole_turn_of_the_head_is_rigid_and_bends_nothing(flame: Flame) -> None:
    rng = torch.Generator().manual_seed(0)
    shape = torch.randn(1, 100, generator=rng, dtype=torch.float64)
    still = head(flame, posed(jaw=(0.3, 0, 0)), shape=shape)
    turned = head(flame, posed(jaw=(0.3, 0, 0), root=(0, QUARTER, 0)), shape=shape)
    pivot = joint(flame, flame.template + (shape[0, :, None, None] * flame.shape_basis).sum(0), 0)
    same(turned, (still - pivot) @ ABOUT_Y.T + pivot)


def test_batched_equals_one_by_one(flame: Flame) -> None:
    rng = torch.Generator().manual_seed(1)
    codes = [torch.randn(3, n, generator=rng, dtype=torch.float64) * 0.3 for n in (100, 50, 15)]
    together = flame.vertices(*codes)
    points = flame.landmarks68(together, codes[2])
    assert points.shape == (3, 68, 3)
    for i in range(3):
        alone = [code[i : i + 1] for code in codes]
        same(together[i : i + 1], flame.vertices(*alone))
        same(points[i : i + 1], flame.landmarks68(flame.vertices(*alone), alone[2]))


@pytest.mark.parametrize("spread", [0.0, 0.4], ids=["at rest", "turned"])
def test_gradients_are_right_also_at_rest(flame: Flame, spread: float) -> None:
    """Fault: Rodrigues' formula divides by an angle of zero, and training ends in NaN."""
    rng = torch.Generator().manual_seed(2)
    pose = spread * torch.randn(1, 15, generator=rng, dtype=torch.float64)
    shape = torch.randn(1, 100, generator=rng, dtype=torch.float64)[:, :4]
    expression = torch.zeros(1, 50, dtype=torch.float64)[:, :4]

    def points(*codes: torch.Tensor) -> torch.Tensor:
        shape = torch.nn.functional.pad(codes[0], (0, 96))
        expression = torch.nn.functional.pad(codes[1], (0, 46))
        return flame.landmarks68(flame.vertices(shape, expression, codes[2]), codes[2])

    codes = [code.clone().requires_grad_() for code in (shape, expression, pose)]
    assert torch.autograd.gradcheck(points, codes, eps=1e-6, atol=1e-6)


def test_single_precision_gradients_are_finite_at_rest(arrays: dict[str, np.ndarray]) -> None:
    flame, pose = Flame(arrays), torch.zeros(2, 15, requires_grad=True)
    vertices = flame.vertices(torch.zeros(2, 100), torch.zeros(2, 50), pose)
    flame.landmarks68(vertices, pose).square().sum().backward()
    assert torch.isfinite(pose.grad).all() and pose.grad.abs().sum() > 0


def test_decas_pose_code_leaves_neck_and_eyes_at_rest(flame: Flame) -> None:
    code = torch.tensor([[0.1, 0.2, 0.3, 0.4, 0.0, 0.0]], dtype=torch.float64)
    wanted = posed(root=(0.1, 0.2, 0.3), jaw=(0.4, 0, 0))
    same(head(flame, full_pose(code)), head(flame, wanted))


def degrees(value: float) -> float:
    return float(np.radians(value))


@pytest.mark.parametrize(
    ("yaw", "row"), [(0, 0), (20.4, 20), (39, 39), (80, 39), (-1, 40), (-20.4, 59), (-80, 78)]
)
def test_the_outline_follows_the_yaw(flame: Flame, yaw: float, row: int) -> None:
    pose = posed(root=(0, degrees(yaw), 0))
    assert int(contour_row(pose)) == row
    vertices = head(flame, pose)
    points = flame.landmarks68(vertices[None], pose)[0]
    corners, weights = flame.contour_corners[row], flame.contour_barycentric[row]
    outline = torch.einsum("nk,nkd->nd", weights, vertices[corners.long()])
    same(points[:17], outline)


def test_the_inner_points_do_not_follow_the_yaw(flame: Flame) -> None:
    vertices = head(flame, posed())[None]
    front = flame.landmarks68(vertices, posed())
    side = flame.landmarks68(vertices, posed(root=(0, degrees(30), 0)))
    same(front[:, 17:], side[:, 17:])
    assert (front[:, :17] - side[:, :17]).abs().max() > 1e-3


def test_yaw_is_that_of_neck_and_whole_head_together() -> None:
    both = posed(root=(0, degrees(10), 0), neck=(0, degrees(-25), 0))
    assert float(yaw_degrees(both)) == pytest.approx(-15)
    for nod in (posed(root=(0.5, 0, 0)), posed(root=(0, 0, 0.5)), posed(jaw=(0, 0.5, 0))):
        assert float(yaw_degrees(nod)) == pytest.approx(0, abs=1e-9)


def test_a_batch_takes_a_row_each(flame: Flame) -> None:
    poses = torch.cat([posed(root=(0, degrees(y), 0)) for y in (0, 12, -12)])
    assert contour_row(poses).tolist() == [0, 12, 51]
