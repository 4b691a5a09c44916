"""Bring a book or the dataset up to date: run what is due, wave after wave, until nothing is."""

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

from dagster import (
    AssetKey,
    DagsterEventType,
    DagsterInstance,
    Definitions,
    EventLogEntry,
    ExecuteInProcessResult,
)

from storyface_assets.automation.failures import first_error, short_name
from storyface_assets.automation.jobs import REFRESH_DATASET, RENDER_BOOKS
from storyface_assets.automation.staleness import Staleness

#: Told the asset's name and ``started``, ``made`` or ``failed``.
AssetListener = Callable[[str, str], None]

#: Says which process runs a run, so that a later one can tell that it died.
PROCESS_TAG = "storyface/process"
#: Dagster's console log would tear the progress display apart; the UI has every event.
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
_STATES = {
    DagsterEventType.STEP_START: "started",
    DagsterEventType.STEP_SUCCESS: "made",
    DagsterEventType.STEP_FAILURE: "failed",
}


@dataclass(frozen=True)
class Outcome:
    """What became of one book, or of the dataset.

    Attributes:
        slug: the book, or ``dataset``.
        made: assets that were made, in order, with their reason.
        error: one line for a person; empty when all went well.
    """

    slug: str
    made: dict[str, str] = field(default_factory=dict)
    error: str = ""


def process_tag() -> str:
    """This process, as runs are tagged with it."""
    return f"{socket.gethostname()}:{os.getpid()}"


def render_book(
    defs: Definitions,
    instance: DagsterInstance,
    staleness: Staleness,
    slug: str,
    force: bool = False,
    listener: AssetListener = lambda asset, state: None,
) -> Outcome:
    """Make what is out of date of one book, and nothing else.

    Args:
        defs: the code location's definitions.
        instance: the persistent instance; the book's files have been observed on it.
        staleness: what is due, for the same definitions and instance.
        slug: the book, a known partition.
        force: make everything again.
        listener: told about each asset.
    """
    job = _Job(defs, instance, RENDER_BOOKS, slug, listener)
    return _bring_up_to_date(job, staleness, slug, force)


def refresh_dataset(
    defs: Definitions,
    instance: DagsterInstance,
    staleness: Staleness,
    force: bool = False,
    listener: AssetListener = lambda asset, state: None,
) -> Outcome:
    """Make what is out of date of the image dataset; for the arguments see :func:`render_book`."""
    job = _Job(defs, instance, REFRESH_DATASET, None, listener)
    return _bring_up_to_date(job, staleness, "dataset", force)


@dataclass(frozen=True)
class _Job:
    defs: Definitions
    instance: DagsterInstance
    name: str
    partition: str | None
    listener: AssetListener

    def run(self, keys: tuple[AssetKey, ...]) -> ExecuteInProcessResult:
        """Run the job on some of its assets."""
        run_id = str(uuid4())
        steps = {key.to_python_identifier() for key in keys}

        def hear(entry: EventLogEntry) -> None:
            event = entry.dagster_event
            state = _STATES.get(event.event_type) if event else None
            # A check is a step of its own; it is told of only when it fails.
            if event and state and (event.step_key in steps or state == "failed"):
                self.listener(short_name(event.step_key), state)

        self.instance.add_event_listener(run_id, hear)
        return self.defs.resolve_job_def(self.name).execute_in_process(
            run_config=QUIET,
            instance=self.instance,
            partition_key=self.partition,
            asset_selection=keys,
            run_id=run_id,
            raise_on_error=False,
            tags={PROCESS_TAG: process_tag()},
        )


def _bring_up_to_date(job: _Job, staleness: Staleness, name: str, force: bool) -> Outcome:
    made: dict[str, str] = {}
    # At most one wave an asset: each wave settles at least one.
    for _ in staleness.graph.order:
        due = staleness.due(job.partition)
        wave = staleness.graph.order if force else staleness.next_wave(job.partition, due).now
        if not wave:
            break
        result = job.run(wave)
        made |= {key.path[-1]: "forced" if force else due[key] for key in wave}
        if not result.success:
            return Outcome(name, made, first_error(result.all_events))
        force = False
    return Outcome(name, made)
