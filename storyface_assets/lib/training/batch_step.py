"""One step of Adam on one batch: what most of the trainings do alike."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from torch import nn
from torch.optim import Optimizer

from storyface_assets.lib.training.schedule import warm_cosine
from storyface_assets.lib.training.team import Team

#: Gradients longer than this are shortened to it.
_LONGEST: Final = 5.0


@dataclass(frozen=True, kw_only=True)
class BatchRecipe:
    """What every training by batches follows from.

    Attributes:
        steps: of the training.
        batch: samples a step.
        rate: highest learning rate; it rises over ``warm_up`` steps and falls as a cosine.
        warm_up: steps.
        decay: of the weights (AdamW: Loshchilov and Hutter 2019).
    """

    steps: int
    batch: int = 16
    rate: float = 1e-3
    warm_up: int = 50
    decay: float = 0.02


def batch_step(
    number: int,
    recipe: BatchRecipe,
    optimizer: Optimizer,
    parameters: Iterable[nn.Parameter],
    team: Team,
    learn_from_share: Callable[[], Mapping[str, float]],
) -> dict[str, float]:
    """Learn from every share of a batch, then move.

    Args:
        number: of the step, from 0.
        recipe: its rate.
        optimizer: of the parameters.
        parameters: what is learnt.
        team: the processes that train together.
        learn_from_share: adds the gradients of one share, whose loss it divides by
            ``team.accumulate``, and tells its losses.

    Returns:
        Each loss, the mean over this process' shares.
    """
    learnt = list(parameters)
    for group in optimizer.param_groups:
        group["lr"] = recipe.rate * warm_cosine(number, recipe.steps, recipe.warm_up)
    optimizer.zero_grad(set_to_none=True)
    told = [learn_from_share() for _ in team.shares()]
    team.average_gradients(learnt)
    nn.utils.clip_grad_norm_(learnt, _LONGEST)
    optimizer.step()
    return {name: sum(one[name] for one in told) / len(told) for name in told[0]}
