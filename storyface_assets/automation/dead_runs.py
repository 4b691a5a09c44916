"""Runs whose process died (kill −9, power): close them, so that their pool slots are free again."""

import os
import socket

from dagster import DagsterInstance, DagsterRunStatus, RunsFilter

from storyface_assets.automation.rendering import PROCESS_TAG

_OPEN = [DagsterRunStatus.STARTED, DagsterRunStatus.STARTING, DagsterRunStatus.NOT_STARTED]


def close_dead_runs(instance: DagsterInstance) -> list[str]:
    """Mark every open run of a dead process of this machine as failed.

    Returns:
        The run ids.
    """
    closed = []
    for run in instance.get_runs(RunsFilter(statuses=_OPEN)):
        host, _, pid = run.tags.get(PROCESS_TAG, "").rpartition(":")
        if host == socket.gethostname() and not _is_alive(int(pid)):
            instance.report_run_failed(run, "The process that ran it is gone.")
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
            closed.append(run.run_id)
    return closed


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
