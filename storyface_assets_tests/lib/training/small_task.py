"""A training that costs nothing, with all that can go wrong with resuming: chance and momentum."""

import argparse
import os
import signal
from pathlib import Path

import torch
from torch import nn

from storyface_assets.lib.training import Plan, train


class SmallTask:
    """Learns a line from noisy points, by a network with dropout and Adam."""

    def __init__(self) -> None:
        torch.manual_seed(7)
        self.net = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 1))
        self.networks = {"net": self.net}
        self.optimizers = {"adam": torch.optim.Adam(self.net.parameters(), 1e-2)}

    def step(self, number: int) -> dict[str, float]:
        points = torch.randn(32, 2)
        loss = ((self.net.train()(points) - points.sum(1, keepdim=True)) ** 2).mean()
        self.optimizers["adam"].zero_grad()
        loss.backward()
        self.optimizers["adam"].step()
        return {"loss": float(loss.detach())}

    def validate(self) -> dict[str, float]:
        points = torch.randn(64, 2)
        with torch.inference_mode():
            away = self.net.eval()(points) - points.sum(1, keepdim=True)
        return {"score": -float(away.square().mean())}

    def weights(self) -> dict[str, nn.Module]:
        return {"net": self.net}


PLAN = Plan(steps=50, validate_every=10, checkpoint_every=7, goal="score", seed=3)


def main() -> None:
    """Train in a folder; with ``--die N`` the process kills itself in step N."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--die", type=int)
    given = parser.parse_args()
    task = SmallTask()
    if given.die is not None:
        do = task.step

        def step(number: int) -> dict[str, float]:
            if number == given.die:
                os.kill(os.getpid(), signal.SIGKILL)
            return do(number)

        task.step = step
    train(task, PLAN, given.folder)


if __name__ == "__main__":
    main()
