"""A killed render must not make every later one wait for its pool slot."""

import subprocess
import sys

import pytest
from dagster import DagsterInstance, DagsterRunStatus, job

from storyface_assets.automation.dead_runs import close_dead_runs
from storyface_assets.automation.rendering import PROCESS_TAG, process_tag
from storyface_assets.vocabulary import POOL_RENDER


@job
def some_job():
    """Stands for a render."""


@pytest.fixture
def instance(tmp_path):
    with DagsterInstance.local_temp(str(tmp_path)) as instance:
        instance.event_log_storage.set_concurrency_slots(POOL_RENDER, 1)
        yield instance


def started(instance, tag):
    return instance.create_run_for_job(
        some_job, status=DagsterRunStatus.STARTED, tags={PROCESS_TAG: tag}
    )


def tag_of_a_dead_process():
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return process_tag().rpartition(":")[0] + f":{ended.pid}"


def test_the_run_of_a_dead_process_is_closed_and_its_slot_is_free(instance):
    run = started(instance, tag_of_a_dead_process())
    log = instance.event_log_storage
    assert log.claim_concurrency_slot(POOL_RENDER, run.run_id, "film").is_claimed
    assert close_dead_runs(instance) == [run.run_id]
    assert instance.get_run_by_id(run.run_id).status == DagsterRunStatus.FAILURE
    assert log.claim_concurrency_slot(POOL_RENDER, "another", "film").is_claimed


def test_a_living_run_is_left_alone(instance):
    run = started(instance, process_tag())
    assert close_dead_runs(instance) == []
    assert instance.get_run_by_id(run.run_id).status == DagsterRunStatus.STARTED


def test_runs_of_the_ui_and_of_other_machines_are_left_alone(instance):
    instance.create_run_for_job(some_job, status=DagsterRunStatus.STARTED)
    started(instance, "another-machine:1")
    assert close_dead_runs(instance) == []
