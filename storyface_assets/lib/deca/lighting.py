"""Shading by second-order spherical harmonics, for maps of normals."""

from torch import Tensor

from storyface_assets.lib.render.differentiable import sh_shading


def shade(normals: Tensor, light: Tensor) -> Tensor:
    """How bright a white surface is (Ramamoorthi & Hanrahan 2001, with DECA's factors).

    Args:
        normals: ``(B, 3, H, W)`` unit, a map of the picture or of the texture.
        light: ``(B, 9, 3)``.

    Returns:
        ``(B, 3, H, W)``; below 0 where the light's harmonics are.
    """
    flat = normals.flatten(2).transpose(1, 2)
    return sh_shading(flat, light).transpose(1, 2).unflatten(2, normals.shape[2:])
