"""Worker processes that leave the cores to each other and never outlive who started them."""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from threading import Thread


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
    """One process a core is enough: libraries must not start threads of their own on top."""
    import cv2

    cv2.setNumThreads(1)
    # For what is loaded later; importing torch here would cost seconds where nobody needs it.
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)
