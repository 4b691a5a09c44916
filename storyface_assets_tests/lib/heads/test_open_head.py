"""The shipped head as a function: codes in, vertices and landmarks out."""

from pathlib import Path

import numpy as np
import pytest
import torch

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.attributes import Attributes
from storyface_assets.lib.heads.expressions import unit_code
from storyface_assets.lib.heads.model import (
    N_EXPRESSION,
    N_POSE,
    N_SHAPE,
    POSE_GLOBAL,
    POSE_JAW,
    POSE_LEFT_EYE,
    HeadModel,
)
from storyface_assets.lib.heads.open_head import JOINTS, OpenHead, rotation_matrices
from storyface_assets.lib.heads.units import UNITS


def codes(seed: int, n: int = 1) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    rng = np.random.default_rng(seed)
    sizes = ((N_SHAPE, 1.0), (N_EXPRESSION, 0.3), (N_POSE, 0.2))
    parts = [rng.normal(0, spread, (n, size)).astype(np.float32) for size, spread in sizes]
    return tuple(torch.from_numpy(part) for part in parts)


def test_it_is_a_head_model(head: OpenHead) -> None:
    assert isinstance(head, HeadModel)
    assert head.expression_names == UNITS


def test_batched_equals_one_by_one(head: OpenHead) -> None:
    shape, expression, pose = codes(0, 3)
    together = head.vertices(shape, expression, pose)
    for i in range(3):
        alone = head.vertices(*(c[i : i + 1] for c in (shape, expression, pose)))
        torch.testing.assert_close(together[i : i + 1], alone, atol=1e-6, rtol=0)


def test_numpy_equals_torch(head: OpenHead) -> None:
    parts = codes(1)
    by_numpy = head.vertices_numpy(*(c[0].numpy() for c in parts))
    np.testing.assert_allclose(by_numpy, head.vertices(*parts)[0].numpy(), atol=1e-7)


@pytest.mark.parametrize("which", [0, 1, 2], ids=["shape", "expression", "pose"])
def test_gradient_matches_a_finite_difference(head: OpenHead, which: int) -> None:
    parts = list(codes(2))
    parts[which].requires_grad_(True)
    direction = torch.randn(parts[which].shape, generator=torch.Generator().manual_seed(0))

    def height() -> torch.Tensor:
        return head.landmarks(head.vertices(*parts), "ibug68").pow(2).sum()

    height().backward()
    slope = float((parts[which].grad * direction).sum())
    with torch.no_grad():
        original, step = parts[which].clone(), 1e-2
        values = []
        for sign in (1, -1):
            parts[which].copy_(original + sign * step * direction)
            values.append(float(height()))
    assert slope == pytest.approx((values[0] - values[1]) / (2 * step), rel=0.03, abs=1e-5)


def test_gradient_is_finite_at_the_zero_pose(head: OpenHead) -> None:
    pose = torch.zeros(1, N_POSE, requires_grad=True)
    shape, expression, _ = codes(3)
    head.vertices(shape, expression, pose).sum().backward()
    assert torch.isfinite(pose.grad).all()


def test_global_rotation_turns_everything_rigidly(head: OpenHead) -> None:
    shape, expression, _ = codes(4)
    still, turned = torch.zeros(1, N_POSE), torch.zeros(1, N_POSE)
    turned[:, POSE_GLOBAL] = torch.tensor([0.1, 0.7, -0.2])
    a, b = (head.vertices(shape, expression, pose)[0] for pose in (still, turned))
    rotation = rotation_matrices(turned[:, POSE_GLOBAL])[0]
    torch.testing.assert_close(b - b.mean(0), (a - a.mean(0)) @ rotation.T, atol=2e-5, rtol=0)


def test_jaw_opens_downwards_and_leaves_the_forehead(head: OpenHead) -> None:
    pose = np.zeros(N_POSE, np.float32)
    pose[POSE_JAW] = (0.3, 0, 0)
    zero = np.zeros(N_SHAPE, np.float32), np.zeros(N_EXPRESSION, np.float32)
    shut, opened = (head.vertices_numpy(*zero, p) for p in (np.zeros(N_POSE, np.float32), pose))
    moved = opened - shut
    points = head.landmarks(torch.from_numpy(moved)[None], "ibug68")[0].numpy()
    assert points[8, 1] < -0.015  # the chin drops more than 15 mm
    assert np.abs(points[17:27]).max() < 1e-3  # the brows stay


def test_an_eye_turns_about_its_centre(head: OpenHead) -> None:
    zero = np.zeros(N_SHAPE, np.float32), np.zeros(N_EXPRESSION, np.float32)
    pose = np.zeros(N_POSE, np.float32)
    pose[POSE_LEFT_EYE] = (0, 0.4, 0)
    rest = head.vertices_numpy(*zero, np.zeros(N_POSE, np.float32))
    turned = head.vertices_numpy(*zero, pose)
    part = np.unique(head.faces[head.face_part == head.part_names.index("left_eye")])
    centre = rest[part].mean(0)
    np.testing.assert_allclose(turned[part].mean(0), centre, atol=2e-5)
    radius = np.linalg.norm(rest[part] - centre, axis=1)
    np.testing.assert_allclose(np.linalg.norm(turned[part] - centre, axis=1), radius, atol=2e-5)
    assert turned[head.lids["left_eye"].pole, 0] > rest[head.lids["left_eye"].pole, 0] + 0.003


def test_joint_motions_carry_what_the_head_carries(head: OpenHead) -> None:
    shape, _, pose = codes(5)
    rotation, move = head.joint_motions_numpy(shape[0].numpy(), pose[0].numpy())
    rest = head.vertices(shape, torch.zeros(1, N_EXPRESSION), torch.zeros(1, N_POSE))[0].numpy()
    posed = head.vertices(shape, torch.zeros(1, N_EXPRESSION), pose)[0].numpy()
    j = JOINTS.index("head")
    only_head = head.skin_weights[:, j] > 0.999
    carried = rest[only_head] @ rotation[j].T + move[j]
    np.testing.assert_allclose(posed[only_head], carried, atol=1e-4)


def test_skinning_weights_sum_to_one(head: OpenHead) -> None:
    np.testing.assert_allclose(head.skin_weights.sum(1), 1, atol=2e-3)
    np.testing.assert_allclose(head.joint_regressor.sum(1), 1, atol=1e-4)


def test_mean_head_is_its_own_mirror_image(head: OpenHead) -> None:
    mirrored = head.template[head.mirror] * [-1, 1, 1]
    np.testing.assert_allclose(head.template, mirrored, atol=1e-6)


@pytest.mark.parametrize("name", [n for n in UNITS if n.endswith("Left")])
def test_left_and_right_units_mirror_each_other(head: OpenHead, name: str) -> None:
    left = head.expression_basis[UNITS.index(name)]
    right = head.expression_basis[UNITS.index(name[:-4] + "Right")]
    np.testing.assert_allclose(left[head.mirror] * [-1, 1, 1], right, atol=2e-5)
    centre = (np.abs(left).sum(1, keepdims=True) * head.template).sum(0) / np.abs(left).sum()
    if name not in ("jawLeft", "mouthLeft"):
        assert centre[0] > 0  # the subject's left is +X


def test_landmarks_lie_where_they_are_named(head: OpenHead) -> None:
    at = head.landmarks(torch.from_numpy(head.template)[None], "ibug68")[0].numpy()
    assert at[30, 2] == at[:, 2].max()  # the nose tip is the foremost
    assert at[8, 1] == at[:, 1].min()  # the chin is the lowest
    assert at[45, 0] > at[42, 0] > 0 > at[39, 0] > at[36, 0]  # eye corners, left is +X
    mesh = head.landmarks(torch.from_numpy(head.template)[None], "mediapipe478")[0].numpy()
    assert head.landmark_mask("mediapipe478").all()
    assert np.linalg.norm(mesh[4] - at[30]) < 0.006  # both name the nose tip
    assert np.linalg.norm(mesh[263] - at[45]) < 0.006  # and the left eye's outer corner
    assert mesh[474, 0] > mesh[473, 0] > mesh[476, 0]  # iris: +X edge, centre, −X edge
    assert mesh[475, 1] > mesh[473, 1] > mesh[477, 1]  # top, centre, bottom


def test_upper_lid_points_follow_the_lids_line(head: OpenHead) -> None:
    # The points placed by the build lie between their known neighbours, not elsewhere on the lid.
    mesh = head.landmarks(torch.from_numpy(head.template)[None], "mediapipe478")[0].numpy()
    for chain in ((33, 246, 161, 160, 159, 158, 157, 173, 133), (263, 466, 388, 387, 386, 385)):
        assert (np.abs(np.diff(mesh[list(chain), 0])) > 5e-4).all()
        assert (np.diff(np.abs(mesh[list(chain), 0])) < 0).all()


def test_the_lips_inner_landmarks_part_when_the_jaw_opens(head: OpenHead) -> None:
    """Fault: the lower lip's inner points lay on the upper lip, so an open mouth fitted as shut."""
    code = unit_code({"jawOpen": 1.0})
    zero = np.zeros(N_SHAPE, np.float32), np.zeros(N_POSE, np.float32)
    shut, opened = (
        torch.from_numpy(head.vertices_numpy(zero[0], e, zero[1]))[None] for e in (0 * code, code)
    )
    for kind, upper, lower in (
        ("ibug68", [61, 62, 63], [67, 66, 65]),
        ("mediapipe478", [82, 13, 312, 81, 311], [87, 14, 317, 178, 402]),
    ):
        at_rest, moved = (head.landmarks(v, kind)[0].numpy() for v in (shut, opened))  # type: ignore[arg-type]
        assert (np.linalg.norm(at_rest[upper] - at_rest[lower], axis=1) < 0.004).all()
        assert (moved[upper, 1] - moved[lower, 1] > 0.02).all()


def test_mediapipes_corners_of_the_mouth_mirror_each_other(head: OpenHead) -> None:
    """Fault: 78 lay 87 mm behind the lips."""
    mesh = head.landmarks(torch.from_numpy(head.template)[None], "mediapipe478")[0].numpy()
    np.testing.assert_allclose(mesh[78] * [-1, 1, 1], mesh[308], atol=1e-3)


def test_blink_brings_the_lids_over_the_eye(head: OpenHead) -> None:
    from storyface_assets.lib.heads.build.measure import visible_eye

    rng = np.random.default_rng(7)
    zero = np.zeros(N_POSE, np.float32)
    for shape in rng.normal(size=(3, N_SHAPE)).astype(np.float32):
        at_rest = head.vertices_numpy(shape, np.zeros(N_EXPRESSION, np.float32), zero)
        shut = head.vertices_numpy(shape, unit_code({"eyeBlink": 1.0}), zero)
        assert visible_eye(head, at_rest) > 0.2
        assert visible_eye(head, shut) == 0.0


def test_attributes_change_the_head_as_they_say(head: OpenHead) -> None:
    def points(person: Attributes) -> np.ndarray:
        code = head.attributes_to_shape(person)
        vertices = head.template + np.tensordot(code, head.shape_basis, 1)
        return head.landmarks(torch.from_numpy(vertices.astype(np.float32))[None], "ibug68")[0]

    adult, child = points(Attributes(age_years=30)), points(Attributes(age_years=6))
    assert np.ptp(child[:, 1]) < 0.85 * np.ptp(adult[:, 1])
    jaws = [points(Attributes(weight=w))[[4, 12], 0] for w in (0.0, 1.0)]
    assert np.ptp(jaws[1]) > np.ptp(jaws[0]) + 0.008


def test_random_codes_have_natural_sizes(head: OpenHead) -> None:
    # Unit variance is what a fit's regulariser relies on: one sigma must not make monsters.
    rng = np.random.default_rng(0)
    for code in rng.normal(size=(20, N_SHAPE)):
        vertices = head.template + np.tensordot(code, head.shape_basis, 1)
        at = head.landmarks(torch.from_numpy(vertices.astype(np.float32))[None], "ibug68")[0]
        outer_corners = float(torch.linalg.vector_norm(at[45] - at[36]))
        assert 0.07 < outer_corners < 0.13


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="head.npz"):
        OpenHead.load(tmp_path / "head.npz")
    (tmp_path / "head.npz").write_bytes(b"not an archive")
    with pytest.raises(BadInput, match="head.npz"):
        OpenHead.load(tmp_path / "head.npz")
    np.savez(tmp_path / "head.npz", template=np.zeros((3, 3)))
    with pytest.raises(BadInput, match="shape_basis"):
        OpenHead.load(tmp_path / "head.npz")


def test_a_cut_off_file_is_named(tmp_path: Path) -> None:
    """Fault: a download that broke off ends in zipfile's own error."""
    broken = tmp_path / "head.npz"
    broken.write_bytes(b"PK\x03\x04" + bytes(400))
    with pytest.raises(BadInput, match="head.npz"):
        OpenHead.load(broken)
