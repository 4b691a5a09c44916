"""Fault guarded against: gradients that do not agree with finite differences."""

import numpy as np
import pytest
import torch

from storyface_assets.lib.render.differentiable import DifferentiableRenderer, sh_shading
from storyface_assets.lib.render.lighting import sh_ambient, sh_basis, sh_lamp

FACES = np.array([[0, 1, 2], [2, 1, 3], [2, 3, 4]], np.int64)
UV = np.array([[0.1, 0.2], [0.3, 0.9], [0.7, 0.1], [0.8, 0.8], [0.95, 0.5]], np.float32)
VERTICES = torch.tensor(
    [[-0.3, 0.3, -1.0], [-0.3, -0.3, -1.1], [0.25, 0.3, -1.0], [0.3, -0.3, -0.9], [0.5, 0.1, -1.2]],
    dtype=torch.float64,
)


@pytest.fixture
def renderer():
    return DifferentiableRenderer(FACES, UV, FACES, (40, 40))


@pytest.fixture
def inputs():
    generator = torch.Generator().manual_seed(0)
    low = torch.rand((1, 3, 5, 5), generator=generator, dtype=torch.float64)
    texture = torch.nn.functional.interpolate(low, (64, 64), mode="bicubic", align_corners=True)
    light = torch.from_numpy(sh_ambient((0.5, 0.6, 0.7)) + sh_lamp((0.3, 0.5, 0.8), (0.5,) * 3))
    return VERTICES.clone(), texture[0].permute(1, 2, 0).contiguous(), light.double()


def loss(renderer, vertices, albedo, light, fov, seen):
    colour, _ = renderer.render(vertices, albedo, light, fov, seen)
    return (colour * torch.linspace(0.5, 1.5, colour.numel()).reshape(colour.shape)).sum()


@pytest.mark.parametrize("which", ["vertices", "texture", "light", "fov"])
def test_gradients_agree_with_finite_differences(renderer, inputs, which):
    vertices, texture, light = inputs
    fov = torch.tensor(40.0, dtype=torch.float64)
    seen = renderer.visibility(vertices, fov)
    assert len(seen.pixels) > 300
    values = {"vertices": vertices, "texture": texture, "light": light, "fov": fov}
    values[which].requires_grad_()
    arguments = list(values.values())
    loss(renderer, *arguments, seen).backward()
    gradient = values[which].grad
    flat = gradient.reshape(-1)
    rng = np.random.default_rng(1)
    strongest = torch.argsort(-flat.abs())[:40].numpy()
    for index in rng.choice(strongest, min(8, len(strongest)), replace=False):
        step = 1e-6
        with torch.no_grad():
            values[which].reshape(-1)[index] += step
            up = loss(renderer, *arguments, seen)
            values[which].reshape(-1)[index] -= 2 * step
            down = loss(renderer, *arguments, seen)
            values[which].reshape(-1)[index] += step
        expected = (up - down) / (2 * step)
        # Texels make the derivative by position piecewise; a few pixels cross one in a step.
        assert torch.isclose(flat[index], expected, rtol=2e-2, atol=1e-4)


def test_per_vertex_albedo_has_gradients(renderer):
    albedo = torch.full((5, 3), 0.5, requires_grad=True)
    light = torch.from_numpy(sh_ambient((1.0, 1.0, 1.0)))
    colour, seen = renderer.render(VERTICES.float(), albedo, light, 40.0)
    assert torch.allclose(colour, torch.tensor(0.5), atol=1e-5)
    colour.sum().backward()
    assert torch.isclose(albedo.grad.sum(), torch.tensor(3.0 * len(seen.pixels)), rtol=1e-4)


def test_image_lays_pixels_out_where_the_mask_is(renderer):
    seen = renderer.visibility(VERTICES.float(), 40.0)
    image = seen.image(torch.ones(len(seen.pixels), 2), empty=-1.0)
    assert image.shape == (40, 40, 2)
    assert torch.equal(image[..., 0] > 0, seen.mask())


def test_weights_sum_to_one_and_give_back_the_depth(renderer):
    vertices = VERTICES.float()
    seen = renderer.visibility(vertices, 40.0)
    weights = renderer.barycentric(vertices, 40.0, seen)
    assert torch.allclose(weights.sum(1), torch.ones(len(weights)), atol=1e-5)
    assert weights.min() > -1e-2
    points = renderer.interpolate(vertices, weights, seen)
    focal = 20 / np.tan(np.radians(20))
    x = 20 + focal * points[:, 0] / -points[:, 2]
    assert torch.allclose(x, (seen.pixels % 40) + 0.5, atol=1e-3)


def test_torch_and_numpy_agree_on_the_light():
    normals = np.random.default_rng(0).normal(size=(20, 3))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    light = sh_lamp((0.2, 0.9, 0.3), (1.0, 0.5, 0.2))
    ours = sh_shading(torch.from_numpy(normals).float(), torch.from_numpy(light)).numpy()
    assert np.allclose(ours, sh_basis(normals) @ light, atol=1e-5)
