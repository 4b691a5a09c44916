"""Which trainings compute in bfloat16."""

import pytest
import torch

from storyface_assets.lib.training import precision
from storyface_assets.lib.training.precision import mixed_precision

CPU = torch.device("cpu")


def product_under(context):
    """Kind of numbers of a product."""
    with context:
        return (torch.ones(2, 2) @ torch.ones(2, 2)).dtype


def test_a_cpu_computes_exactly_unless_the_training_allows_less(monkeypatch):
    """Fault: classifiers end in other weights on a newer processor."""
    monkeypatch.setattr(precision, "cpu_has_bfloat16", lambda: True)
    assert product_under(mixed_precision(CPU)) is torch.float32
    assert product_under(mixed_precision(CPU, cpu=True)) is torch.bfloat16


def test_a_cpu_without_the_arithmetic_is_not_slowed_down(monkeypatch):
    """Fault: an old processor emulates bfloat16 at a tenth of its speed."""
    monkeypatch.setattr(precision, "cpu_has_bfloat16", lambda: False)
    assert product_under(mixed_precision(CPU, cpu=True)) is torch.float32


@pytest.mark.parametrize("known", [None, lambda: False])
def test_a_torch_that_cannot_say_is_taken_to_have_none(monkeypatch, known):
    """Fault: an AttributeError with the next torch."""
    for name in ("_is_amx_tile_supported", "_is_avx512_bf16_supported"):
        monkeypatch.setattr(torch.cpu, name, known, raising=False)
    assert precision.cpu_has_bfloat16() is False


@pytest.mark.parametrize("name", ["_is_amx_tile_supported", "_is_avx512_bf16_supported"])
def test_either_arithmetic_will_do(monkeypatch, name):
    """Fault: AMD's processors, which have only the second, learn at half the speed."""
    for other in ("_is_amx_tile_supported", "_is_avx512_bf16_supported"):
        monkeypatch.setattr(torch.cpu, other, lambda: False, raising=False)
    monkeypatch.setattr(torch.cpu, name, lambda: True, raising=False)
    assert precision.cpu_has_bfloat16() is True
