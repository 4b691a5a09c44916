"""The persistent Dagster instance and the definitions that commands work with."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyface_assets.settings import Settings

if TYPE_CHECKING:
    from dagster import DagsterInstance, Definitions

    from storyface_assets.automation.staleness import Staleness

#: Read by every Dagster process of the installation.
_DAGSTER_YAML = """\
# Written by storyface when it is missing; yours to change afterwards.
telemetry:
  enabled: false
nux:
  enabled: false
# What steps print goes to the terminal that started them; errors are in the run's events anyway.
# Capturing it starts four processes a run, and tears the progress display apart.
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
concurrency:
  pools:
    # One film at a time takes every core already.
    default_limit: 1
  runs:
    max_concurrent_runs: 2
run_retries:
  enabled: true
run_monitoring:
  enabled: true
  free_slots_after_run_end_seconds: 60
"""


@dataclass(frozen=True)
class Workplace:
    """What a command needs to plan and run jobs."""

    settings: Settings
    instance: "DagsterInstance"
    defs: "Definitions"
    staleness: "Staleness"


def prepare_dagster_home(settings: Settings) -> str:
    """Make the instance's folder with its ``dagster.yaml``; returns the path as text."""
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    config = home / "dagster.yaml"
    if not config.exists():
        config.write_text(_DAGSTER_YAML, "utf-8")
    os.environ["DAGSTER_HOME"] = str(home)
    return str(home)


@contextmanager
def open_workplace(settings: Settings) -> Iterator[Workplace]:
    """Open the persistent instance, after closing the runs of processes that died."""
    home = prepare_dagster_home(settings)
    from dagster import DagsterInstance

    from storyface_assets.automation.dead_runs import close_dead_runs
    from storyface_assets.definitions import build_definitions, build_staleness

    defs = build_definitions(settings)
    with DagsterInstance.from_config(home) as instance:
        close_dead_runs(instance)
        yield Workplace(settings, instance, defs, build_staleness(settings, defs, instance))
