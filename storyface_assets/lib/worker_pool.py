"""Worker processes that leave the cores to each other and never outlive who started them."""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Final

_THREADS: Final = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)


def worker_pool(count: int) -> ProcessPoolExecutor:
    """A pool of ``count`` processes.

    Spawned, not forked: the parent's threads (numba, torch, LiteRT) would be copied in any state.
    """
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_set_up)


def _set_up() -> None:
    _one_thread()
    parent = parent_process()
    if parent is None:
        return

    def end_with_parent() -> None:
        parent.join()
        os._exit(1)

    # A parent that is killed cannot stop its workers, and they would wait for tasks for ever.
    Thread(target=end_with_parent, daemon=True).start()


def _one_thread() -> None:
    """One process a core is enough: libraries must not start threads of their own on top.

    Here and not in the parent: its environment is everybody's, and other threads load libraries.
    """
    os.environ.update(dict.fromkeys(_THREADS, "1"))  # OpenBLAS and OpenMP look while they load
    import cv2
    from threadpoolctl import threadpool_limits

    cv2.setNumThreads(1)
    threadpool_limits(1)  # for what the main module has loaded already
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)
