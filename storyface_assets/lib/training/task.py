"""What a network's training has of its own."""

from collections.abc import Mapping
from typing import Protocol

from torch import nn
from torch.optim import Optimizer


class TrainingFailed(RuntimeError):
    """Training cannot go on: a loss that is no number, or weights that are none."""


class Task(Protocol):
    """Networks, how one step changes them, and how good they are.

    Attributes:
        networks: all that a checkpoint must hold, by name (averaged copies too).
        optimizers: by name.
    """

    networks: Mapping[str, nn.Module]
    optimizers: Mapping[str, Optimizer]

    def step(self, number: int) -> Mapping[str, float]:
        """Do step ``number`` (from 0) and return its losses.

        All that differs from step to step (batch, learning rate, chance) must follow from the
        number and torch's global generator, which is seeded before each step: then a run that
        goes on from a checkpoint does what it would have done. A task that several processes
        train draws by :meth:`~storyface_assets.lib.training.team.Team.shares`.
        """
        ...

    def validate(self) -> Mapping[str, float]:
        """Figures on the validation set."""
        ...

    def weights(self) -> Mapping[str, nn.Module]:
        """The networks that are kept of the best moment, by name."""
        ...
