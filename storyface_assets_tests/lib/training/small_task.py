"""A training that costs nothing, with all that can go wrong with resuming: chance and momentum."""

import argparse
import os
import signal
from pathlib import Path

import torch
from torch import nn

from storyface_assets.lib.training import ALONE, Plan, train
from storyface_assets.lib.training.team import joined


class SmallTask:
    """Learns a line from noisy points, by a network with dropout and Adam.

    The points of a step are the same however they are shared out.
    """

    def __init__(self, team=ALONE, dropout=0.2):
        torch.manual_seed(7 + team.rank)  # whoever does not lead begins with other weights
        self.team = team
        self.net = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Dropout(dropout), nn.Linear(16, 1))
        self.networks = {"net": self.net}
        self.optimizers = {"adam": torch.optim.Adam(self.net.parameters(), 1e-2)}

    def step(self, number: int) -> dict[str, float]:
        points, sum_of_losses = torch.randn(32, 2), 0.0
        self.optimizers["adam"].zero_grad()
        for share in self.team.shares():
            own = points[share :: self.team.parts]
            loss = ((self.net.train()(own) - own.sum(1, keepdim=True)) ** 2).mean()
            (loss / self.team.accumulate).backward()
            sum_of_losses += float(loss.detach())
        self.team.average_gradients(self.net.parameters())
        self.optimizers["adam"].step()
        return {"loss": sum_of_losses / self.team.accumulate}

    def validate(self) -> dict[str, float]:
        points = torch.randn(64, 2)
        with torch.inference_mode():
            away = self.net.eval()(points) - points.sum(1, keepdim=True)
        return {"score": -float(away.square().mean())}

    def weights(self) -> dict[str, nn.Module]:
        return {"net": self.net}


PLAN = Plan(steps=50, validate_every=10, checkpoint_every=7, goal="score", seed=3)


def main() -> None:
    """Train in a folder, and go wrong in a step if that is asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--die", type=int, help="step in which the process kills itself")
    parser.add_argument("--nan", type=int, help="step whose loss is no number")
    parser.add_argument("--refuse", action="store_true", help="the validation raises an error")
    parser.add_argument("--rank", type=int, default=0, help="of the process that goes wrong")
    parser.add_argument("--accumulate", type=int, default=1)
    parser.add_argument("--dropout", type=float, default=0.2)
    given = parser.parse_args()
    with joined("cpu", given.accumulate) as (team, _):
        task = SmallTask(team, given.dropout)
        do = task.step

        def step(number: int) -> dict[str, float]:
            if number == given.die and team.rank == given.rank:
                os.kill(os.getpid(), signal.SIGKILL)
            losses = do(number)
            wrong = number == given.nan and team.rank == given.rank
            return {"loss": float("nan")} if wrong else losses

        def refuse() -> dict[str, float]:
            raise ValueError("no people to validate on")

        task.step = step
        if given.refuse:
            task.validate = refuse
        train(task, PLAN, given.folder, team=team)


if __name__ == "__main__":
    main()
