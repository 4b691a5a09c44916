"""Several processes train one network together: real torchrun, real gloo, on the CPU."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
import torch
from safetensors.torch import load_file

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.training import ALONE, Team, train
from storyface_assets.lib.training.team import joined
from storyface_assets_tests.lib.processes import children, wait_for_end
from storyface_assets_tests.lib.training.small_task import PLAN, SmallTask

TORCHRUN = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
SMALL = ["-m", "storyface_assets_tests.lib.training.small_task"]


def together(folder, *more):
    """Train in two processes; fails where they hang."""
    command = [*TORCHRUN, *SMALL, str(folder), *more]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=90)  # noqa: S603


def weights(folder):
    return load_file(folder / "net.safetensors")


def close(first, second):
    return all(torch.allclose(first[k], second[k], atol=1e-4, rtol=1e-3) for k in first)


def steps(folder):
    return [json.loads(line)["step"] for line in (folder / "log.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """A whole training in two processes."""
    folder = tmp_path_factory.mktemp("two")
    ended = together(folder)
    assert ended.returncode == 0, ended.stderr
    return folder


def test_two_processes_learn_what_one_learns_from_two_shares(two, tmp_path):
    """Fault: a rank draws another's pictures or chance, begins elsewhere, or averages nothing."""
    train(SmallTask(Team(accumulate=2)), PLAN, tmp_path, team=Team(accumulate=2))
    assert close(weights(two), weights(tmp_path))
    assert steps(two) == steps(tmp_path) == [10, 20, 30, 40, 50]


def test_two_processes_learn_what_one_learns_from_the_double_batch(tmp_path):
    ended = together(tmp_path / "two", "--dropout", "0")
    assert ended.returncode == 0, ended.stderr
    train(SmallTask(ALONE, dropout=0.0), PLAN, tmp_path / "one")
    assert close(weights(tmp_path / "two"), weights(tmp_path / "one"))


@pytest.mark.parametrize("count", [2, 4, 32])
def test_shares_add_up_to_the_gradient_of_the_whole_batch(count):
    """Fault: sums instead of means; four shares learn four times as fast."""
    gradients = []
    for team in (ALONE, Team(accumulate=count)):
        task = SmallTask(team, dropout=0.0)
        torch.manual_seed(5)
        task.optimizers["adam"].step = lambda: None
        losses = task.step(0)
        gradients.append((losses["loss"], [p.grad.clone() for p in task.net.parameters()]))
    (loss, whole), (shared_loss, shared) = gradients
    assert shared_loss == pytest.approx(loss, rel=1e-5)
    assert all(torch.allclose(a, b, atol=1e-6) for a, b in zip(whole, shared, strict=True))


def test_one_that_dies_ends_the_other_and_both_go_on_with_the_same_bytes(two, tmp_path):
    """Fault: the other waits for ever; or what goes on draws other points than before."""
    began = time.monotonic()
    assert together(tmp_path, "--die", "12", "--rank", "1").returncode != 0
    assert time.monotonic() - began < 60  # hung until gloo's own limit, half an hour
    assert together(tmp_path).returncode == 0
    for name in ("net.safetensors", "log.jsonl"):
        assert (tmp_path / name).read_bytes() == (two / name).read_bytes()


def test_a_loss_that_is_no_number_in_one_process_ends_both_with_the_reason(tmp_path):
    ended = together(tmp_path, "--nan", "3", "--rank", "1")
    assert ended.returncode != 0
    assert ended.stderr.count("TrainingFailed: loss is nan in step 3") >= 2


def test_an_error_of_the_leader_alone_is_everybodys(tmp_path):
    """Fault: the validation fails, and the other process waits for its figures."""
    ended = together(tmp_path, "--refuse")
    assert ended.returncode != 0
    assert ended.stderr.count("ValueError: no people to validate on") >= 2


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_killing_torchrun_leaves_no_process(tmp_path, how):
    """Fault: two orphans hold the GPUs until somebody looks; it is killed while they load."""
    command = [*TORCHRUN, *SMALL, str(tmp_path)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:  # noqa: S603
        while len(workers := children(process.pid)) < 2:
            assert process.poll() is None
            time.sleep(0.05)
        os.kill(process.pid, how)
        process.wait(90)
        wait_for_end(workers, 90)


def test_every_share_has_chance_of_its_own_that_depends_on_the_step_only():
    def drawn(team, step):
        torch.manual_seed(step)
        return {share: torch.rand(4).tolist() for share in team.shares()}

    one = drawn(Team(accumulate=4), 9)
    two = drawn(Team(0, 2, 2), 9) | drawn(Team(1, 2, 2), 9)
    four = {k: v for rank in range(4) for k, v in drawn(Team(rank, 4), 9).items()}
    assert one == two == four and len({str(v) for v in one.values()}) == 4
    assert not {str(v) for v in one.values()} & {str(v) for v in drawn(Team(0, 4), 10).values()}
    # And alone it is the chance that the step was given, as before there were teams.
    alone = drawn(ALONE, 9)
    torch.manual_seed(9)
    assert alone == {0: torch.rand(4).tolist()}


def test_a_batch_that_cannot_be_shared_is_said():
    assert Team(0, 2, 2).share_of(32) == 8
    for batch in (30, 2):
        with pytest.raises(BadInput, match="cannot be shared evenly among 4"):
            Team(0, 2, 2).share_of(batch)


def test_shares_make_another_training_of_it_and_processes_do_not(tmp_path):
    """Fault: a run of two GPUs goes on with other batches when one of them is gone."""
    team = Team(accumulate=2)
    train(SmallTask(team), PLAN, tmp_path, team=team)
    with pytest.raises(BadInput, match="another plan"):
        train(SmallTask(), PLAN, tmp_path)


def test_without_torchrun_there_is_one_process(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with joined("cpu", 3) as (team, device):
        assert team == Team(0, 1, 3) and device == "cpu" and team.leads
