"""The teacher of StarGAN's classes."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.lib.classifiers.efficientnet import efficientnet
from storyface_assets.lib.classifiers.task import Recipe
from storyface_assets.lib.stargan.label_vectors import EMOTIONS, celeba_vector, emotion_vector
from storyface_assets.lib.stargan.losses import class_loss
from storyface_assets.lib.stargan.pairs import open_pairs
from storyface_assets.lib.stargan.perceptual import PerceptualLoss
from storyface_assets.lib.stargan.recipe import StarGanRecipe, build_critic, build_generator
from storyface_assets.lib.stargan.task import StarGanTask
from storyface_assets.lib.stargan.teacher import CLASSES, TeacherTask, taught_loss, taught_set
from storyface_assets.lib.training import Plan, train
from storyface_assets_tests.worker.painted_set import painted_set

LOOK = {"Black_Hair": 1, "Blond_Hair": 0, "Brown_Hair": 0, "Male": 0, "Young": 1}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return painted_set(tmp_path_factory.mktemp("set"))


@given(st.integers(0, 2**31), st.integers(1, 3), st.integers(1, 3))
def test_a_mixed_batch_is_judged_as_each_half_alone(seed, celeba, custom):
    # A half that is not labelled must not count: its zeros are no answers.
    torch.manual_seed(seed)
    labels = torch.from_numpy(
        np.stack(
            [celeba_vector(LOOK | {"Male": k % 2}) for k in range(celeba)]
            + [emotion_vector(EMOTIONS[k]) for k in range(custom)]
        )
    )
    logits = torch.randn(celeba + custom, CLASSES)
    told = taught_loss(logits, labels)
    for part, domain in ((slice(0, celeba), "CelebA"), (slice(celeba, None), "Custom")):
        alone = class_loss(logits[part], labels[part], domain)
        assert float(told[part].mean()) == pytest.approx(float(alone), rel=1e-5)


def test_both_halves_are_drawn_as_often_and_pairs_are_of_training_alone(data):
    training, chances = taught_set(data, "train")
    custom = training.labels[:, -1] == 1
    assert custom.sum() == 2 * 4 and (~custom).sum() == 2 * 12 + 2 * 12
    assert chances[custom].sum() == pytest.approx(chances[~custom].sum())
    assert len(taught_set(data, "validation")[0]) == 2 * 12 + 2 * 4


def test_it_learns_both_halves(data, tmp_path):
    torch.manual_seed(0)
    network = efficientnet("lite0", CLASSES)
    (training, chances), (other, _) = taught_set(data, "train"), taught_set(data, "validation")
    recipe = Recipe(steps=40, size=32, batch=16, warm_up=4, rate=2e-3)
    task = TeacherTask(network, training, other, recipe, weights=chances)
    first = task.validate()["log_likelihood"]
    outcome = train(
        task,
        Plan(steps=40, validate_every=20, checkpoint_every=40, goal="log_likelihood"),
        tmp_path,
    )
    assert outcome.best["log_likelihood"] > first and outcome.best["attributes"] > 0.6


def test_what_it_says_reaches_the_generator_and_leaves_the_teacher_alone(data):
    torch.manual_seed(0)
    teacher = efficientnet("lite0", CLASSES)
    before = {name: value.clone() for name, value in teacher.state_dict().items()}
    recipe = StarGanRecipe(
        steps=4, size=32, batch=2, paired=1.0, taught=1.0, critic_from=4, generator="painter"
    )
    pairs = open_pairs(data)
    generator, critic = build_generator("painter", 8), build_critic(StarGanRecipe(size=64))
    task = StarGanTask(generator, critic, {}, recipe, lambda net: {}, pairs=pairs, teacher=teacher)
    losses = task.step(0)
    assert {"pairs 0 taught", "pairs 1 taught"} <= set(losses)
    assert all(torch.equal(value, before[name]) for name, value in teacher.state_dict().items())
    made = torch.rand(2, 3, 32, 32, requires_grad=True)
    _, answers = PerceptualLoss(teacher)(made, torch.rand(2, 3, 32, 32))
    labels = torch.from_numpy(np.stack([emotion_vector("happy")] * 2))
    taught_loss(answers, labels).sum().backward()
    assert float(made.grad.abs().sum()) > 0


def test_without_a_teacher_there_are_no_answers():
    far, answers = PerceptualLoss()(torch.zeros(1, 3, 32, 32), torch.ones(1, 3, 32, 32))
    assert answers is None and float(far) > 0
