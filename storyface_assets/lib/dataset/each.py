"""Work on many photos: what is known is not done again, the rest in parallel, kept as it goes."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from itertools import islice
from typing import Any

from storyface_assets.lib.dataset.photo_source import NotRead
from storyface_assets.lib.progress import report_progress
from storyface_assets.lib.store.memo import Memo
from storyface_assets.lib.worker_pool import worker_pool

#: Takes (key, arguments) of one photo; returns what JSON can write. It must not raise for a bad
#: photo but say so in its result; :class:`NotRead` alone may be raised.
Work = Callable[[str, Any], Any]

#: Photos a task: small enough that little is lost in a kill, large enough to hide its overhead.
CHUNK = 16


@dataclass(frozen=True)
class ForNow:
    """A result that holds for this run alone.

    Attributes:
        result: what to return for the job; it is not kept, so the next run works on it again.
    """

    result: Any


def work_on_each(
    name: str,
    jobs: Mapping[str, Any],
    work: Work,
    memo: Memo,
    workers: int | None = None,
    select: Callable[[Any], Any] = lambda result: result,
) -> dict[str, Any]:
    """Results of ``work`` for every job, from the memo where it has them.

    Args:
        name: what is being done, for the progress.
        jobs: arguments by key; keys are content hashes, so a moved photo is known again.
        work: a function at the top of a module (worker processes import it).
        memo: keeps each chunk's results as soon as it is done.
        workers: processes; ``None`` for one a core, at most 1 for this process alone.
        select: what of a result to return; half a million whole ones may not fit in memory.

    Returns:
        Selected results by key, in the order of ``jobs``.

    Raises:
        NotRead: files could not be read; the results of all others are kept, for the next run.
    """
    done = {key: select(result) for key, result in memo.each(jobs)}
    missing = [(key, arguments) for key, arguments in jobs.items() if key not in done]
    total, finished = len(jobs), len(done)
    lost: list[NotRead] = []
    report_progress(name, finished, total)
    for results in _chunks_of_results(missing, work, workers):
        lost += [result for result in results.values() if isinstance(result, NotRead)]
        read = {key: result for key, result in results.items() if not isinstance(result, NotRead)}
        memo.put({key: result for key, result in read.items() if not isinstance(result, ForNow)})
        done.update((key, select(_plain(result))) for key, result in read.items())
        finished += len(results)
        report_progress(name, finished, total)
    if lost:
        others = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        raise NotRead(lost[0].file + others, "", lost[0].problem, f"{lost[0].mend} Then run again.")
    return {key: done[key] for key in jobs}


def _chunks_of_results(
    missing: Sequence[tuple[str, Any]], work: Work, workers: int | None
) -> Iterator[dict[str, Any]]:
    chunks = [missing[first : first + CHUNK] for first in range(0, len(missing), CHUNK)]
    count = min(workers or os.cpu_count() or 1, len(chunks))
    if count <= 1:
        for chunk in chunks:
            yield _work_on_chunk(work, chunk)
        return
    with worker_pool(count) as pool:
        source = iter(chunks)
        waiting: set[Future[dict[str, Any]]] = {
            pool.submit(_work_on_chunk, work, chunk) for chunk in islice(source, 2 * count)
        }
        try:
            while waiting:
                ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for chunk in islice(source, len(ready)):
                    waiting.add(pool.submit(_work_on_chunk, work, chunk))
                for future in ready:
                    yield future.result()
        finally:
            for future in waiting:
                future.cancel()


def _plain(result: Any) -> Any:
    return result.result if isinstance(result, ForNow) else result


def _work_on_chunk(work: Work, chunk: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    results = {}
    for key, arguments in chunk:
        try:
            results[key] = work(key, arguments)
        except NotRead as error:
            results[key] = error
    return results
