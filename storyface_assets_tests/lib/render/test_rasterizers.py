"""Both rasterizers see the same."""

import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
import torch

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.render.differentiable import DifferentiableRenderer
from storyface_assets.lib.render.rasterizers import NumbaRasterizer, Pytorch3dRasterizer

SIZE = (60, 40)


@pytest.fixture(scope="module")
def head_on_screen(model):
    """The head, smaller than the picture and off its middle."""
    points = model.template - model.template.mean(0) + [0.01, -0.005, -0.8]
    inverse = -1 / points[:, 2]
    focal = 70
    x, y = (
        SIZE[0] / 2 + focal * points[:, 0] * inverse,
        SIZE[1] / 2 - focal * points[:, 1] * inverse,
    )
    return np.stack([x, y, inverse], 1).astype(np.float32), model.faces.astype(np.int32)


def rasterize_by_hand(meshes, image_size, blur_radius, faces_per_pixel, perspective_correct):
    """pytorch3d's convention, pixel by pixel: +X to the left, +Y up, the shorter side is 2."""
    assert (blur_radius, faces_per_pixel, perspective_correct) == (0.0, 1, True)
    height, width = image_size
    [points], [faces] = meshes.verts, meshes.faces
    corners = points[faces].double()
    half = min(width, height) / 2
    nearest = torch.full((1, height, width, 1), -1)
    for row in range(height):
        for column in range(width):
            place = torch.tensor(
                [(width / 2 - column - 0.5) / half, (height / 2 - row - 0.5) / half]
            )
            (ax, ay), (bx, by), (cx, cy) = ((corners[:, n, :2] - place).T for n in range(3))
            weights = torch.stack([bx * cy - by * cx, cx * ay - cy * ax, ax * by - ay * bx], 1)
            inside = (weights > 0).all(1) | (weights < 0).all(1)
            shares = weights / weights.sum(1, keepdim=True)
            depth = 1 / (shares / corners[:, :, 2]).sum(1)
            if inside.any():
                nearest[0, row, column, 0] = torch.where(inside, depth, torch.inf).argmin()
    return nearest, None, None, None


@pytest.fixture
def as_pytorch3d(monkeypatch):
    """A module of its name and convention, for machines that cannot have it."""
    for name in ("pytorch3d", "pytorch3d.renderer", "pytorch3d.renderer.mesh"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    rasterizer = ModuleType("pytorch3d.renderer.mesh.rasterize_meshes")
    rasterizer.rasterize_meshes = rasterize_by_hand
    structures = ModuleType("pytorch3d.structures")
    structures.Meshes = lambda verts, faces: SimpleNamespace(verts=verts, faces=faces)
    monkeypatch.setitem(sys.modules, rasterizer.__name__, rasterizer)
    monkeypatch.setitem(sys.modules, structures.__name__, structures)


def same(first, second) -> float:
    assert first.shape == second.shape == (SIZE[1], SIZE[0])
    either = (first >= 0) | (second >= 0)
    return float((first == second)[either].mean())


def test_points_are_handed_to_pytorch3d_in_its_own_convention(head_on_screen, as_pytorch3d):
    """Fault: a picture mirrored, stretched by its sides' ratio, or seen from behind."""
    told = Pytorch3dRasterizer("cpu").face_ids(*head_on_screen, SIZE)
    numba = NumbaRasterizer().face_ids(*head_on_screen, SIZE)
    assert (numba >= 0).mean() > 0.05
    assert same(numba, told) > 0.97


def test_pytorch3d_itself_sees_the_same(head_on_screen):
    pytest.importorskip("pytorch3d", reason="pytorch3d has no wheel for this machine")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    told = Pytorch3dRasterizer(device).face_ids(*head_on_screen, SIZE)
    assert same(NumbaRasterizer().face_ids(*head_on_screen, SIZE), told) > 0.97


def test_without_pytorch3d_the_mend_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "pytorch3d", None)
    with pytest.raises(BadInput, match="research"):
        Pytorch3dRasterizer()


def test_faces_behind_the_camera_are_not_seen(head_on_screen, as_pytorch3d):
    """Fault: 1 / 0 metres is handed on."""
    screen, faces = head_on_screen
    behind = screen.copy()
    behind[faces[:200].ravel(), 2] = 0
    told = Pytorch3dRasterizer("cpu").face_ids(behind, faces, SIZE)
    assert same(NumbaRasterizer().face_ids(behind, faces, SIZE), told) > 0.97
    behind[:, 2] = -1
    assert (Pytorch3dRasterizer("cpu").face_ids(behind, faces, SIZE) == -1).all()


def test_a_renderer_asks_the_rasterizer_that_it_is_given(model):
    """Fault: the choice is taken and forgotten."""

    class OneFace:
        def face_ids(self, screen, faces, size):
            ids = np.full((size[1], size[0]), -1, np.int32)
            ids[3, 5] = 7
            return ids

    away = torch.from_numpy(model.template - model.template.mean(0) - np.float32([0, 0, 0.8]))
    args = (model.faces, model.uv, model.uv_faces, (24, 24))
    seen = DifferentiableRenderer(*args, rasterizer=OneFace()).visibility(away, 40.0)
    assert seen.pixels.tolist() == [3 * 24 + 5] and seen.faces.tolist() == [7]
