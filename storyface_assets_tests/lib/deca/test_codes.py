"""Codes are split where DECA splits them."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.lib.deca.camera import project
from storyface_assets.lib.deca.codes import CODE_SIZES, N_CODES, Codes
from storyface_assets.lib.errors import BadInput


def numbered(batch: int = 2) -> torch.Tensor:
    return torch.arange(N_CODES).float() + 1000 * torch.arange(batch)[:, None]


def test_the_order_is_decas():
    # Fault: albedo and expression are both 50 long; swapped, nothing crashes and faces are wrong.
    codes = Codes.split(numbered())
    firsts = [codes.shape, codes.albedo, codes.expression, codes.pose, codes.camera]
    assert [int(code[0, 0]) for code in firsts] == [0, 100, 150, 200, 206]
    assert codes.jaw[0].tolist() == [203, 204, 205]
    assert codes.light.shape == (2, 9, 3) and codes.light[1, 1].tolist() == [1212, 1213, 1214]
    assert torch.equal(codes.vector(), numbered())


@given(st.integers(0, 400).filter(lambda n: n != N_CODES))
def test_another_length_is_refused_with_the_sizes_that_are_wanted(length):
    with pytest.raises(BadInput, match="shape 100, albedo 50, expression 50, pose 6"):
        Codes.split(torch.zeros(2, length))


def test_one_vector_without_a_batch_is_refused():
    with pytest.raises(BadInput, match=r"not \(B, 236\)"):
        Codes.split(torch.zeros(N_CODES))


@pytest.mark.parametrize("name", CODE_SIZES)
def test_codes_that_do_not_belong_together_are_refused_by_name(name):
    values = {field: getattr(Codes.split(numbered()), field) for field in CODE_SIZES}
    values[name] = values[name][:, :-1] if name == "shape" else values[name][:1]
    with pytest.raises(BadInput, match=f"DECA codes: {name}: has shape"):
        Codes(**values)


def test_slices_stay_batches_in_the_order_asked_for():
    codes = Codes.split(numbered(3))
    assert len(codes) == 3 and len(codes[1:]) == 2
    assert codes[torch.tensor([2, 0])].shape[:, 0].tolist() == [2000, 0]
    assert codes[[1]].light.shape == (1, 9, 3)
    with pytest.raises(TypeError, match="batch"):
        codes[1]


def test_the_camera_shifts_before_it_scales_and_turns_y_and_z():
    points = torch.tensor([[[0.1, 0.2, 0.3]]])
    found = project(points, torch.tensor([[5.0, 0.02, -0.04]]))
    assert torch.allclose(found, torch.tensor([[[0.6, -0.8, -1.5]]]))
