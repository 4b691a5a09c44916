"""The open head behind the interface that FLAME and the Basel model share."""

import numpy as np
import torch

from storyface_assets.lib.heads.interface import CodeSizes, MorphableHead, full_pose
from storyface_assets.lib.heads.model import POSE_JAW
from storyface_assets.lib.heads.open_adapter import OpenHeadAdapter
from storyface_assets.lib.heads.open_head import OpenHead


def test_it_gives_what_the_open_head_gives(head: OpenHead) -> None:
    adapted = OpenHeadAdapter(head)
    assert isinstance(adapted, MorphableHead) and adapted.unit == "m"
    assert adapted.sizes == CodeSizes(100, 50, 15, 50)
    assert adapted.triangles is head.faces
    rng = torch.Generator().manual_seed(0)
    codes = [0.3 * torch.randn(2, n, generator=rng) for n in (100, 50, 15)]
    vertices = adapted.vertices(*codes)
    assert torch.equal(vertices, head.vertices(*codes))
    points = adapted.landmarks68(vertices, codes[2])
    assert torch.equal(points, head.landmarks(vertices, "ibug68"))


def test_decas_six_numbers_open_its_jaw(head: OpenHead) -> None:
    """Fault: neck and jaw exchanged between DECA's pose code and ours."""
    pose = full_pose(torch.tensor([[0.0, 0, 0, 0.3, 0, 0]]))
    assert pose.shape == (1, 15) and float(pose[0, POSE_JAW][0]) == np.float32(0.3)
    still = torch.zeros(1, 100), torch.zeros(1, 50)
    adapted = OpenHeadAdapter(head)
    shut = adapted.landmarks68(adapted.vertices(*still, torch.zeros(1, 15)), pose)
    opened = adapted.landmarks68(adapted.vertices(*still, pose), pose)
    assert float((opened - shut)[0, 8, 1]) < -0.015
    assert float((opened - shut)[0, 17:27].abs().max()) < 1e-3
