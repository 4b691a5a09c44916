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


#: A main module that has loaded the libraries before the worker is set up.
LOADED_BEFORE = """
import numpy, torch
from storyface_assets.lib.worker_pool import worker_pool
from storyface_assets_tests.lib.test_worker_pool import threads
if __name__ == "__main__":
    with worker_pool(1) as pool:
        print(pool.submit(threads).result())
"""


def threads() -> set[int]:
    import cv2
    import numba
    import scipy.linalg  # noqa: F401
    import torch
    from threadpoolctl import threadpool_info

    pools = [pool["num_threads"] for pool in threadpool_info()]
    assert len(pools) > 2  # NumPy's, SciPy's and OpenCV's
    return {*pools, cv2.getNumThreads(), torch.get_num_threads(), numba.get_num_threads()}


def test_a_worker_has_one_thread_for_each_library():
    # As many threads as cores in as many processes as cores slow each other down: OpenBLAS came
    # with OpenCV before the environment said so.
    with worker_pool(1) as pool:
        assert pool.submit(threads).result() == {1}


def test_libraries_that_were_loaded_before_have_one_thread_too(tmp_path):
    # A worker imports the main module, and what that imports, before it is set up.
    script = tmp_path / "parent.py"
    script.write_text(LOADED_BEFORE)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    told = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, check=True
    )
    assert told.stdout == "{1}\n"


def test_who_starts_workers_keeps_its_threads():
    # The environment of the workers must not become that of the process that starts them.
    before = dict(os.environ)
    with worker_pool(1) as pool:
        pool.submit(threads).result()
    assert dict(os.environ) == before
