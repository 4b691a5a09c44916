"""Steps and validations of the fine-tuning."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.transformer.encoding import Window
from storyface_assets.lib.text.transformer.network import EmotionNetwork
from storyface_assets.lib.text.transformer.pretrained import load_pretrained
from storyface_assets.lib.text.transformer.recipe import RESEARCH, SEEDS
from storyface_assets.lib.text.transformer.task import EncodedSentences, TextEmotionTask
from storyface_assets.lib.training import ALONE, Team
from storyface_assets_tests.lib.text.transformer.tiny_encoder import telling_stories

RECIPE = replace(RESEARCH, epochs=30, rate=5e-3, layer_decay=1.0, window=Window(1, 1, 64))


#: As e5's: read in two means, smoothed, batches of like length.
SMOOTH = replace(RECIPE, reads="means", smoothing=0.05, alike=True)


def task_of(encoder_folder, recipe=RECIPE, team=ALONE, dropout=True):
    begun = load_pretrained(str(encoder_folder), 75)
    torch.manual_seed(0)
    network = EmotionNetwork(begun.encoder, recipe.reads)
    if not dropout:
        for module in network.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
    sets = [
        EncodedSentences.of(telling_stories(n, 10, seed, "s"), begun.tokens, recipe)
        for n, seed in ((10, 0), (3, 1))
    ]
    return TextEmotionTask(network, begun.tokens.pad, *sets, recipe, team=team)


def steps(task, count):
    told = []
    for number in range(count):
        torch.manual_seed(number)
        told.append(task.step(number)["loss"])
    return told


@pytest.mark.parametrize("recipe", [RECIPE, replace(SEEDS, rate=5e-3), SMOOTH])
def test_the_loss_falls(encoder_folder, recipe):
    """Fault: gradients are dropped, or labels do not belong to their sentences."""
    losses = steps(task_of(encoder_folder, recipe), 120 if recipe.window.alone else 160)
    assert np.mean(losses[-20:]) < 0.5 * np.mean(losses[:20])


@pytest.mark.parametrize("alike", [False, True])
def test_an_epoch_goes_through_every_sentence(encoder_folder, alike):
    """Fault: some sentences are never drawn, or one epoch is like the other."""
    task = task_of(encoder_folder, replace(RECIPE, batch=10, alike=alike))
    first, second = (
        np.concatenate([task._places(n) for n in range(start, start + 10)]) for start in (0, 10)
    )
    assert sorted(first) == sorted(second) == list(range(100))
    assert first.tolist() != second.tolist()


def test_shares_of_a_batch_are_the_batch(encoder_folder):
    """Fault: two processes train something else than one."""
    recipe = replace(RECIPE, batch=20, clip=float("inf"))
    ways = []
    for team in (ALONE, Team(accumulate=2)):
        task = task_of(encoder_folder, recipe, team, dropout=False)
        losses = steps(task, 1)
        grads = [p.grad.clone() for p in task.networks["network"].parameters()]
        ways.append((losses, grads))
    assert ways[0][0] == pytest.approx(ways[1][0], rel=1e-4)
    assert all(
        torch.allclose(a, b, rtol=1e-3, atol=1e-6)
        for a, b in zip(ways[0][1], ways[1][1], strict=True)
    )


def test_validation_tells_what_decides(encoder_folder):
    """Fault: the plan's goal is not among the figures, found after an hour of training."""
    figures = task_of(encoder_folder).validate()
    assert RESEARCH.goal in figures and all(np.isfinite(list(figures.values())))


def test_less_than_a_batch_is_refused(encoder_folder):
    """Fault: a training of no steps ends well."""
    with pytest.raises(BadInput, match="a batch has 128"):
        task_of(encoder_folder, replace(RECIPE, batch=128))
