"""A run that failed on a real instance is told by the sensor, once, whatever the targets do."""

import pytest
from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    DagsterInstance,
    Definitions,
    asset,
    asset_check,
    build_sensor_context,
    define_asset_job,
)

from storyface_assets.automation.failure_notices import failed_trainings
from storyface_assets.definitions import build_definitions
from storyface_assets.lib.errors import BadInput
from storyface_assets.settings import Settings
from storyface_assets_tests.lib.notices.servers import mail_server, webhook


@asset
def model():
    raise BadInput("data/raw", "photos", "are missing.", "Put\nthem there.")


@asset
def judged():
    pass


@asset_check(asset=judged, blocking=True)
def candidate_is_whole():
    said = "broken: its accuracy is nan"
    return AssetCheckResult(passed=False, severity=AssetCheckSeverity.ERROR, description=said)


JOBS = [
    define_asset_job("retrain", selection=["model"]),
    define_asset_job("nightly_retraining", selection=["judged"]),
    define_asset_job("render_books", selection=["model"]),
]
DEFS = Definitions(assets=[model, judged], asset_checks=[candidate_is_whole], jobs=JOBS)


@pytest.fixture
def world(tmp_path, monkeypatch):
    """Runs jobs and lets the sensor look; gives the ids of runs, and the log of the last look."""
    for name in ("SLACK_WEBHOOK", "MAIL_SERVER", "UI_URL"):
        monkeypatch.delenv(f"STORYFACE_{name}", raising=False)
    with DagsterInstance.local_temp(str(tmp_path)) as instance:
        state = {"cursor": None}

        class World:
            def fail(self, name):
                job = DEFS.resolve_job_def(name)
                return job.execute_in_process(instance=instance, raise_on_error=False).run_id

            def look(self):
                with build_sensor_context(instance=instance, cursor=state["cursor"]) as context:
                    told = failed_trainings.evaluate_tick(context)
                state["cursor"] = told.cursor
                return told

        world = World()
        world.look()  # the first look only notes where the log stands
        yield world


def test_a_failed_training_is_told_by_slack_and_mail_once(world, monkeypatch):
    with webhook() as hook, mail_server() as server:
        monkeypatch.setenv("STORYFACE_SLACK_WEBHOOK", hook.url)
        monkeypatch.setenv("STORYFACE_MAIL_SERVER", server.address)
        monkeypatch.setenv("STORYFACE_MAIL_FROM", "a@here")
        monkeypatch.setenv("STORYFACE_MAIL_TO", "b@here")
        monkeypatch.setenv("STORYFACE_UI_URL", "http://box:3000/")
        run = world.fail("retrain")
        world.look()
        world.look()
    [text] = [got["text"] for got in hook.got]
    assert text.splitlines() == [
        "StoryFace: retrain failed",
        f"run {run}",
        "step model",
        "data/raw: photos: are missing. Put them there.",
        f"http://box:3000/runs/{run}",
    ]
    assert len(server.got) == 1 and run in server.got[0].data


def test_a_broken_candidate_is_told_with_what_the_check_found(world, monkeypatch):
    """Fault: the message says that one blocking check failed, not which, nor why."""
    with webhook() as hook:
        monkeypatch.setenv("STORYFACE_SLACK_WEBHOOK", hook.url)
        world.fail("nightly_retraining")
        world.look()
    [text] = [got["text"] for got in hook.got]
    assert "judged: candidate_is_whole: broken: its accuracy is nan" in text
    assert "http" not in text  # no address is configured


def test_a_target_that_fails_hides_nothing(world, monkeypatch, capfd):
    monkeypatch.setenv("STORYFACE_SLACK_WEBHOOK", "http://127.0.0.1:9/s3cret")
    run = world.fail("retrain")
    world.look()
    log = "".join(capfd.readouterr())
    assert run in log and "Slack was not reached" in log
    assert "s3cret" not in log


def test_with_nothing_configured_the_failure_is_in_the_log(world, capfd):
    run = world.fail("retrain")
    world.look()
    log = "".join(capfd.readouterr())
    assert run in log and "Nobody is told" in log


def test_books_are_not_its_business(world, monkeypatch):
    with webhook() as hook:
        monkeypatch.setenv("STORYFACE_SLACK_WEBHOOK", hook.url)
        world.fail("render_books")
        world.look()
    assert hook.got == []


def test_it_is_wired_and_off_at_first(tmp_path):
    found = build_definitions(Settings.at(tmp_path)).resolve_sensor_def("failed_trainings")
    assert found.default_status.value == "STOPPED"
