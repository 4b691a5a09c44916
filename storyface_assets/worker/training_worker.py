"""What every training process has in common: its arguments, its team, how it says why it failed."""

import argparse
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch

from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.model_cards import CARD_NAME, METRICS_NAME
from storyface_assets.lib.store import content_hash
from storyface_assets.lib.training import ALONE, Team
from storyface_assets.lib.training.failure import failure_told
from storyface_assets.lib.training.team import joined
from storyface_assets.worker.reporting import Tell, reporting


@dataclass(frozen=True)
class Job:
    """One training.

    Attributes:
        data: what the dataset's asset stored.
        work: folder of the checkpoints.
        profile: how much is trained.
        device: torch's name of it.
        seed: of all chance.
        tell: hears the progress.
        team: the processes that train together.
        compiled: by ``torch.compile``.
        judges: folders of the champions that measure, by name.
        weights_dir: torchvision's ImageNet files, for profiles that begin from them.
        folders: more that this training alone asks for, by argument, where they were given.
    """

    data: Path
    work: Path
    profile: str = "open"
    device: str = "cpu"
    seed: int = 0
    tell: Tell = lambda name, progress: None
    team: Team = ALONE
    compiled: bool = False
    judges: Mapping[str, Path] = field(default_factory=dict)
    weights_dir: Path = Path("data/raw/imagenet")
    folders: Mapping[str, Path] = field(default_factory=dict)

    @cached_property
    def version(self) -> str:
        """Hash of the data."""
        return content_hash(self.data)


def run_training(
    what: str,
    profiles: Iterable[str],
    train: Callable[[Job, Path], dict[str, Any]],
    told: Callable[[dict[str, Any]], str],
    folders: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Read the arguments and train.

    Args:
        what: of the help.
        profiles: to choose from.
        train: takes the job and the folder of the model; returns what ``metrics.json`` holds, or
            nothing in a process that does not lead.
        told: the line that is printed at the end.
        folders: more arguments that name a folder, and their help.
    """
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--data", "--splits", type=Path, required=True, dest="data")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, help="checkpoints; else beside the output")
    parser.add_argument("--profile", choices=list(profiles), default="open")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--accumulate", type=int, default=1, help="shares of a batch a process")
    parser.add_argument("--compile", action="store_true", help="by torch.compile")
    parser.add_argument("--weights", type=Path, default=Job.weights_dir)
    parser.add_argument("--judge", action="append", default=[], metavar="NAME=DIR")
    for name, help_text in folders.items():
        parser.add_argument(f"--{name}", type=Path, metavar="DIR", help=help_text)
    given = parser.parse_args()
    work = given.work or given.out.with_name(given.out.name + ".work")
    with (
        failure_told(given.out),
        joined(given.device, given.accumulate) as (team, device),
        reporting(team.leads) as tell,
    ):
        judges = dict(named_folder("--judge", one) for one in given.judge)
        job = Job(
            given.data,
            work,
            given.profile,
            device,
            given.seed,
            tell,
            team,
            given.compile,
            _shipped(Path("data/open_models")) | judges,
            given.weights,
            {name: folder for name in folders if (folder := getattr(given, name))},
        )
        metrics = train(job, given.out)
    if metrics:
        print(told(metrics), flush=True)


def write_figures(out: Path, metrics: Mapping[str, Any], card: str) -> None:
    """Write ``metrics.json`` and the model card."""
    text = json.dumps(metrics, indent=1, ensure_ascii=False) + "\n"
    write_durably(out / METRICS_NAME, text.encode())
    write_durably(out / CARD_NAME, card.encode())


def named_folder(argument: str, text: str) -> tuple[str, Path]:
    """``NAME=DIR`` of a command line.

    Raises:
        BadInput: it is not so.
    """
    name, found, folder = text.partition("=")
    if not found:
        raise BadInput(argument, text, "names no folder.", "Give NAME=DIR.")
    return name, Path(folder)


def _shipped(models: Path) -> dict[str, Path]:
    return {p.name: p for p in sorted(models.glob("*/")) if p.is_dir()}
