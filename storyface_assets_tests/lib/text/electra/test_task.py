"""Pre-training by replaced pieces."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.electra.networks import Electra
from storyface_assets.lib.text.electra.recipe import TINY
from storyface_assets.lib.text.electra.task import ReplacedTokenDetection
from storyface_assets.lib.text.transformer.rows import Row
from storyface_assets.lib.training import Plan, train

CLS, SEP, MASK, PIECES = 2, 3, 4, 20


def monotonous_rows(count, seed):
    """Texts of one piece each."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(count):
        piece, length = rng.integers(5, 10), rng.integers(6, 14)
        pieces = np.array([CLS, *[piece] * length, SEP])
        rows.append(Row(pieces, np.zeros_like(pieces), np.array([[0, len(pieces)]]), np.array([0])))
    return rows


def task_of(both, recipe, rows=60, held=40):
    texts = monotonous_rows(rows, 0), monotonous_rows(held, 1)
    return ReplacedTokenDetection(both, *texts, 0, MASK, recipe)


def test_it_learns_to_guess_and_to_find_what_does_not_belong(tmp_path):
    """Fault: labels, masks or losses are mixed up, and nothing is learnt."""
    torch.manual_seed(0)
    recipe = replace(TINY, generator=1.0, pieces=256, epochs=100, rate=3e-3)
    both = Electra(recipe, PIECES)
    task = task_of(both, recipe)
    before = task.validate()
    plan = Plan(task.steps, task.steps, task.steps, "", seed=1)
    after = train(task, plan, tmp_path).best
    assert before["mlm_accuracy"] < 0.2 and after["mlm_accuracy"] > 0.5
    assert after["false_positives"] < 0.05
    text = torch.tensor([[CLS, 7, 7, 7, 9, 7, 7, 7, SEP]])
    strange = both.eval().discriminator(text).logits[0]
    assert strange.argmax() == 4 and strange[4] > 0 and (strange > 0).sum() == 1


def test_ends_are_never_masked():
    """Fault: [CLS] or what fills up is guessed."""
    torch.manual_seed(0)
    recipe = replace(TINY, mask_share=1.0)
    both = Electra(recipe, PIECES)
    task = task_of(both, recipe, 9, 3)
    seen = []
    forward = both.forward

    def watched(pieces, seen_, masked, shown):
        seen.append((pieces, masked))
        return forward(pieces, seen_, masked, shown)

    both.forward = watched
    task.step(0)
    pieces, masked = seen[0]
    assert (masked == (pieces > MASK)).all()


def test_the_rate_rises_and_falls():
    """Fault: small steps for an hour, or a full rate on the last."""
    recipe = replace(TINY, pieces=64, epochs=4)
    task = task_of(Electra(recipe, PIECES), recipe, 30, 3)
    rates = []
    for number in (0, round(task.steps * recipe.warm_up), task.steps - 1):
        task.step(number)
        rates.append(task.optimizers["adam"].param_groups[0]["lr"])
    assert rates[0] < rates[1] / 2 and rates[2] < rates[1] / 10
    assert rates[1] == pytest.approx(recipe.rate)


def test_norms_and_biases_do_not_decay():
    """Fault: weight decay draws norms to nothing."""
    both = Electra(TINY, PIECES)
    task = task_of(both, TINY, 3, 3)
    decayed, plain = task.optimizers["adam"].param_groups
    assert (decayed["weight_decay"], plain["weight_decay"]) == (TINY.weight_decay, 0.0)
    norm = both.discriminator.electra.embeddings.LayerNorm
    assert {id(norm.weight), id(norm.bias)} <= {id(one) for one in plain["params"]}
    every = [id(one) for one in decayed["params"] + plain["params"]]
    assert len(every) == len(set(every)) == len(list(both.parameters()))


def test_too_little_text_is_refused():
    """Fault: a division by nothing at the end of an hour."""
    with pytest.raises(BadInput, match="too little"):
        task_of(Electra(TINY, PIECES), TINY, 3, 0)
