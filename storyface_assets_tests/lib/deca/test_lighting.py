"""Light codes mean what they mean in DECA."""

import math

import torch
from torch.nn.functional import normalize

from storyface_assets.lib.deca.lighting import shade


def normals(batch: int = 2) -> torch.Tensor:
    torch.manual_seed(0)
    return normalize(torch.randn(batch, 3, 5, 7), dim=1)


def test_a_constant_light_shades_all_normals_alike():
    light = torch.zeros(2, 9, 3)
    light[:, 0] = torch.tensor([[1.0, 2.0, 3.0], [0.5, 0.5, 0.5]]) * math.sqrt(4 * math.pi)
    found = shade(normals(), light)
    assert found.shape == (2, 3, 5, 7)
    assert torch.allclose(found, light[:, 0, :, None, None] / math.sqrt(4 * math.pi))


def test_each_photo_has_its_own_light_and_each_band_its_factor():
    # Fault: a batch lit by its first photo's light.
    light = torch.zeros(2, 9, 3)
    light[0, 3, 0] = 1  # along z, red
    light[1, 8, 2] = 1  # 3 z² − 1, blue
    z = normals()[:, 2]
    found = shade(normals(), light)
    one = 2 * math.pi / 3 * math.sqrt(3 / (4 * math.pi))
    other = math.pi / 8 * math.sqrt(5 / (4 * math.pi))
    assert torch.allclose(found[0, 0], one * z[0], atol=1e-6)
    assert torch.allclose(found[1, 2], other * (3 * z[1] ** 2 - 1), atol=1e-6)
    assert found[0, 1:].abs().max() == 0 and found[1, :2].abs().max() == 0


def test_light_and_normals_get_gradients():
    given, light = normals().requires_grad_(), torch.randn(2, 9, 3, requires_grad=True)
    shade(given, light).square().sum().backward()
    assert given.grad.abs().min() > 0 and light.grad.abs().min() > 0
