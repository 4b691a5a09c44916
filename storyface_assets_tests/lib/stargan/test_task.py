"""StarGAN's training, step by step."""

import numpy as np
import pandas as pd
import pytest
import torch

from storyface_assets.lib.dataset.batches import PackedDataset
from storyface_assets.lib.dataset.picture_shards import PackedPictures, pack_pictures
from storyface_assets.lib.stargan.label_vectors import EMOTIONS, celeba_vector, emotion_vector
from storyface_assets.lib.stargan.networks import Discriminator, Generator
from storyface_assets.lib.stargan.recipe import StarGanRecipe, build_critic
from storyface_assets.lib.stargan.task import StarGanTask
from storyface_assets.lib.training import Plan, Team, train

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
    usual = {"steps": 20, "size": SIZE, "batch": 3, "rate": 1e-3, "critic_rate": 1e-3}
    recipe = StarGanRecipe(**usual | {"critic_steps": 2} | changes)
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


@pytest.mark.parametrize(
    "changes",
    [
        {"adversarial": "logistic", "penalty": "r1", "penalty_every": 2},
        {"penalty": "spectral"},
        {"vary": True},
        {"average": 0.5},
    ],
    ids=lambda changes: "-".join(changes),
)
def test_every_option_learns(sets, changes):
    task = make(sets, **changes)
    before = state(task.networks["generator"])
    for number in range(2):
        losses = task.step(number)
    assert moved(task.networks["generator"], before)
    assert all(np.isfinite(value) for value in losses.values())


def test_a_penalty_that_is_rare_weighs_as_much(sets):
    # Lazy regularisation without the factor is a penalty that many times weaker.
    rare, common = (make(sets, penalty="r1", penalty_every=every) for every in (4, 1))
    share = common._draw(0)
    for task in (rare, common):
        torch.manual_seed(1)
        loss, told = task._critic_loss(0, "Custom", share)
        plain = told["Custom critic"] + told["Custom critic class"]
        weight = (loss - plain) / told["Custom penalty"]
        assert float(weight.detach()) == pytest.approx(10 * task._recipe.penalty_every, rel=1e-3)
    assert "Custom penalty" not in rare._critic_loss(1, "Custom", share)[1]


def test_the_average_is_what_is_kept_and_lags_behind(sets):
    task = make(sets, average=0.9, critic_steps=1)
    first = state(task.networks["generator"])
    for number in range(3):
        task.step(number)
    kept, now = task.weights()["generator"], task.networks["generator"]
    name = "main.0.weight"
    steps = [(w.state_dict()[name] - first[name]).abs().mean() for w in (kept, now)]
    assert 0 < float(steps[0]) < float(steps[1])


def test_spectral_norms_bound_the_critics_slope():
    torch.manual_seed(0)
    recipe = StarGanRecipe(size=SIZE, critic_width=4, critic_layers=3, penalty="spectral")
    critic = build_critic(recipe).train()
    for _ in range(30):  # the power iteration settles
        critic(torch.randn(1, 3, SIZE, SIZE))
    layers = [m for m in critic.modules() if isinstance(m, torch.nn.Conv2d)]
    norms = [torch.linalg.matrix_norm(m.weight.flatten(1), 2) for m in layers]
    assert len(norms) == 5 and all(float(n) == pytest.approx(1, abs=0.1) for n in norms)


def test_shares_are_the_same_training_wherever_they_are_worked_on(sets):
    # Gradients that are summed instead of averaged, or chances that overlap, would differ.
    def run(team):
        task = make(sets, batch=4, critic_steps=1)
        task._team, task._share = team, team.share_of(4)
        torch.manual_seed(5)
        task.step(0)
        return state(task.networks["critic"])

    one, two = run(Team()), run(Team(accumulate=2))
    assert all(value.isfinite().all() for value in two.values())
    assert not all(torch.equal(one[k], two[k]) for k in one)
    again = run(Team(accumulate=2))
    assert all(torch.equal(two[k], again[k]) for k in two)
