"""Training a classifier on pictures that any eye tells apart."""

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from storyface_assets.lib.classifiers import GoogLeNet
from storyface_assets.lib.classifiers import task as module
from storyface_assets.lib.classifiers.task import ClassifierTask, Recipe, predict
from storyface_assets.lib.dataset.batches import PackedDataset, as_network_input
from storyface_assets.lib.dataset.picture_shards import PackedPictures, pack_pictures
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.training import ALONE, Plan, Team, train

CLASSES = 3


def stripes(row):
    """Class by direction: lying, standing, or none; colour and phase say nothing."""
    rng = np.random.default_rng(row.seed)
    wave = 60 * np.sin(np.arange(40) / 3 + rng.uniform(0, 6))
    picture = rng.normal(128, 12, (40, 40, 3)) + rng.uniform(-20, 20, 3)
    if row.kind < 2:
        picture += wave[:, None, None] if row.kind == 0 else wave[None, :, None]
    return picture.clip(0, 255).astype(np.uint8)


def packed(folder, count, seed):
    rows = pd.DataFrame({"kind": np.arange(count) % CLASSES, "seed": seed + np.arange(count)})
    pack_pictures(rows, stripes, folder, 40)
    return PackedDataset(PackedPictures(folder), rows["kind"].to_numpy())


@pytest.fixture
def sets(tmp_path):
    return packed(tmp_path / "train", 90, 0), packed(tmp_path / "validation", 45, 1000)


def small_network():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 12, 5, 2), nn.ReLU(), nn.Conv2d(12, 16, 3, 2), nn.BatchNorm2d(16), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, CLASSES),
    )  # fmt: skip


RECIPE = Recipe(steps=80, size=32, batch=24, rate=2e-2, warm_up=5)


def test_it_learns_what_it_is_shown(sets, tmp_path):
    network = small_network()
    task = ClassifierTask(network, *sets, RECIPE)
    before = task.validate()
    plan = Plan(RECIPE.steps, 20, 20, goal="log_likelihood")
    outcome = train(task, plan, tmp_path / "run")
    assert before["accuracy"] < 0.6 < 0.9 < outcome.best["accuracy"]
    scores = predict(network, sets[1], 32, at_once=7)
    assert scores.shape == (45, CLASSES)
    assert np.allclose(scores, predict(network, sets[1], 32), atol=1e-5)


def test_the_rate_rises_and_falls(sets):
    task, rates = ClassifierTask(small_network(), *sets, RECIPE), []
    for number in (0, 4, 42, 79):
        torch.manual_seed(number)
        task.step(number)
        rates.append(task.optimizers["adam"].param_groups[0]["lr"])
    assert rates == pytest.approx([0.004, 0.02, 0.0102, 0.0], abs=3e-4)


def without_batch_norm():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 12, 5, 2), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(12, CLASSES),
    )  # fmt: skip


@pytest.mark.parametrize("count", [2, 6])
def test_shares_give_the_gradient_of_the_whole_batch(sets, monkeypatch, count):
    """Fault: accumulated gradients are those of the last share, or of their sum."""
    gradients = []
    for team in (ALONE, Team(accumulate=count)):
        left = list(range(RECIPE.batch))

        def in_order(data, chances, batch, device, left=left):
            raw = data.__getitems__([left.pop(0) for _ in range(batch)])
            return as_network_input(raw["pictures"]), raw["labels"]

        monkeypatch.setattr(module, "random_batch", in_order)
        monkeypatch.setattr(module, "changed", lambda pictures, size, changes: pictures)
        task = ClassifierTask(without_batch_norm(), *sets, RECIPE, team=team)
        monkeypatch.setattr(task.optimizers["adam"], "step", lambda: None)
        loss = task.step(0)["loss"]
        assert not left
        gradients.append((loss, [p.grad for p in task.networks["network"].parameters()]))
    (loss, whole), (shared_loss, shared) = gradients
    assert shared_loss == pytest.approx(loss, rel=1e-5)
    assert all(torch.allclose(a, b, atol=1e-6) for a, b in zip(whole, shared, strict=True))


def test_a_batch_that_cannot_be_shared_is_refused_before_it_trains(sets):
    with pytest.raises(BadInput, match="batch of 24: cannot be shared evenly among 5"):
        ClassifierTask(small_network(), *sets, RECIPE, team=Team(accumulate=5))


@pytest.mark.slow
def test_compiled_it_learns_the_same(sets):
    """Fault: the compiled copy learns, and the weights that are kept do not."""
    losses = []
    for compiled in (False, True):
        network = small_network()
        task = ClassifierTask(network, *sets, RECIPE, compiled=compiled)
        before = network[0].weight.detach().clone()
        for number in range(3):
            torch.manual_seed(number)
            losses.append(task.step(number)["loss"])
        assert not torch.equal(before, task.networks["network"][0].weight)
        assert [name for name in network.state_dict() if "orig" in name] == []
        losses.append(task.validate()["log_likelihood"])
    assert losses[:4] == pytest.approx(losses[4:], rel=1e-3)


def test_auxiliary_classifiers_are_trained_too(sets):
    torch.manual_seed(0)
    network = GoogLeNet(CLASSES)
    task = ClassifierTask(network, *sets, Recipe(steps=2, size=32, batch=4))
    before = {name: p.clone() for name, p in network.named_parameters()}
    task.step(0)
    still = [name for name, p in network.named_parameters() if torch.equal(before[name], p)]
    assert not still


def test_only_what_has_a_chance_is_drawn(sets, monkeypatch):
    only = (sets[0].labels == 2).astype(float)
    task, seen = ClassifierTask(small_network(), *sets, RECIPE, weights=only), []
    read = PackedDataset.__getitems__
    monkeypatch.setattr(
        PackedDataset, "__getitems__", lambda data, rows: seen.extend(rows) or read(data, rows)
    )
    task.step(0)
    assert set(sets[0].labels[seen]) == {2} and len(set(seen)) > 5
