"""Work on many photos that makes pictures: a picture lost from the store is made again."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from storyface_assets.lib.dataset.each import Work, work_on_each
from storyface_assets.lib.store.blobs import BlobStore
from storyface_assets.lib.store.memo import Memo


class _Forgetful:
    """A memo that knows nothing of the past but keeps what is new."""

    def __init__(self, memo: Memo) -> None:
        self.put = memo.put

    def each(self, keys: Any) -> Iterator[tuple[str, Any]]:
        return iter(())


def pictures_on_each(
    name: str,
    jobs: Mapping[str, Any],
    work: Work,
    memo: Memo,
    blobs: BlobStore,
    made: Callable[[Any], list[str]],
    workers: int | None = None,
    select: Callable[[Any], Any] = lambda result: result,
) -> dict[str, Any]:
    """As :func:`~storyface_assets.lib.dataset.each.work_on_each`, for work that makes blobs.

    Args:
        name: what is being done, for the progress.
        jobs: arguments by key.
        work: a function at the top of a module.
        memo: keeps the results.
        blobs: where the work puts its pictures.
        made: hashes of the blobs that a (whole) result names; those that are gone are made again.
        workers: see ``work_on_each``.
        select: what of a result to return, as there.
    """

    def selected(result: Any) -> tuple[Any, bool]:
        return select(result), all(map(blobs.has, made(result)))

    found = work_on_each(name, jobs, work, memo, workers, selected)
    results = {key: part for key, (part, _) in found.items()}
    lost = {key: jobs[key] for key, (_, whole) in found.items() if not whole}
    if lost:
        again: Any = _Forgetful(memo)
        results.update(work_on_each(name, lost, work, again, workers, select))
    return results
