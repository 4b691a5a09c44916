"""Tell the instance which books and raw sets there are and what their files say now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dagster import AssetObservation, DagsterInstance

from storyface_assets.assets.books.sources import DATA_VERSION, observations
from storyface_assets.assets.dataset import sources as raw_sets
from storyface_assets.lib.books import list_books
from storyface_assets.lib.errors import BadInput
from storyface_assets.partitions import BOOKS_NAME
from storyface_assets.resources.history import History
from storyface_assets.settings import Settings


@dataclass(frozen=True)
class Observed:
    """Books whose files could be read, and the errors of the others by slug."""

    slugs: tuple[str, ...]
    bad: dict[str, BadInput]


def observe_books(
    instance: DagsterInstance, books_dir: Path, slugs: Sequence[str] | None = None
) -> Observed:
    """Record the versions of every book's files where they changed.

    Args:
        instance: the instance to tell.
        books_dir: the folder of book folders.
        slugs: only these books; ``None`` for all.
    """
    shelf = list_books(books_dir)
    wanted = set(shelf.books) | set(shelf.refused) if slugs is None else set(slugs)
    bad = {slug: error for slug, error in shelf.refused.items() if slug in wanted}
    for slug in wanted.intersection(shelf.books):
        try:
            _record(instance, books_dir / slug)
        except BadInput as error:  # changed since it was listed
            bad[slug] = error
        except OSError as error:
            problem = f"cannot be read ({error.strerror or error})."
            bad[slug] = BadInput(books_dir / slug, "", problem, "Allow reading its files.")
    good = tuple(slug for slug in shelf.books if slug in wanted and slug not in bad)
    return Observed(good, bad)


def new_partitions(instance: DagsterInstance, slugs: Sequence[str]) -> list[str]:
    """Those of the books that have no partition yet."""
    known = set(instance.get_dynamic_partitions(BOOKS_NAME))
    return [slug for slug in slugs if slug not in known]


def observe_raw_sets(instance: DagsterInstance, settings: Settings) -> None:
    """Record the versions of the raw sets' folders where they changed."""
    _record_changes(instance, raw_sets.observations(settings), None)


def _record(instance: DagsterInstance, folder: Path) -> None:
    _record_changes(instance, observations(folder), folder.name)


def _record_changes(
    instance: DagsterInstance, events: Iterable[AssetObservation], partition: str | None
) -> None:
    history = History(instance, partition)
    for event in events:
        seen = history.version(event.asset_key, observed=True)
        if seen != (event.tags or {})[DATA_VERSION]:
            instance.report_runless_asset_event(event)
