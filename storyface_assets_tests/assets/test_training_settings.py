"""The command that a candidate's settings become."""

import sys

from storyface_assets.assets.models.candidates import Training


def test_plain_settings_start_one_process():
    command = Training(profile="tiny", seed=3).command("some.worker")
    assert command == [sys.executable, "-m", "some.worker", "--profile", "tiny", "--seed", "3"]


def test_several_processes_start_by_torchrun():
    command = Training(processes=2, accumulate=4, compiled=True).command("some.worker")
    assert command[1:6] == [
        "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", "-m",
    ]  # fmt: skip
    assert command[-3:] == ["--accumulate", "4", "--compile"]


def test_other_shares_have_another_folder():
    """Fault: a night with other settings finds a training of another plan, and fails."""
    one, two = Training(), Training(processes=2)
    assert one.name == "open-0"  # as it was before there were shares: trainings go on
    assert two.name != one.name and two.name == Training(accumulate=2).name
