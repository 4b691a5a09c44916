"""``kill -9`` during a write, with real processes: the old version or the new, never a mixture."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from storyface_assets.lib.store import read_folder, write_folder

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the writers are forked")

# Imports once, then forks a writer for each line it is sent; a writer writes until it is killed.
NURSERY = """
import itertools, os, sys
from pathlib import Path
from storyface_assets.lib.store import write_folder

target, scratch = Path(sys.argv[1]), Path(sys.argv[2])
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        source = scratch / str(os.getpid())
        source.mkdir()
        for count in itertools.count(int(line)):
            for name in range(5):
                (source / f"{name}.bin").write_bytes(count.to_bytes(8, "big") * 20_000)
            write_folder(target, source)
    print(child, flush=True)
    # Reaps without waiting, so that a killed writer does not stay a zombie.
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                break
        except ChildProcessError:
            break
"""


def counts(folder: Path) -> set[bytes]:
    """The numbers in the files: one number if the folder is whole."""
    files = sorted(folder.glob("*.bin"))
    assert len(files) == 5
    data = [file.read_bytes() for file in files]
    assert {len(d) for d in data} == {160_000}
    return {d[i : i + 8] for d in data for i in range(0, len(d), 8)}


@pytest.fixture
def nursery(tmp_path: Path):
    (tmp_path / "scratch").mkdir()
    command = [sys.executable, "-c", NURSERY, str(tmp_path / "target"), str(tmp_path / "scratch")]
    writers: list[int] = []
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def start(count: int) -> int:
            process.stdin.write(f"{count}\n")
            process.stdin.flush()
            writers.append(int(process.stdout.readline()))
            return writers[-1]

        yield start
        for writer in writers:
            kill(writer)
        process.kill()


def kill(writer: int) -> None:
    try:
        os.kill(writer, signal.SIGKILL)
    except ProcessLookupError:
        pass


def first_version(target: Path, scratch: Path) -> None:
    source = scratch / "first"
    source.mkdir()
    for name in range(5):
        (source / f"{name}.bin").write_bytes((0).to_bytes(8, "big") * 20_000)
    write_folder(target, source)


def test_kill_leaves_a_whole_version(nursery, tmp_path: Path):
    """A version half-written, or the pointer moved before the files were there."""
    target, chance = tmp_path / "target", random.Random(7)
    kills = caught_writing = advances = last = 0
    started = time.monotonic()
    first_version(target, tmp_path / "scratch")
    pause = time.monotonic() - started
    # At least 20 kills, and on a busy machine as many more as it takes to see both outcomes.
    while kills < 20 or (kills < 200 and not (caught_writing and advances)):
        writer = nursery(last + 1)
        time.sleep(pause * 3 * chance.random())
        kill(writer)
        kills += 1
        caught_writing += (target / ".versions" / ".staging").exists()
        [data] = counts(read_folder(target))
        now = int.from_bytes(data, "big")
        assert now >= last, "an older version came back"
        advances += now > last
        pause *= 1 if now > last else 1.1
        last = now
    assert caught_writing > 0, "no kill fell into a write: this run proved nothing"
    assert advances > 0, "nothing was ever written"
    # The next writer is not locked out, and sweeps what the dead ones left.
    source = tmp_path / "scratch" / "first"
    write_folder(target, source)
    assert not (target / ".versions" / ".staging").exists()
    assert counts(read_folder(target)) == {(0).to_bytes(8, "big")}


def test_two_processes_write_one_target(nursery, tmp_path: Path):
    """Two writers whose files end up in one version."""
    target = tmp_path / "target"
    first_version(target, tmp_path / "scratch")
    for first in (1_000, 2_000):
        nursery(first)
    seen = set()
    until = time.monotonic() + 60
    while not {1, 2} <= seen and time.monotonic() < until:
        [now] = counts(read_folder(target))
        seen.add(int.from_bytes(now, "big") // 1_000)
    assert {1, 2} <= seen, "both writers must have had their turn"
