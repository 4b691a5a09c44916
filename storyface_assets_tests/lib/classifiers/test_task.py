"""Training a classifier on pictures that any eye tells apart."""

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from storyface_assets.lib.classifiers import GoogLeNet
from storyface_assets.lib.classifiers.task import ClassifierTask, Recipe, predict
from storyface_assets.lib.dataset.batches import PackedDataset
from storyface_assets.lib.dataset.picture_shards import PackedPictures, pack_pictures
from storyface_assets.lib.training import Plan, train

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
    scores = predict(network, sets[1], 32, batch=7)
    assert scores.shape == (45, CLASSES)
    assert np.allclose(scores, predict(network, sets[1], 32), atol=1e-5)


def test_the_rate_rises_and_falls(sets):
    task, rates = ClassifierTask(small_network(), *sets, RECIPE), []
    for number in (0, 4, 42, 79):
        torch.manual_seed(number)
        task.step(number)
        rates.append(task.optimizers["adam"].param_groups[0]["lr"])
    assert rates == pytest.approx([0.004, 0.02, 0.0102, 0.0], abs=3e-4)


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
