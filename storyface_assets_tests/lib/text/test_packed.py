"""Matrices in 8 bits in a file."""

import pytest
import torch

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.packed import load_packed, save_packed
from storyface_assets.lib.text.transformer.network import EmotionNetwork
from storyface_assets.lib.text.transformer.pretrained import load_pretrained

MATRIX = "encoder.encoder.layer.1.output.dense.weight"


@pytest.fixture
def other(encoder_folder):
    return EmotionNetwork(load_pretrained(str(encoder_folder), 75).encoder)


def test_each_row_is_rounded_by_its_own_scale(network, other, tmp_path):
    """Fault: one large row costs the small ones all their digits."""
    with torch.no_grad():
        network.get_parameter(MATRIX)[0] *= 1000
        network.get_parameter(MATRIX)[1] = 0
    save_packed(network, tmp_path / "w")
    load_packed(other, tmp_path / "w", "mend")
    for name, value in network.state_dict().items():
        got = other.state_dict()[name]
        if value.ndim < 2:
            assert torch.equal(got, value)
        else:
            step = value.abs().amax(1, keepdim=True) / 127
            assert ((got - value).abs() <= 0.6 * step + 1e-6).all(), name


def test_packed_again_it_is_the_same_to_the_byte(network, other, tmp_path):
    """Fault: a model changes each time that it is copied."""
    save_packed(network, tmp_path / "w")
    load_packed(other, tmp_path / "w", "mend")
    save_packed(other, tmp_path / "again")
    assert (tmp_path / "w").read_bytes() == (tmp_path / "again").read_bytes()


def test_what_is_left_out_stays(network, other, tmp_path):
    before = other.get_parameter(MATRIX).clone()
    with torch.no_grad():
        network.get_parameter(MATRIX).fill_(1)
    save_packed(network, tmp_path / "w", {MATRIX})
    with pytest.raises(BadInput, match=r"1\.output\.dense\.weight: is not in the file"):
        load_packed(other, tmp_path / "w", "mend")
    load_packed(other, tmp_path / "w", "mend", [MATRIX])
    assert torch.equal(other.get_parameter(MATRIX), before)


def test_damaged_files_are_said(network, tmp_path):
    (tmp_path / "w").write_bytes(b"\x00\x01")
    with pytest.raises(BadInput, match="mend"):
        load_packed(network, tmp_path / "w", "mend")
