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
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", known, raising=False)
    assert precision.cpu_has_bfloat16() is False
