"""The Basel Face Model: units, cuts and codes against closed forms."""

from pathlib import Path

import numpy as np
import pytest
import torch

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.bfm import convert
from storyface_assets.lib.heads.bfm.convert import convert_bfm
from storyface_assets.lib.heads.bfm.model import Bfm
from storyface_assets.lib.heads.convert import convert_head, load_head
from storyface_assets.lib.heads.flame.model import Flame
from storyface_assets.lib.heads.interface import CodeSizes, MorphableHead
from storyface_assets_tests.lib.heads.bfm import tiny_bfm as tiny
from storyface_assets_tests.lib.heads.bfm.tiny_bfm import write_cut, write_expressions, write_model

STILL = torch.zeros(1, 3)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Bfm:
    """All files, through our own file."""
    folder = tmp_path_factory.mktemp("bfm")
    out = folder / "bfm.safetensors"
    files = [*write_cut(folder), *write_expressions(folder), write_model(folder)]
    assert convert_head(files, out) == "bfm09"
    head = load_head(out)
    assert isinstance(head, Bfm)
    return head


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Bfm:
    """The published model without the others' files."""
    return Bfm(convert_bfm([write_model(tmp_path_factory.mktemp("bfm"))]))


def one_hot(length: int, at: int, value: float) -> torch.Tensor:
    code = torch.zeros(1, length)
    code[0, at] = value
    return code


def same(found: torch.Tensor, wanted: np.ndarray) -> None:
    np.testing.assert_allclose(found.numpy(), wanted, rtol=1e-4, atol=1e-7)


def test_it_is_a_head_with_the_seeds_codes(whole: Bfm, alone: Bfm) -> None:
    assert isinstance(whole, MorphableHead) and whole.unit == "m"
    assert whole.sizes == CodeSizes(80, 64, 3, 80)
    assert alone.sizes == CodeSizes(80, 0, 3, 80)


def test_the_mean_is_in_metres(alone: Bfm) -> None:
    vertices = alone.vertices(torch.zeros(1, 80), torch.zeros(1, 0), STILL)[0]
    same(vertices, tiny.MEAN * 1e-6)
    assert 0.05 < float(vertices[:, 0].max() - vertices[:, 0].min()) < 0.3


def test_one_component_times_its_deviation(alone: Bfm) -> None:
    vertices = alone.vertices(one_hot(80, 79, 2.0), torch.zeros(1, 0), STILL)[0]
    moved = 2 * tiny.SHAPE[:, 79] * tiny.SHAPE_EV[79]
    same(vertices, (tiny.MEAN + moved.reshape(-1, 3)) * 1e-6)


def test_an_expression_moves_the_cut_faces_vertices(whole: Bfm) -> None:
    """Fault: the two lists of vertices applied in the wrong order, or to the wrong basis."""
    kept = tiny.TRIM[tiny.CUT]
    neutral = whole.vertices(torch.zeros(1, 80), torch.zeros(1, 64), STILL)[0]
    same(neutral, tiny.MEAN[kept] * 1e-6)
    smiling = whole.vertices(torch.zeros(1, 80), one_hot(64, 63, -1.5), STILL)[0]
    moved = -1.5 * tiny.EXPRESSION[63] * tiny.EXPRESSION_EV[63]
    same(smiling, (tiny.MEAN[kept] + moved.reshape(-1, 3)[tiny.CUT]) * 1e-6)


def test_colours_are_srgb_from_0_to_1(whole: Bfm) -> None:
    kept = tiny.TRIM[tiny.CUT]
    colours = whole.colours(one_hot(80, 5, 1.0))[0]
    moved = (tiny.TEXTURE[:, 5] * tiny.TEXTURE_EV[5]).reshape(-1, 3)
    same(colours, (tiny.COLOUR + moved)[kept] / 255)


def test_the_head_turns_rigidly(whole: Bfm) -> None:
    shape, expression = torch.randn(1, 80), torch.randn(1, 64)
    still = whole.vertices(shape, expression, STILL)[0]
    turned = whole.vertices(shape, expression, torch.tensor([[np.pi / 2, 0, 0]]).float())[0]
    torch.testing.assert_close(turned, still[:, [0, 2, 1]] * torch.tensor([1.0, -1, 1]))


def test_triangles_keep_their_vertices_when_the_model_is_cut(whole: Bfm, alone: Bfm) -> None:
    kept = tiny.TRIM[tiny.CUT]
    wanted = [t for t in tiny.TRIANGLES.tolist() if set(t) <= set(kept)]
    assert kept[whole.triangles].tolist() == wanted and wanted
    assert len(alone.triangles) == len(tiny.TRIANGLES)


@pytest.mark.parametrize("flipped", [False, True])
def test_triangles_face_outwards_whatever_the_file_does(tmp_path: Path, flipped: bool) -> None:
    """Fault: a head that the rasterizer sees from inside."""
    arrays = convert_bfm([write_model(tmp_path, flipped)])
    a, b, c = (arrays["mean"][arrays["triangles"][:, i]] for i in range(3))
    assert (np.cross(b - a, c - a)[:, 2] > 0).all()


def test_landmarks_are_the_files_vertices(whole: Bfm, alone: Bfm) -> None:
    vertices = whole.vertices(torch.zeros(1, 80), torch.zeros(1, 64), STILL)
    points = whole.landmarks68(vertices, STILL)[0]
    same(points, tiny.MEAN[tiny.TRIM[tiny.CUT][tiny.KEYPOINTS]] * 1e-6)
    with pytest.raises(BadInput, match=convert.INFO):
        alone.landmarks68(torch.zeros(1, tiny.N, 3), STILL)


def test_gradients_are_finite_at_rest(whole: Bfm) -> None:
    codes = [torch.zeros(2, n, requires_grad=True) for n in (80, 64, 3)]
    vertices = whole.vertices(*codes)
    whole.landmarks68(vertices, codes[2]).square().sum().backward()
    assert all(torch.isfinite(c.grad).all() and c.grad.abs().sum() > 0 for c in codes)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("shapePC", np.zeros((3 * tiny.N, 50))),
        ("shapeEV", np.zeros(198)),
        ("tl", np.array([[1, 2, tiny.N + 1]])),
        ("tl", np.array([[0, 1, 2]])),
        ("texMU", np.zeros(3)),
        ("shapeMU", np.zeros(10)),
        ("shapeMU", np.full(3 * tiny.N, np.nan)),
    ],
)
def test_a_model_that_cannot_be_right_is_refused(
    tmp_path: Path, name: str, value: np.ndarray
) -> None:
    with pytest.raises(BadInput, match="01_MorphableModel.mat: (shape|tex|tl)"):
        convert_bfm([write_model(tmp_path, **{name: value})])


def test_missing_damaged_and_renamed_files_are_named(tmp_path: Path) -> None:
    model, expressions = write_model(tmp_path), write_expressions(tmp_path)
    with pytest.raises(BadInput, match=convert.DEVIATIONS):
        convert_bfm([model, expressions[0], expressions[2]])
    with pytest.raises(BadInput, match=convert.MODEL):
        convert_bfm(expressions)
    with pytest.raises(BadInput, match="smile.mat"):
        convert_bfm([model, tmp_path / "smile.mat"])
    expressions[0].write_bytes(expressions[0].read_bytes()[:-4])
    with pytest.raises(BadInput, match=convert.BASIS):
        convert_bfm([model, *expressions])
    model.write_bytes(model.read_bytes()[:500])
    with pytest.raises(BadInput, match=convert.MODEL):
        convert_bfm([model])


def test_one_model_is_not_taken_for_another(tmp_path: Path) -> None:
    out = tmp_path / "bfm.safetensors"
    convert_head([write_model(tmp_path)], out)
    with pytest.raises(BadInput, match="not FLAME"):
        Flame.load(out)
