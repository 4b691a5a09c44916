"""The loop: steps, validations, checkpoints, the best weights, an early stop."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
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
from storyface_assets.lib.training.team import ALONE, Team

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
        seconds: of training and validating, over all runs that it took.
    """

    steps: int
    best_step: int
    best: dict[str, float]
    stopped_early: bool
    seconds: float = field(default=0.0, compare=False)


Listener = Callable[[Progress], None]


def train(
    task: Task,
    plan: Plan,
    folder: Path,
    listener: Listener = lambda progress: None,
    team: Team = ALONE,
) -> Outcome:
    """Train, or go on where a run in this folder was stopped.

    The folder holds ``checkpoint.pt``, ``<network>.safetensors`` of the best validation, and
    ``log.jsonl`` with a line a validation. On one CPU a run that was killed at any moment and
    called again ends with the same bytes as one that was not.

    Args:
        task: what is trained; it must have been given the same team.
        plan: how long.
        folder: one that every process of the team sees; only the leader writes there.
        listener: told of progress, in the leader's process.
        team: the processes that train together.

    Returns:
        How it ended, the same in every process.

    Raises:
        BadInput: the folder holds a run of another plan.
        TrainingFailed: a loss or a figure is no number.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = _name(plan, team)
    at = _Standing(**(load_checkpoint(folder, task) or {"plan": name}))
    if at.plan != name:
        raise BadInput(folder, "", "holds a training of another plan.", "Give an empty folder.")
    team.copy_leader(task.networks.values())
    room = _Room(task, plan, folder, listener, team)
    room.begin(at)
    while at.step < plan.steps and not at.stopped(plan.patience):
        torch.manual_seed(plan.seed * _STRIDE + at.step)
        room.heard.add(_finite(team.mean(task.step(at.step)), at.step))
        at.step += 1
        if at.step % plan.validate_every == 0 or at.step == plan.steps:
            room.validate(at)
        elif at.step % plan.checkpoint_every == 0:
            room.checkpoint(at)
    team.wait()  # until the leader has written the weights
    return Outcome(at.step, at.best_step, at.best, at.step < plan.steps, round(at.seconds, 1))


def _name(plan: Plan, team: Team) -> str:
    """Of all that the result follows from; how shares are spread over processes is not of it."""
    shares = [f"{team.parts} shares"] if team.parts > 1 else []
    return content_hash([*map(str, asdict(plan).values()), *shares])


class _Room:
    """What is done between steps: by the leader, while the others wait."""

    def __init__(
        self, task: Task, plan: Plan, folder: Path, listener: Listener, team: Team
    ) -> None:
        self._task, self._plan, self._team = task, plan, team
        self._folder, self._listener = folder, listener

    def begin(self, at: "_Standing") -> None:
        self.heard, self._since = _Heard(at.step), time.perf_counter()
        if self._team.leads:
            cut_log(self._folder, at.step)

    def validate(self, at: "_Standing") -> None:
        """Validate, keep the weights if they are the best, and save."""
        self._team.even_out(self._task.networks.values())
        torch.manual_seed(self._plan.seed * _STRIDE - 1)
        figures = _finite(self._team.from_leader(self._task.validate), at.step)
        # In every process, for all of them must stop together.
        if at.note(figures, self._plan.goal) and self._team.leads:
            _keep(self._folder, self._task)
        self._save(at, figures, validated=True)

    def checkpoint(self, at: "_Standing") -> None:
        """Save what a kill would cost otherwise."""
        self._team.even_out(self._task.networks.values())
        self._save(at, {}, validated=False)

    def _save(self, at: "_Standing", figures: Mapping[str, float], validated: bool) -> None:
        progress = self.heard.told(at.step, self._plan.steps, figures)
        now = time.perf_counter()
        at.seconds, self._since = at.seconds + now - self._since, now
        if self._team.leads:
            if validated:
                line = {"step": at.step, **progress.losses, **progress.figures}
                append_log(self._folder, line)
            save_checkpoint(self._folder, self._task, asdict(at))
            self._listener(progress)


@dataclass
class _Standing:
    """What a checkpoint remembers of the run."""

    plan: str
    step: int = 0
    best_step: int = 0
    best: Any = None
    best_goal: float = -math.inf
    worse: int = 0
    seconds: float = 0.0

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
