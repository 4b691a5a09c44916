"""Rendering with gradients, for fitting: a rasterizer decides what is seen, torch shades it.

Which triangle a pixel sees is taken as fixed. Its barycentric weights are computed again in torch
from the projected vertices, so colour has gradients with respect to the vertices (by texture
coordinates, normals and interpolated attributes), the camera, the albedo and the light. Outlines
have no gradient, as in DECA; landmarks and masks must pull those.
"""

from dataclasses import dataclass
from math import radians, tan

import numpy as np
import torch
from torch.nn.functional import grid_sample, normalize

from storyface_assets.lib.render.geometry import project
from storyface_assets.lib.render.lighting import SH_FACTORS
from storyface_assets.lib.render.rasterizers import NumbaRasterizer, Rasterizer


@dataclass(frozen=True)
class Visibility:
    """The P pixels that see the mesh.

    Attributes:
        pixels: ``(P,)`` int64 flat index, row · width + column.
        faces: ``(P,)`` int64 face of each.
        size: width, height.
    """

    pixels: torch.Tensor
    faces: torch.Tensor
    size: tuple[int, int]

    def mask(self) -> torch.Tensor:
        """``(H, W)`` bool: where the mesh is."""
        width, height = self.size
        flat = torch.zeros(width * height, dtype=torch.bool)
        flat[self.pixels] = True
        return flat.reshape(height, width)

    def image(self, values: torch.Tensor, empty: float = 0.0) -> torch.Tensor:
        """Values ``(P, C)`` of the seen pixels laid out as ``(H, W, C)``."""
        width, height = self.size
        flat = values.new_full((width * height, values.shape[1]), empty)
        return flat.index_copy(0, self.pixels, values).reshape(height, width, -1)


def sh_shading(normals: torch.Tensor, light: torch.Tensor) -> torch.Tensor:
    """Spherical-harmonic shading: unit normals ``(…, 3)``, light ``(…, 9, 3)``.

    Same basis as ``lighting.sh_basis``.
    """
    x, y, z = normals.unbind(-1)
    terms = [torch.ones_like(x), x, y, z, x * y, x * z, y * z, x * x - y * y, 3 * z * z - 1]
    return (torch.stack(terms, -1) * torch.from_numpy(SH_FACTORS).to(x)) @ light


def gather_rows(values: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
    """``values[index]`` for ``(V, C)`` and ``(F, 3)`` → ``(F, 3, C)``.

    Its backward pass adds whole rows, several times faster than that of plain indexing.
    """
    return values.index_select(0, index.reshape(-1)).reshape(*index.shape, -1)


def edge_weights(corners: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Twice the areas ``(P, 3)`` of the triangles that points make with the opposite sides.

    Args:
        corners: ``(P, 3, 2 or more)`` x, y of each point's triangle in the picture.
        x: ``(P,)`` of the points.
        y: likewise.
    """
    dx, dy = corners[..., 0] - x[:, None], corners[..., 1] - y[:, None]
    w0 = dx[:, 1] * dy[:, 2] - dx[:, 2] * dy[:, 1]
    w1 = dx[:, 2] * dy[:, 0] - dx[:, 0] * dy[:, 2]
    w2 = dx[:, 0] * dy[:, 1] - dx[:, 1] * dy[:, 0]
    return torch.stack([w0, w1, w2], -1)


def vertex_normals(vertices: torch.Tensor, faces: torch.Tensor) -> torch.Tensor:
    """Area-weighted unit normals: vertices ``(V, 3)``, faces ``(F, 3)`` int64 → ``(V, 3)``."""
    a, b, c = gather_rows(vertices, faces).unbind(1)
    face = torch.linalg.cross(b - a, c - a)
    total = torch.zeros_like(vertices)
    for corner in range(3):
        total = total.index_add(0, faces[:, corner], face)
    return normalize(total, dim=-1, eps=1e-12)


def linear_to_srgb(linear: torch.Tensor) -> torch.Tensor:
    """IEC 61966-2-1 encoding, differentiable; values below 0 are clipped."""
    x = linear.clamp_min(0.0)
    return torch.where(
        x <= 0.0031308, x * 12.92, 1.055 * x.clamp_min(0.0031308) ** (1 / 2.4) - 0.055
    )


class DifferentiableRenderer:
    """Shades one mesh topology at one picture size.

    Attributes:
        size: width, height.
    """

    def __init__(
        self,
        faces: np.ndarray,
        uv: np.ndarray,
        uv_faces: np.ndarray,
        size: tuple[int, int] = (224, 224),
        rasterizer: Rasterizer | None = None,
    ) -> None:
        """Keep the topology.

        Args:
            faces: ``(F, 3)`` vertex indices, counter-clockwise from outside.
            uv: ``(T, 2)``, (0, 0) at the lower left.
            uv_faces: ``(F, 3)`` indices into ``uv``.
            size: width, height of the pictures.
            rasterizer: decides what is seen; numba's if not given.
        """
        self.size, self._rasterizer = size, rasterizer or NumbaRasterizer()
        self._faces = np.ascontiguousarray(faces, np.int32)
        self._faces_torch = torch.from_numpy(self._faces.astype(np.int64))
        self._corner_uv = torch.from_numpy(np.ascontiguousarray(uv[uv_faces], np.float32))

    def visibility(self, vertices: torch.Tensor, fov_y_degrees: float | torch.Tensor) -> Visibility:
        """Which face each pixel sees.

        Args:
            vertices: ``(V, 3)`` camera space (the camera looks along −Z, see ``camera``).
            fov_y_degrees: vertical field of view.
        """
        width, height = self.size
        points = np.ascontiguousarray(vertices.detach().numpy(), np.float32)
        screen = np.empty_like(points)
        focal = 0.5 * height / tan(radians(float(fov_y_degrees)) / 2.0)
        project(points, np.float32(focal), np.float32(width / 2), np.float32(height / 2), screen)
        ids = self._rasterizer.face_ids(screen, self._faces, self.size)
        flat = ids.ravel()
        seen = np.flatnonzero(flat >= 0)
        return Visibility(
            torch.from_numpy(seen), torch.from_numpy(flat[seen].astype(np.int64)), self.size
        )

    def barycentric(
        self,
        vertices: torch.Tensor,
        fov_y_degrees: float | torch.Tensor,
        seen: Visibility,
    ) -> torch.Tensor:
        """Perspective-correct weights ``(P, 3)`` of the seen pixels, with gradients."""
        width, height = self.size
        half_angle = torch.deg2rad(torch.as_tensor(fov_y_degrees, dtype=vertices.dtype)) / 2
        focal = 0.5 * height / torch.tan(half_angle)
        inverse = -1.0 / vertices[:, 2]
        x = 0.5 * width + focal * vertices[:, 0] * inverse
        y = 0.5 * height - focal * vertices[:, 1] * inverse
        screen = torch.stack([x, y, inverse], -1)
        corner = gather_rows(screen, self._faces_torch[seen.faces])  # (P, 3 corners, 3)
        px = (seen.pixels % width).to(vertices.dtype) + 0.5
        py = torch.div(seen.pixels, width, rounding_mode="floor").to(vertices.dtype) + 0.5
        weight = edge_weights(corner, px, py) * corner[..., 2]
        return weight / weight.sum(-1, keepdim=True)

    def interpolate(
        self, values: torch.Tensor, weights: torch.Tensor, seen: Visibility
    ) -> torch.Tensor:
        """Vertex values ``(V, C)`` → ``(P, C)`` at the seen pixels."""
        corner = gather_rows(values, self._faces_torch[seen.faces])
        return (corner * weights[..., None]).sum(1)

    def texture(
        self, texture: torch.Tensor, weights: torch.Tensor, seen: Visibility
    ) -> torch.Tensor:
        """Texture ``(H, W, C)`` sampled bilinearly at the seen pixels → ``(P, C)``."""
        uv = (self._corner_uv[seen.faces].to(weights.dtype) * weights[..., None]).sum(1)
        grid = torch.stack([uv[:, 0] * 2 - 1, 1 - uv[:, 1] * 2], -1)[None, None]
        found = grid_sample(
            texture.permute(2, 0, 1)[None], grid, align_corners=False, padding_mode="border"
        )
        return found[0, :, 0].T

    def render(
        self,
        vertices: torch.Tensor,
        albedo: torch.Tensor,
        light: torch.Tensor,
        fov_y_degrees: float | torch.Tensor,
        seen: Visibility | None = None,
    ) -> tuple[torch.Tensor, Visibility]:
        """Linear colour of the seen pixels: albedo times spherical-harmonic shading.

        Args:
            vertices: ``(V, 3)`` camera space.
            albedo: linear RGB, a texture ``(H, W, 3)`` or per vertex ``(V, 3)``.
            light: ``(9, 3)``.
            fov_y_degrees: vertical field of view.
            seen: visibility to reuse; found anew if not given.

        Returns:
            ``(P, 3)`` linear colour and the visibility that lays it out.
        """
        if seen is None:
            seen = self.visibility(vertices, fov_y_degrees)
        weights = self.barycentric(vertices, fov_y_degrees, seen)
        normals = vertex_normals(vertices, self._faces_torch)
        normal = normalize(self.interpolate(normals, weights, seen), dim=-1)
        if albedo.ndim == 2:
            base = self.interpolate(albedo, weights, seen)
        else:
            base = self.texture(albedo, weights, seen)
        return base * sh_shading(normal, light), seen
