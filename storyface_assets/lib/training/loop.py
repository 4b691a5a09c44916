"""The loop: steps, validations, checkpoints, the best weights, an early stop."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import save

from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store.hashing import content_hash
from storyface_assets.lib.training.checkpoint import load_checkpoint, save_checkpoint
from storyface_assets.lib.training.log import append_log, cut_log
from storyface_assets.lib.training.task import Task, TrainingFailed

#: A prime: seeds of neighbouring runs and steps are not the same.
_STRIDE: Final = 1_000_003


@dataclass(frozen=True)
class Plan:
    """How long and how carefully.

    Attributes:
        steps: at most.
        validate_every: steps.
        checkpoint_every: steps; what a kill can cost.
        goal: figure of the validation that decides which weights are kept; greater is better.
            Empty: the last ones are kept, as for networks that no figure tells the worth of.
        patience: validations without a better figure after which training stops; 0 for never.
        seed: of all chance.
        recipe: all else that the result follows from (data version, settings), as text.
    """

    steps: int
    validate_every: int
    checkpoint_every: int
    goal: str
    patience: int = 0
    seed: int = 0
    recipe: str = ""


@dataclass(frozen=True)
class Progress:
    """What is told after a step.

    Attributes:
        step: steps done.
        steps: of the plan.
        losses: mean of each since the last telling.
        figures: of the validation, if there was one.
        seconds_a_step: since the last telling.
    """

    step: int
    steps: int
    losses: Mapping[str, float]
    figures: Mapping[str, float]
    seconds_a_step: float


@dataclass(frozen=True)
class Outcome:
    """How it ended.

    Attributes:
        steps: that were done.
        best_step: after which the kept weights were taken.
        best: figures of the validation then.
        stopped_early: whether patience ran out.
    """

    steps: int
    best_step: int
    best: dict[str, float]
    stopped_early: bool


Listener = Callable[[Progress], None]


def train(
    task: Task,
    plan: Plan,
    folder: Path,
    listener: Listener = lambda progress: None,
) -> Outcome:
    """Train, or go on where a run in this folder was stopped.

    The folder holds ``checkpoint.pt``, ``<network>.safetensors`` of the best validation, and
    ``log.jsonl`` with a line a validation. On one CPU a run that was killed at any moment and
    called again ends with the same bytes as one that was not.

    Raises:
        BadInput: the folder holds a run of another plan.
        TrainingFailed: a loss or a figure is no number.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = content_hash([*map(str, asdict(plan).values())])
    at = _Standing(**(load_checkpoint(folder, task) or {"plan": name}))
    if at.plan != name:
        raise BadInput(folder, "", "holds a training of another plan.", "Give an empty folder.")
    cut_log(folder, at.step)
    heard = _Heard(at.step)
    while at.step < plan.steps and not at.stopped(plan.patience):
        torch.manual_seed(plan.seed * _STRIDE + at.step)
        heard.add(_finite(task.step(at.step), at.step))
        at.step += 1
        last = at.step == plan.steps
        if at.step % plan.validate_every == 0 or last:
            torch.manual_seed(plan.seed * _STRIDE - 1)
            figures = _finite(task.validate(), at.step)
            progress = heard.told(at.step, plan.steps, figures)
            if at.note(figures, plan.goal):
                _keep(folder, task)
            append_log(folder, {"step": at.step, **progress.losses, **progress.figures})
            save_checkpoint(folder, task, asdict(at))
            listener(progress)
        elif at.step % plan.checkpoint_every == 0:
            save_checkpoint(folder, task, asdict(at))
            listener(heard.told(at.step, plan.steps, {}))
    return Outcome(at.step, at.best_step, at.best, at.step < plan.steps)


@dataclass
class _Standing:
    """What a checkpoint remembers of the run."""

    plan: str
    step: int = 0
    best_step: int = 0
    best: Any = None
    best_goal: float = -math.inf
    worse: int = 0

    def note(self, figures: Mapping[str, float], goal: str) -> bool:
        """Whether these figures are the best so far."""
        value = figures[goal] if goal else float(self.step)
        better = value > self.best_goal
        if better:
            self.best_step, self.best, self.best_goal = self.step, dict(figures), value
        self.worse = 0 if better else self.worse + 1
        return better

    def stopped(self, patience: int) -> bool:
        return bool(patience) and self.worse >= patience


class _Heard:
    """Losses since they were last told."""

    def __init__(self, step: int) -> None:
        self._sums: dict[str, float] = {}
        self._from, self._since = step, time.perf_counter()

    def add(self, losses: Mapping[str, float]) -> None:
        for name, value in losses.items():
            self._sums[name] = self._sums.get(name, 0.0) + value

    def told(self, step: int, steps: int, figures: Mapping[str, float]) -> Progress:
        count, now = max(step - self._from, 1), time.perf_counter()
        losses = {name: value / count for name, value in self._sums.items()}
        progress = Progress(step, steps, losses, figures, (now - self._since) / count)
        self._sums, self._from, self._since = {}, step, now
        return progress


def _finite(values: Mapping[str, float], step: int) -> Mapping[str, float]:
    for name, value in values.items():
        if not math.isfinite(value):
            raise TrainingFailed(f"{name} is {value} in step {step}")
    return values


def _keep(folder: Path, task: Task) -> None:
    for name, network in task.weights().items():
        state = {key: value.contiguous().cpu() for key, value in network.state_dict().items()}
        write_durably(folder / f"{name}.safetensors", save(state))
