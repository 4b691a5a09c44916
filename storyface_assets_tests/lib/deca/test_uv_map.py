"""Vertices come to lie where their texture coordinates say."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch

from storyface_assets.lib.deca.uv_map import UvMap
from storyface_assets.lib.heads.open_head import OpenHead

HEAD = Path(__file__).parents[3] / "data" / "open_models" / "open_head" / "head.npz"
#: A square of the texture with a seam: the upper and the lower edge are the same two vertices.
SQUARE = SimpleNamespace(
    faces=np.array([[0, 1, 2], [2, 1, 3]], np.int32),
    uv=np.array([[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]], np.float32),
    uv_faces=np.array([[0, 1, 2], [2, 1, 3]], np.int32),
)


def test_a_map_shows_texture_coordinates_at_their_texels():
    # Fault: rows counted from the bottom, or half a texel off.
    values = torch.from_numpy(SQUARE.uv)[None].requires_grad_()
    lifted = UvMap(SQUARE, 32).lift(values)
    covered = UvMap(SQUARE, 32).covered[0, 0] > 0
    assert lifted.shape == (1, 2, 32, 32) and covered[8:24, 8:24].all() and covered.sum() == 256
    centre = (torch.arange(32) + 0.5) / 32
    u, v = centre.expand(32, 32), (1 - centre)[:, None].expand(32, 32)
    assert torch.allclose(lifted[0, 0][covered], u[covered], atol=1e-5)
    assert torch.allclose(lifted[0, 1][covered], v[covered], atol=1e-5)
    assert lifted[0][:, ~covered].abs().max() == 0
    lifted.sum().backward()
    assert torch.allclose(values.grad.sum(), torch.tensor(2 * 256.0), rtol=1e-4)


def test_photos_of_a_batch_do_not_mix():
    values = torch.rand(3, 4, 2)
    one = UvMap(SQUARE, 16)
    assert torch.equal(one.lift(values)[1:2], one.lift(values[1:2]))


def test_the_open_heads_face_fills_its_part_of_the_texture_and_normals_point_out():
    head = OpenHead.load(HEAD)
    texture = UvMap(head, 128)
    vertices = torch.from_numpy(head.template)[None]
    normals = texture.normals(vertices)
    assert texture.covered.mean() > 0.5
    tip = int(vertices[0, :, 2].argmax())
    assert normals[0, tip, 2] > 0.7
    points = texture.lift(vertices)
    assert abs(float(points[:, 2].max() - vertices[..., 2].max())) < 0.003
