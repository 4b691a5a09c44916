"""Training that is stopped, goes wrong, or gets no better."""

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.training import TrainingFailed, train
from storyface_assets.lib.training.checkpoint import NAME
from storyface_assets_tests.lib.training.small_task import PLAN, SmallTask


def run(folder, *more):
    module = "storyface_assets_tests.lib.training.small_task"
    return subprocess.run([sys.executable, "-m", module, str(folder), *more], check=False)  # noqa: S603


def test_killed_again_and_again_it_ends_with_the_same_weights(tmp_path):
    """Fault: a run that goes on draws other batches, or forgets Adam's moments."""
    assert run(tmp_path / "whole").returncode == 0
    for step in (5, 12, 33):
        assert run(tmp_path / "killed", "--die", str(step)).returncode == -signal.SIGKILL
    assert run(tmp_path / "killed").returncode == 0
    for name in ("net.safetensors", "log.jsonl"):
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    ends = [torch.load(tmp_path / way / NAME, weights_only=True) for way in ("killed", "whole")]
    first, second = (end["networks"]["net"] for end in ends)
    assert all(torch.equal(first[key], second[key]) for key in first)
    assert all(end["progress"].pop("seconds") > 0 for end in ends)
    assert ends[0]["progress"] == ends[1]["progress"]


def test_its_seconds_are_those_of_all_its_runs(tmp_path):
    """Fault: the card of a model that was trained in two nights tells of the second one only."""

    def stops(progress):
        if progress.step == 30:
            raise KeyboardInterrupt

    first = SmallTask()
    step = first.step
    first.step = lambda number: time.sleep(0.01) or step(number)
    with pytest.raises(KeyboardInterrupt):
        train(first, PLAN, tmp_path, stops)
    assert train(SmallTask(), PLAN, tmp_path).seconds >= 0.3


def test_the_best_weights_are_kept_not_the_last(tmp_path):
    task = SmallTask()
    figures = iter([0.1, 0.9, 0.5, 0.3, 0.2])
    kept = {}

    def validate():
        score = next(figures)
        if score == 0.9:
            kept.update({key: value.clone() for key, value in task.net.state_dict().items()})
        return {"score": score}

    task.validate = validate
    outcome = train(task, PLAN, tmp_path)
    assert (outcome.best_step, outcome.best, outcome.steps) == (20, {"score": 0.9}, 50)
    stored = load_file(tmp_path / "net.safetensors")
    assert all(torch.equal(stored[key], kept[key]) for key in kept)
    assert not all(torch.equal(stored[key], task.net.state_dict()[key]) for key in kept)


def test_it_stops_when_nothing_gets_better(tmp_path):
    task = SmallTask()
    task.validate = lambda: {"score": 0.5}
    plan, told = replace(PLAN, patience=2), []
    outcome = train(task, plan, tmp_path, told.append)
    assert outcome.stopped_early and outcome.steps == 30 and outcome.best_step == 10
    assert [progress.step for progress in told] == [7, 10, 14, 20, 21, 28, 30]
    # And it stays stopped.
    assert train(SmallTask(), plan, tmp_path) == outcome


def test_progress_tells_means_and_the_log_has_a_line_a_validation(tmp_path):
    task, losses = SmallTask(), {}
    do = task.step
    task.step = lambda number: losses.setdefault(number, do(number))
    told = []
    train(task, PLAN, tmp_path, told.append)
    mean = sum(losses[number]["loss"] for number in range(7)) / 7
    assert told[0].losses["loss"] == pytest.approx(mean) and told[0].seconds_a_step > 0
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [10, 20, 30, 40, 50]
    assert lines[-1]["score"] > lines[0]["score"]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_ends_the_training_and_is_named(tmp_path, value):
    task = SmallTask()
    task.step = lambda number: {"loss": value if number == 12 else 1.0}
    with pytest.raises(TrainingFailed, match=r"loss is (nan|inf) in step 12"):
        train(task, PLAN, tmp_path)


def test_a_folder_of_another_plan_is_refused(tmp_path):
    train(SmallTask(), replace(PLAN, steps=10), tmp_path)
    with pytest.raises(BadInput, match="another plan"):
        train(SmallTask(), replace(PLAN, steps=10, recipe="other data"), tmp_path)


def test_a_damaged_checkpoint_is_said_and_nothing_is_lost(tmp_path):
    train(SmallTask(), replace(PLAN, steps=10), tmp_path)
    (tmp_path / NAME).write_bytes(b"half")
    weights = (tmp_path / "net.safetensors").read_bytes()
    with pytest.raises(BadInput, match=r"checkpoint.pt"):
        train(SmallTask(), replace(PLAN, steps=10), tmp_path)
    assert (tmp_path / "net.safetensors").read_bytes() == weights
