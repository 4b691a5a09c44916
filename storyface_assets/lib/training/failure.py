"""Why a training cannot succeed, left where whoever started its process finds it.

A process that was killed, or that ran out of memory or disk, leaves nothing: there a second try
may help. One that says why it failed would only say it again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from os import environ
from pathlib import Path
from typing import Final

from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.training.task import TrainingFailed

FAILURE_NAME: Final = "failure.txt"


@contextmanager
def failure_told(out: Path) -> Iterator[None]:
    """End the process with one line, which is left in ``failure.txt`` too, where training fails.

    Args:
        out: folder of the model; made.

    Raises:
        SystemExit: for :class:`BadInput` and :class:`TrainingFailed`.
    """
    out.mkdir(parents=True, exist_ok=True)
    if environ.get("RANK", "0") == "0":  # another process of the team may have failed already
        (out / FAILURE_NAME).unlink(missing_ok=True)
    try:
        yield
    except (BadInput, TrainingFailed) as error:
        write_durably(out / FAILURE_NAME, str(error).encode())
        raise SystemExit(str(error)) from error


def read_failure(out: Path) -> str:
    """What a training said that failed; "" if it said nothing."""
    path = out / FAILURE_NAME
    return path.read_text("utf-8") if path.is_file() else ""
