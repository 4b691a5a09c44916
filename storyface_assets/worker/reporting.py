"""How a training tells what it does: lines in a terminal, log entries in Dagster's UI.

Dagster Pipes' own package needs nothing else of Dagster; where it is missing, as on a bare GPU
machine, or where nobody listens, the lines are printed.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from storyface_assets.lib.training import Progress

#: Takes the name of what is trained, and how far it is.
Tell = Callable[[str, Progress], None]
_LISTENS = "DAGSTER_PIPES_CONTEXT"


def line_of(name: str, progress: Progress) -> str:
    """``lite0: 100/1500, 0.84 s a step, loss 0.912, accuracy 0.711``."""
    figures = {**progress.losses, **progress.figures}
    parts = [f"{name}: {progress.step}/{progress.steps}", f"{progress.seconds_a_step:.2f} s a step"]
    return ", ".join([*parts, *(f"{key} {value:.3f}" for key, value in figures.items())])


@contextmanager
def reporting(leads: bool = True) -> Iterator[Tell]:
    """Gives what a training is to call with its progress.

    Args:
        leads: ``False`` in a process of a team that keeps silent.
    """
    if not leads:
        yield lambda name, progress: None
        return
    if _LISTENS not in os.environ:
        yield lambda name, progress: print(line_of(name, progress), flush=True)
        return
    from dagster_pipes import open_dagster_pipes

    with open_dagster_pipes() as pipes:
        yield lambda name, progress: pipes.log.info(line_of(name, progress))
