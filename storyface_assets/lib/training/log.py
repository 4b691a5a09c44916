"""What a training has told, a line of JSON a validation."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from storyface_assets.lib.durable import write_durably

LOG_NAME: Final = "log.jsonl"


def append_log(folder: Path, line: Mapping[str, float]) -> None:
    """Add what was told after a step (``step``, losses, figures)."""
    with (folder / LOG_NAME).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def cut_log(folder: Path, step: int) -> None:
    """Leave out lines of steps that a kill made undone: they are written again."""
    path = folder / LOG_NAME
    if path.is_file():
        lines = [line for line in path.read_text("utf-8").splitlines() if _step_of(line) <= step]
        write_durably(path, "".join(f"{line}\n" for line in lines).encode())


def keep_log(run: Path, model: Path, network: str) -> None:
    """Put a run's log beside the weights, as ``<network>.log.jsonl``."""
    write_durably(model / f"{network}.{LOG_NAME}", (run / LOG_NAME).read_bytes())


def read_logs(model: Path) -> dict[str, list[dict[str, Any]]]:
    """The lines of each network's log beside the weights, by network."""
    return {
        path.name.removesuffix(f".{LOG_NAME}"): [
            json.loads(line) for line in path.read_text("utf-8").splitlines()
        ]
        for path in sorted(model.glob(f"*.{LOG_NAME}"))
    }


def _step_of(line: str) -> float:
    try:
        return float(json.loads(line)["step"])
    except (ValueError, KeyError, TypeError):  # a kill cut it off
        return math.inf
