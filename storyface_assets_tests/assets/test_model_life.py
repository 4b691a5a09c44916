"""Nights of a model's life, on a real instance: better, equal, broken."""

import json
from types import SimpleNamespace

import pytest
from dagster import (
    AssetCheckSeverity,
    DagsterInstance,
    MaterializeResult,
    RetryPolicy,
    materialize,
)

from storyface_assets.assets.declare import dataset_asset, dataset_key
from storyface_assets.assets.models.candidates import CANDIDATES, candidate
from storyface_assets.assets.models.evaluations import evaluation
from storyface_assets.assets.models.lines import MODEL_LINES, ModelLine
from storyface_assets.assets.models.promotions import promotion
from storyface_assets.automation.failures import first_error
from storyface_assets.automation.jobs import nightly_retraining
from storyface_assets.automation.schedules import every_night
from storyface_assets.checks import models as rules
from storyface_assets.checks.factories import model_check
from storyface_assets.definitions import build_definitions
from storyface_assets.lib.store import Folder
from storyface_assets.resources.installation import Installation
from storyface_assets.settings import Settings
from storyface_assets_tests.assets import toy_training

TOY = ModelLine(
    name="toy",
    what="A number that wants to be large, for tests of how models live.",
    data="toy_splits",
    module=toy_training.__name__,
    figures=toy_training.figures,
    goal="accuracy",
    chance=0.2,
)


def model(accuracy):
    return json.dumps({"accuracy": accuracy})


@pytest.fixture
def world(tmp_path):
    installation = Installation.of(Settings.at(tmp_path))
    wanted = SimpleNamespace(text="")

    @dataset_asset(kinds={"file"}, code_version="1")
    def toy_splits() -> MaterializeResult[Folder]:
        made = Folder.scratch()
        (made.path / "next.txt").write_text(wanted.text, "utf-8")
        return MaterializeResult(value=made)

    at_once = RetryPolicy(max_retries=1)
    life = [toy_splits, candidate(TOY, at_once), evaluation(TOY), promotion(TOY)]
    checks = [
        model_check("toy_candidate", rules.card_tells_the_figures, blocking=True),
        model_check("toy_evaluation", rules.candidate_is_whole, blocking=True),
        model_check("toy_evaluation", rules.candidate_is_better, blocking=False),
        model_check("toy_champion", rules.card_tells_the_figures, blocking=True),
    ]
    with DagsterInstance.ephemeral() as instance:

        def night(text):
            wanted.text = text
            return materialize(
                [*life, *checks],
                instance=instance,
                resources={"io_manager": installation.io_manager, "installation": installation},
                raise_on_error=False,
            )

        yield SimpleNamespace(night=night, installation=installation, instance=instance)


def champion(world):
    folder = world.installation.champion("toy")
    return None if folder is None else toy_training.figures(folder, folder)["accuracy"]


def verdicts(result):
    return {c.check_name: (c.passed, c.severity) for c in result.get_asset_check_evaluations()}


def test_the_first_candidate_and_a_better_one_become_champions(world):
    assert champion(world) is None
    assert world.night(model(0.6)).success and champion(world) == 0.6
    result = world.night(model(0.7))
    assert result.success and champion(world) == 0.7
    assert all(passed for passed, _ in verdicts(result).values())


@pytest.mark.parametrize("accuracy", [0.6, 0.5])
def test_one_that_is_no_better_is_a_green_night_with_a_warning(world, accuracy):
    world.night(model(0.6))
    before = world.installation.champion("toy")
    result = world.night(model(accuracy))
    assert result.success
    assert verdicts(result)["candidate_is_better"] == (False, AssetCheckSeverity.WARN)
    assert verdicts(result)["candidate_is_whole"][0]
    assert world.installation.champion("toy") == before


@pytest.mark.parametrize(
    "text", [model(float("nan")), model(0.1), "no model"], ids=["nan", "chance", "cannot load"]
)
def test_a_broken_one_is_an_error_and_the_champion_stays(world, text):
    world.night(model(0.6))
    result = world.night(text)
    assert not result.success and champion(world) == 0.6
    assert verdicts(result)["candidate_is_whole"] == (False, AssetCheckSeverity.ERROR)


def test_a_training_that_fails_is_an_error_and_the_champion_stays(world):
    world.night(model(0.6))
    assert not world.night("crash").success and champion(world) == 0.6
    # And the night after is not harmed.
    assert world.night(model(0.8)).success and champion(world) == 0.8


def tries(world):
    folder = world.installation.settings.cache_dir / "training" / "toy"
    return [len(path.read_text()) for path in folder.glob("*/tries.txt")]


def test_a_training_that_says_why_it_failed_is_not_tried_again(world):
    """Fault: a loss that is no number is trained to three times, hours each, and untold."""
    result = world.night("crash")
    assert not result.success and tries(world) == [1]
    told = first_error(result.all_events)
    assert told == "toy_candidate: loss is nan in step 1"


def test_a_training_that_was_killed_is_tried_again(world):
    """Fault: one night's full memory costs the night."""
    assert world.night("killed once " + model(0.6)).success
    assert tries(world) == [2] and champion(world) == 0.6


def test_real_trainings_are_tried_again_and_their_runs_are_not():
    for made in CANDIDATES:
        assert made.op.retry_policy.max_retries >= 1 and made.op.retry_policy.delay >= 30
    assert nightly_retraining.tags["dagster/retry_on_asset_or_op_failure"] == "false"


def test_what_the_training_tells_is_in_the_runs_log(world):
    result = world.night(model(0.6))
    logs = world.instance.all_logs(result.run_id)
    [event] = result.asset_materializations_for_node("models__toy_candidate")
    assert "data:image/jpeg" in event.metadata["progress"].md_str
    assert any("toy: 1/2, 0.10 s a step, loss 0.500" in entry.user_message for entry in logs)


def test_nights_make_no_book_and_are_off_at_first(tmp_path):
    graph = build_definitions(Settings.at(tmp_path)).resolve_asset_graph()
    job = build_definitions(Settings.at(tmp_path)).resolve_job_def("nightly_retraining")
    groups = {key.path[0] for key in job.asset_layer.selected_asset_keys}
    assert groups == {"dataset", "models"}
    assert every_night.default_status.value == "STOPPED"
    assert every_night.execution_timezone == "Asia/Seoul"
    for line in MODEL_LINES:
        assert graph.has(dataset_key(line.data)), line.data
