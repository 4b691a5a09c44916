"""Where a training stands, in one file that a kill leaves whole."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import torch

from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.training.task import Task

NAME: Final = "checkpoint.pt"


def save_checkpoint(folder: Path, task: Task, progress: Mapping[str, Any]) -> None:
    """Write networks, optimisers and progress; an older checkpoint is replaced in one step.

    Args:
        folder: of the run.
        task: what is trained.
        progress: what JSON can hold.
    """
    state = {
        "networks": {name: network.state_dict() for name, network in task.networks.items()},
        "optimizers": {name: one.state_dict() for name, one in task.optimizers.items()},
        "progress": dict(progress),
    }
    data = io.BytesIO()
    torch.save(state, data)
    write_durably(folder / NAME, data.getvalue())


def load_checkpoint(folder: Path, task: Task) -> dict[str, Any] | None:
    """Put networks and optimisers where the last checkpoint left them.

    Returns:
        Its progress; ``None`` where there is no checkpoint, and then nothing is changed.

    Raises:
        BadInput: the checkpoint cannot be read, or is of other networks.
    """
    path = folder / NAME
    if not path.is_file():
        return None
    mend = "Delete the folder to train anew."
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        progress: dict[str, Any] = state["progress"]
        for name, network in task.networks.items():
            network.load_state_dict(state["networks"][name])
        for name, optimizer in task.optimizers.items():
            optimizer.load_state_dict(state["optimizers"][name])
    except Exception as error:  # what damaged files raise is not said anywhere
        raise BadInput(path, "", f"does not fit this training ({error}).", mend) from error
    return progress
