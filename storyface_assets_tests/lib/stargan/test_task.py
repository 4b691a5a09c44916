"""StarGAN's training, step by step."""

import numpy as np
import pandas as pd
import pytest
import torch

from storyface_assets.lib.dataset.batches import PackedDataset
from storyface_assets.lib.dataset.picture_shards import PackedPictures, pack_pictures
from storyface_assets.lib.stargan.label_vectors import EMOTIONS, celeba_vector, emotion_vector
from storyface_assets.lib.stargan.networks import Discriminator, Generator
from storyface_assets.lib.stargan.task import StarGanRecipe, StarGanTask
from storyface_assets.lib.training import Plan, train

SIZE = 16


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sets")
    rng = np.random.default_rng(0)

    def read(row):
        return rng.integers(0, 256, (SIZE, SIZE, 3), dtype=np.uint8)

    found = {}
    hair = {"Black_Hair": 1, "Blond_Hair": 0, "Brown_Hair": 0, "Male": 1, "Young": 0}
    vectors = {
        "CelebA": [celeba_vector({**hair, "Male": k % 2}) for k in range(8)],
        "Custom": [emotion_vector(EMOTIONS[k % 4]) for k in range(8)],
    }
    for domain, given in vectors.items():
        pack_pictures(pd.DataFrame({"k": range(8)}), read, folder / domain, SIZE, threads=1)
        found[domain] = PackedDataset(PackedPictures(folder / domain), np.stack(given))
    return found


def make(sets, **changes):
    torch.manual_seed(0)
    generator, critic = Generator(4, blocks=1), Discriminator(SIZE, 4, layers=3)
    recipe = StarGanRecipe(**{"steps": 20, "batch": 3, "rate": 1e-3, "critic_steps": 2} | changes)
    return StarGanTask(generator, critic, sets, recipe, lambda net: {"score": 1.0})


def state(network):
    return {name: value.clone() for name, value in network.state_dict().items()}


def moved(network, before):
    return any(not torch.equal(before[name], v) for name, v in network.state_dict().items())


def test_the_critic_learns_in_every_step_and_the_generator_in_every_second(sets):
    task = make(sets)
    generator, critic = task.networks["generator"], task.networks["critic"]
    for number in range(4):
        before = state(generator), state(critic)
        losses = task.step(number)
        assert moved(critic, before[1])
        assert moved(generator, before[0]) == (number % 2 == 1) == ("CelebA back" in losses)
        assert {"CelebA critic", "Custom critic", "Custom penalty"} <= set(losses)
        assert all(np.isfinite(value) for value in losses.values())


def test_the_critic_never_sees_the_mask(sets):
    seen = []
    task = make(sets)
    critic = task.networks["critic"]
    critic.register_forward_hook(lambda _, given, out: seen.append((given[0].shape, out[1].shape)))
    task.step(1)
    assert {shape[1] for shape, _ in seen} == {3} and {out[1] for _, out in seen} == {9}


def test_targets_are_labels_of_the_same_set(sets):
    # A target that mixes the masks asks for two things at once.
    asked = []
    task = make(sets)
    task.networks["generator"].register_forward_hook(lambda _, given, out: asked.append(given[1]))
    for number in range(6):
        task.step(number)
    masks = torch.cat(asked)[:, -2:]
    assert (masks.sum(1) == 1).all() and masks[:, 0].any() and masks[:, 1].any()
    for labels in asked:
        assert labels[:, -2:].unique(dim=0).shape[0] == 1
        assert not labels[labels[:, -1] == 1, :5].any()


def test_the_rate_falls_in_a_line_over_the_second_half(sets):
    task, rates = make(sets), []
    for number in (0, 9, 10, 15, 19):
        task.step(number)
        rates.append(task.optimizers["critic"].param_groups[0]["lr"])
    assert rates == pytest.approx([1e-3, 1e-3, 1e-3, 5e-4, 1e-4])


def test_a_run_that_was_stopped_ends_with_the_same_generator(sets, tmp_path):
    plan = Plan(steps=6, validate_every=3, checkpoint_every=2, goal="score")
    train(make(sets), plan, tmp_path / "whole")
    stopped = make(sets)
    do = stopped.step

    def step(number):
        if number == 5:
            raise KeyboardInterrupt
        return do(number)

    stopped.step = step
    with pytest.raises(KeyboardInterrupt):
        train(stopped, plan, tmp_path / "stopped")
    again, whole = make(sets), torch.load(tmp_path / "whole" / "checkpoint.pt", weights_only=True)
    train(again, plan, tmp_path / "stopped")
    for name, value in again.networks["generator"].state_dict().items():
        assert torch.equal(value, whole["networks"]["generator"][name])
