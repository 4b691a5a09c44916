"""One step on one batch."""

import pytest
import torch
from torch import nn
from torch.optim import SGD

from storyface_assets.lib.training.batch_step import BatchRecipe, batch_step
from storyface_assets.lib.training.schedule import warm_cosine
from storyface_assets.lib.training.team import Team

RECIPE = BatchRecipe(steps=20, batch=4, rate=0.5, warm_up=4)


def line(team, rows):
    """A weight that is pulled to the rows' mean, share by share."""
    weight = nn.Parameter(torch.zeros(1))
    optimizer = SGD([weight], lr=123.0)
    shares = iter(torch.tensor(rows, dtype=torch.float32).chunk(team.accumulate))

    def learn():
        share = next(shares)
        loss = (weight - share).square().mean() / 2
        (loss / team.accumulate).backward()
        return {"loss": float(loss.detach()), "least": float(share.min())}

    return weight, optimizer, learn


@pytest.mark.parametrize("accumulate", [1, 2, 4])
def test_shares_make_the_same_step_as_the_whole_batch(accumulate):
    """Fault: a batch in four shares moves four times as far, or only the last share counts."""
    team = Team(accumulate=accumulate)
    weight, optimizer, learn = line(team, [1.0, 2.0, 3.0, 6.0])
    told = batch_step(7, RECIPE, optimizer, [weight], team, learn)
    rate = 0.5 * warm_cosine(7, 20, 4)
    assert weight.item() == pytest.approx(rate * 3.0)
    assert set(told) == {"loss", "least"}
    if accumulate == 4:
        assert told["least"] == pytest.approx(3.0)


def test_a_gradient_that_is_too_long_is_cut():
    weight, optimizer, learn = line(Team(), [1000.0] * 4)
    batch_step(4, RECIPE, optimizer, [weight], Team(), learn)
    assert weight.item() == pytest.approx(0.5 * 5.0, rel=1e-3)


def test_the_last_step_s_gradients_are_forgotten():
    weight, optimizer, learn = line(Team(), [1.0] * 4)
    weight.grad = torch.tensor([-77.0])
    batch_step(4, RECIPE, optimizer, [weight], Team(), learn)
    assert weight.item() == pytest.approx(0.5)
