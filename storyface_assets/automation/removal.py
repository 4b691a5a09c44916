"""Withdraw a book: its folder, all that was made of it, and what the instance remembers."""

from collections.abc import Sequence

from dagster import DagsterInstance, DagsterRunStatus, Definitions, RunsFilter

from storyface_assets.automation.staleness import group_keys
from storyface_assets.lib.books import remove_book, require_slug
from storyface_assets.lib.catalog import take_down_film
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.export import take_down_heads
from storyface_assets.lib.store.removing import remove_stored
from storyface_assets.partitions import BOOKS_NAME
from storyface_assets.resources.installation import Installation
from storyface_assets.resources.store_io_manager import StoreIOManager
from storyface_assets.settings import Settings

_PAGE = ("catalog", "index")
_UNFINISHED = [
    DagsterRunStatus.QUEUED,
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]


def require_known_book(instance: DagsterInstance, settings: Settings, slug: str) -> None:
    """Refuse what is no book, and a book that a run is making now.

    Raises:
        BadInput: an unsafe slug; neither folder nor partition of that name; or a run is under way.
    """
    require_slug(slug, "book")
    known = set(instance.get_dynamic_partitions(BOOKS_NAME))
    if slug not in known and not (settings.books_dir / slug).is_dir():
        raise BadInput(slug, "", "is not a book here.", "See storyface list for those that are.")
    if instance.get_runs(_runs_of(slug, _UNFINISHED), limit=1):
        raise BadInput(slug, "", "is being made now.", "Wait for its run, or end it, and repeat.")


def withdraw_book(
    defs: Definitions, instance: DagsterInstance, settings: Settings, slug: str
) -> None:
    """Delete a book and everything made of it; make the page of films again afterwards.

    Runs of the book go as well: their events hold pictures of the face. Broken off half-way, it
    can be called again: the partition goes last.

    Raises:
        BadInput: see :func:`require_known_book`.
        OSError: something cannot be deleted.
    """
    require_known_book(instance, settings, slug)
    remove_book(settings.books_dir, slug)
    take_down_film(settings.films_dir, slug)
    take_down_heads(settings.heads_dir / slug)
    io_manager = Installation.of(settings).io_manager
    for key in group_keys(defs, "books"):
        _remove(io_manager, key.path, slug)
    # The page is kept in the store with every book's poster, this one's too.
    _remove(io_manager, _PAGE, None)
    for run in instance.get_runs(_runs_of(slug, None)):
        instance.delete_run(run.run_id)
    if slug in instance.get_dynamic_partitions(BOOKS_NAME):
        instance.delete_dynamic_partition(BOOKS_NAME, slug)


def _remove(io_manager: StoreIOManager, key: Sequence[str], slug: str | None) -> None:
    remove_stored(io_manager.target(key, slug), io_manager.cache)


def _runs_of(slug: str, statuses: list[DagsterRunStatus] | None) -> RunsFilter:
    return RunsFilter(tags={"dagster/partition": slug}, statuses=statuses)
