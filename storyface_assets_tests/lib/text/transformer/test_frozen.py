"""Layers that do not learn."""

import pytest

from storyface_assets.lib.text.transformer.frozen import freeze, frozen_names
from storyface_assets.lib.text.transformer.rates import parameter_groups
from storyface_assets.lib.text.transformer.recipe import RESEARCH


@pytest.mark.parametrize(("layers", "learns"), [(1, [False, True]), (2, [False, False])])
def test_layers_are_frozen_from_below(network, layers, learns):
    """Fault: upper layers for lower ones, embeddings that still learn, or heads that do not."""
    freeze(network, layers)
    name = "encoder.encoder.layer.{}.output.dense.weight"
    assert [network.get_parameter(name.format(i)).requires_grad for i in (0, 1)] == learns
    assert not network.encoder.embeddings.word_embeddings.weight.requires_grad
    assert network.emotion.out.weight.requires_grad and network.intensity.bias.requires_grad
    frozen = set(frozen_names(network, layers))
    assert frozen == {name for name, p in network.named_parameters() if not p.requires_grad}
    learning = {id(p) for group in parameter_groups(network, RESEARCH) for p in group["params"]}
    assert learning == {id(p) for p in network.parameters() if p.requires_grad}


def test_none_frozen_all_learn(network):
    freeze(network, 0)
    assert all(p.requires_grad for p in network.parameters()) and not frozen_names(network, 0)
