"""Wrinkles turn the coarse normals, and nothing else does."""

from pathlib import Path

import pytest
import torch
from torch.nn.functional import normalize

from storyface_assets.lib.deca.displacement import detail_normals, grid_normals
from storyface_assets.lib.deca.uv_map import UvMap
from storyface_assets.lib.heads.open_head import OpenHead

HEAD = Path(__file__).parents[3] / "data" / "open_models" / "open_head" / "head.npz"


def plane(mirrored: bool = False) -> tuple[torch.Tensor, torch.Tensor]:
    """A square metre's hundredth facing +Z, a millimetre a texel."""
    step = torch.arange(32) * 1e-3
    x, y = step.expand(32, 32), -step[:, None].expand(32, 32)
    points = torch.stack([-x if mirrored else x, y, torch.zeros(32, 32)])[None]
    return points, torch.tensor([0.0, 0, 1])[None, :, None, None].expand(1, 3, 32, 32)


def test_a_grid_faces_the_viewer():
    points, normals = plane()
    everywhere = torch.ones(1, 1, 32, 32, dtype=torch.bool)
    assert torch.allclose(grid_normals(points, everywhere), normals)


def test_no_displacement_leaves_the_coarse_normals_on_a_real_head():
    # Fault: normals of the dense grid alone show the coarse mesh's flat triangles.
    head = OpenHead.load(HEAD)
    texture, vertices = UvMap(head, 128), torch.from_numpy(head.template)[None]
    coarse = normalize(texture.lift(texture.normals(vertices)), dim=1)
    points = texture.lift(vertices)
    found = detail_normals(points, coarse, torch.zeros(1, 1, 128, 128), texture.covered)
    assert torch.allclose(found, coarse, atol=1e-6)
    assert found.isfinite().all()


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_slope_of_one_in_two_turns_the_normal_by_as_much(mirrored):
    # Mirrored islands (the other eye, the other ear) turn the grid inside out.
    points, normals = plane(mirrored)
    bump = (points[:, :1] / 2).clone()
    found = detail_normals(points, normals, bump, torch.ones(1, 1, 32, 32))
    wanted = normalize(torch.tensor([-0.5, 0.0, 1.0]), dim=0)
    assert torch.allclose(
        found[0, :, 4:-4, 4:-4], wanted[:, None, None].expand(3, 24, 24), atol=1e-4
    )


def test_outside_of_the_mask_nothing_changes_and_a_fixed_part_is_added():
    points, normals = plane()
    bump = points[:, :1] / 2
    mask = torch.zeros(1, 1, 32, 32)
    assert torch.equal(detail_normals(points, normals, bump, mask), normals)
    whole = torch.ones(1, 1, 32, 32)
    by_itself = detail_normals(points, normals, bump, whole)
    fixed = detail_normals(points, normals, torch.zeros_like(bump), whole, fixed=bump)
    assert torch.equal(by_itself, fixed)


def test_the_displacement_gets_gradients():
    points, normals = plane()
    bump = torch.zeros(1, 1, 32, 32, requires_grad=True)
    found = detail_normals(points, normals, bump, torch.ones(1, 1, 32, 32))
    found[:, 0, 16, 16].sum().backward()
    assert bump.grad.isfinite().all() and bump.grad[0, 0, 16, 15] > 0 > bump.grad[0, 0, 16, 17]
