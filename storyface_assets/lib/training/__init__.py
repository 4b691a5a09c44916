"""One way to train every network: steps by number, checkpoints that survive a kill, the best kept.

A :class:`~storyface_assets.lib.training.task.Task` says what a step is; :func:`train` does the
rest, and does it the same whether a run was stopped a hundred times or never.
"""

from storyface_assets.lib.training.loop import Outcome, Plan, Progress, train
from storyface_assets.lib.training.task import Task, TrainingFailed
from storyface_assets.lib.training.team import ALONE, Team

__all__ = ["ALONE", "Outcome", "Plan", "Progress", "Task", "Team", "TrainingFailed", "train"]
