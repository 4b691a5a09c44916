from pathlib import Path

import numpy as np
import pytest
import torch

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.albedo import AlbedoModel, SkinStyle
from storyface_assets.lib.heads.eyes import EYE_CENTRES
from storyface_assets.lib.heads.model import N_ALBEDO
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.srgb import srgb_to_linear


def at_landmarks(texture: np.ndarray, head: OpenHead, numbers: list[int]) -> np.ndarray:
    """Mean sRGB of a texture at iBUG landmarks."""
    triangles, weights, _ = head._landmarks["ibug68"]
    colours = []
    for n in numbers:
        face = np.nonzero(np.isin(head.faces, triangles[n]).sum(1) == 3)[0]
        corner = face[0] if len(face) else np.nonzero((head.faces == triangles[n][0]).any(1))[0][0]
        u, v = head.uv[head.uv_faces[corner]].mean(0)
        size = len(texture)
        colours.append(texture[int((1 - v) * size), int(u * size)])
    return np.mean(colours, axis=0)


def test_texture_fills_the_atlas_with_bytes(albedo: AlbedoModel) -> None:
    texture = albedo.texture(np.zeros(N_ALBEDO))
    assert texture.shape == (1024, 1024, 3) and texture.dtype == np.uint8
    assert (texture.max(2) > 0).mean() > 0.99


def test_melanin_darkens_and_blood_reddens(albedo: AlbedoModel) -> None:
    light, dark = (albedo.linear(albedo.code_for(melanin=m)).mean((0, 1)) for m in (0.1, 0.9))
    assert (light > 3 * dark).all()
    pale, pink = (albedo.linear(albedo.code_for(melanin=0.1, blood=b)) for b in (0.0, 1.0))
    ratio = (pink / pale).mean((0, 1))
    assert ratio[0] > ratio[1] + 0.05  # green goes, red stays


def test_codes_hold_what_they_are_asked(albedo: AlbedoModel) -> None:
    with pytest.raises(KeyError, match="sparkle"):
        albedo.code_for(sparkle=1.0)
    assert np.abs(albedo.code_for(melanin=1.0)).max() < 4


def test_torch_path_equals_the_picture_and_differentiates(albedo: AlbedoModel) -> None:
    rng = np.random.default_rng(0)
    size = albedo.mean.shape[0]
    rows, cols = rng.integers(60, 180, (2, 50))
    uv = np.stack([(cols + 0.5) / size, 1 - (rows + 0.5) / size], 1)
    code = rng.normal(0, 0.5, N_ALBEDO).astype(np.float32)
    codes = torch.from_numpy(code)[None].requires_grad_(True)
    colours = albedo.linear_torch(codes, torch.from_numpy(uv))
    expected = albedo.linear(code)[rows, cols]
    np.testing.assert_allclose(colours[0].detach().numpy(), expected, rtol=2e-3)
    colours.sum().backward()
    assert float(codes.grad.abs().max()) > 0


def test_brows_and_irises_take_their_colours(albedo: AlbedoModel, head: OpenHead) -> None:
    code = albedo.code_for(melanin=0.1)
    bare = albedo.texture(code, SkinStyle(brow_weight=-1.0))
    dark = albedo.texture(code, SkinStyle(brow_weight=1.0, brow_colour=(30, 22, 18)))
    changed = np.abs(dark.astype(int) - bare).max(2) > 40
    ys, xs = np.nonzero(changed)
    u = xs / 1024
    assert 0.1 < changed.mean() * 40 < 4  # a few hundredths of the atlas
    assert (u < 0.5).any() and (u > 0.5).any()  # one brow a side
    for centre in EYE_CENTRES.values():
        x, y = int((centre[0] + 0.025) * 1024), int((1 - centre[1]) * 1024)
        blue = albedo.texture(code, SkinStyle(iris_colour=(40, 80, 200)))[y, x]
        assert blue[2] > blue[0] + 20
        assert bare[y, x, 0] > bare[y, x, 2]  # the default iris is brown


def test_lips_are_redder_than_the_chin(albedo: AlbedoModel, head: OpenHead) -> None:
    texture = albedo.texture(albedo.code_for(melanin=0.2, lips=0.8))
    lips, chin = (at_landmarks(texture, head, n) for n in ([51, 57], [8]))
    redness = [srgb_to_linear(c / 255.0) for c in (lips, chin)]
    assert redness[0][1] / redness[0][0] < 0.85 * redness[1][1] / redness[1][0]


def test_mouth_is_dark_and_teeth_are_light(albedo: AlbedoModel, head: OpenHead) -> None:
    texture = albedo.texture(np.zeros(N_ALBEDO)).astype(float)

    def mean_of(part: str) -> np.ndarray:
        corners = head.uv[head.uv_faces[head.face_part == head.part_names.index(part)]].mean(1)
        return texture[((1 - corners[:, 1]) * 1024).astype(int), (corners[:, 0] * 1024).astype(int)]

    teeth, tongue, lashes = (mean_of(p).mean(0) for p in ("upper_teeth", "tongue", "lashes"))
    assert teeth.mean() > tongue.mean() + 30
    assert tongue[0] > 1.5 * tongue[2]
    assert lashes.max() < 60


def test_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="albedo.npz"):
        AlbedoModel.load(tmp_path / "albedo.npz")
