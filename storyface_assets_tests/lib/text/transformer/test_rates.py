"""Learning rates by step and by layer."""

from dataclasses import replace

import pytest

from storyface_assets.lib.text.transformer.rates import parameter_groups, share_of_rate
from storyface_assets.lib.text.transformer.recipe import RESEARCH, SEEDS


def test_the_published_recipe_is_the_published_one():
    """Fault: somebody improves what is there to be compared with."""
    assert (SEEDS.window.max_len, SEEDS.batch, SEEDS.rate, SEEDS.epochs) == (75, 16, 5e-6, 4)
    assert SEEDS.window.alone and SEEDS.length == 75 and SEEDS.goal == ""
    assert [share_of_rate(n, 100, SEEDS) for n in (0, 50, 99)] == [1, 1, 1]


def test_the_rate_rises_and_falls_to_nothing():
    """Fault: a warm-up that jumps, a fall that ends below zero or never."""
    shares = [share_of_rate(n, 200, RESEARCH) for n in range(200)]
    top = shares.index(max(shares))
    assert top == 20 and shares[top] == 1
    assert shares[:top] == sorted(shares[:top]) and shares[0] == pytest.approx(1 / 21)
    assert shares[top:] == sorted(shares[top:], reverse=True) and 0 < shares[-1] < 0.01


def test_lower_layers_learn_more_slowly(network):
    """Fault: layer decay upside down, or parameters forgotten or given twice."""
    recipe = replace(RESEARCH, rate=1.0, layer_decay=0.5)
    groups = parameter_groups(network, recipe)
    rate = {id(p): group["lr"] for group in groups for p in group["params"]}
    assert len(rate) == sum(len(group["params"]) for group in groups)
    assert set(rate) == {id(p) for p in network.parameters()}
    by_name = {name: rate[id(p)] for name, p in network.named_parameters()}
    assert by_name["emotion.out.weight"] == by_name["intensity.bias"] == 1
    assert by_name["encoder.encoder.layer.1.output.dense.weight"] == 0.5
    assert by_name["encoder.encoder.layer.0.output.dense.weight"] == 0.25
    assert by_name["encoder.embeddings.word_embeddings.weight"] == 0.125
    narrow = [p for group in groups if group["weight_decay"] == 0 for p in group["params"]]
    assert {id(p) for p in narrow} == {id(p) for p in network.parameters() if p.ndim < 2}


def test_the_heads_may_learn_faster(network):
    """Fault: the heads' rate is the encoder's, or the other way round."""
    recipe = replace(RESEARCH, rate=1.0, layer_decay=0.5, head_rate=7.0)
    rate = {id(p): g["lr"] for g in parameter_groups(network, recipe) for p in g["params"]}
    by_name = {name: rate[id(p)] for name, p in network.named_parameters()}
    assert by_name["emotion.out.weight"] == by_name["intensity.bias"] == 7
    assert by_name["encoder.encoder.layer.1.output.dense.weight"] == 0.5
