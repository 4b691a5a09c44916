"""Networks for prediction say what the trained ones say."""

import pytest
import torch
from torch import nn

from storyface_assets.lib.classifiers.ensemble import build_network
from storyface_assets.lib.classifiers.folded import folded


@pytest.mark.parametrize("name", ["googlenet", "lite0", "b0"])
def test_no_norm_is_left_and_the_answers_are_the_same(name):
    """Fault: a norm that is left out, or folded into another's convolution, changes all answers."""
    torch.manual_seed(0)
    network = build_network(name, auxiliary=True)
    pictures = torch.randn(4, 3, 64, 64)
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.momentum = None  # the mean of what it saw: else all answers are alike
                nn.init.uniform_(module.weight, 0.5, 1.5)
                nn.init.normal_(module.bias)
        network.train()(torch.randn(8, 3, 64, 64))
        wanted = network.eval()(pictures)
        before = {key: value.clone() for key, value in network.state_dict().items()}
        made = folded(network)
        told = made(pictures)
    assert not [m for m in made.modules() if isinstance(m, nn.BatchNorm2d)]
    assert wanted.std(0).min() > 1e-3 and torch.allclose(told, wanted, atol=1e-3, rtol=1e-3)
    after = network.state_dict()  # whoever saves it later must find it as it was
    assert all(torch.equal(before[key], after[key]) for key in before)
