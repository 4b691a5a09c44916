import numpy as np
import pytest
import torch

from storyface_assets.lib.heads.build.measure import lid_clearance
from storyface_assets.lib.heads.expressions import unit_code
from storyface_assets.lib.heads.lids import keep_lids_outside, keep_lids_outside_numba
from storyface_assets.lib.heads.model import N_POSE, N_SHAPE
from storyface_assets.lib.heads.open_head import EYES, JOINTS, OpenHead


@pytest.mark.parametrize("amount", [0.0, 0.3, 0.5, 0.7, 1.0])
def test_lids_stay_outside_the_eyeball_through_a_blink(head: OpenHead, amount: float) -> None:
    # A linear blink runs 2 mm inside the ball half-way: the white of the eye shone through.
    shape = np.random.default_rng(0).normal(size=(4, N_SHAPE)).astype(np.float32)
    codes = torch.from_numpy(np.tile(unit_code({"eyeBlink": amount}), (4, 1)))
    vertices = head.vertices(torch.from_numpy(shape), codes, torch.zeros(4, N_POSE)).numpy()
    assert lid_clearance(head, vertices) > 0.1


def test_the_render_kernel_agrees_with_torch(head: OpenHead) -> None:
    rng = np.random.default_rng(1)
    code = rng.normal(size=N_SHAPE)
    shaped = (head.template + np.tensordot(code, head.shape_basis, 1)).astype(np.float32)
    blink = np.tensordot(unit_code({"eyeBlink": 0.5}), head.expression_basis, 1)
    points = (shaped + blink).astype(np.float32)
    joints = head.joint_regressor @ shaped + head.joint_offset
    rest = torch.from_numpy(points.copy())[None]
    for eye in EYES:
        lids, centre = head.lids[eye], joints[JOINTS.index(eye)].astype(np.float32)
        radius = float(np.linalg.norm(shaped[lids.pole] - centre))
        before = points.copy()
        keep_lids_outside_numba(points, lids.vertices, lids.gap, centre, radius)
        assert np.abs(points - before).max() > 5e-4  # there was something to mend
        ball = torch.from_numpy(shaped)[None], torch.from_numpy(centre)[None]
        rest = keep_lids_outside(rest, *ball, lids)
    np.testing.assert_allclose(points, rest[0].numpy(), atol=1e-6)
