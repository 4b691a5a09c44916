"""Worker processes: set up for one core each, and gone when their parent is killed."""

import os
import subprocess
import sys
from pathlib import Path

from storyface_assets.lib.worker_pool import worker_pool
from storyface_assets_tests.lib.processes import children, wait_for_end

#: Starts two workers that have nothing to do; says so and waits to be killed.
PARENT = """
import time
from storyface_assets.lib.worker_pool import worker_pool
if __name__ == "__main__":
    with worker_pool(2) as pool:
        list(pool.map(time.sleep, [0.2, 0.2]))
        print("ready", flush=True)
        time.sleep(600)
"""


def test_workers_end_when_their_parent_is_killed(tmp_path):
    # After kill −9 they waited for tasks for ever, each with its models in memory.
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    parent = subprocess.Popen(
        [sys.executable, script], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout.readline() == "ready\n"
    workers = children(parent.pid)
    assert len(workers) >= 2
    parent.kill()
    parent.wait()
    parent.stdout.close()
    wait_for_end(workers)


def threads() -> tuple[int, str, int]:
    import cv2
    import torch

    return cv2.getNumThreads(), os.environ["OMP_NUM_THREADS"], torch.get_num_threads()


def test_a_worker_has_one_thread_for_each_library():
    # As many threads as cores in as many processes as cores slow each other down.
    with worker_pool(1) as pool:
        assert pool.submit(threads).result() == (1, "1", 1)
