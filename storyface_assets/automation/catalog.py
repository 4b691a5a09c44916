"""Keep what all books share up to date: the web page, and the record of the champions."""

from collections.abc import Sequence
from contextlib import suppress

from dagster import AssetKey, DagsterInstance, Definitions

from storyface_assets.assets.models import CHAMPIONS
from storyface_assets.automation.failures import first_error
from storyface_assets.automation.jobs import PUBLISH_CATALOG, REGISTER_CHAMPIONS
from storyface_assets.automation.rendering import PROCESS_TAG, QUIET, process_tag
from storyface_assets.lib.catalog import lay_out_film
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store import Folder, content_hash
from storyface_assets.resources.history import History
from storyface_assets.resources.installation import Installation
from storyface_assets.settings import Settings

_INDEX = AssetKey(["catalog", "index"])
_FILM = AssetKey(["books", "film"])


def refresh_catalog(
    defs: Definitions,
    instance: DagsterInstance,
    settings: Settings,
    slugs: Sequence[str],
    force: bool = False,
) -> str:
    """Make the web page again if a film is newer than it, or missing beside it.

    Args:
        defs: the code location's definitions.
        instance: the persistent instance.
        settings: where the films lie.
        slugs: books whose films must be there.
        force: make it in any case, for a book that is gone.

    Returns:
        The error in one line; empty when all went well or nothing was to be done.
    """
    if force:
        return _run(defs, instance, PUBLISH_CATALOG)
    history = History(instance, None)
    page, newest_film = history.made(_INDEX), history.made(_FILM)
    wanted = ["index.html", *(f"{slug}.mp4" for slug in slugs)]
    complete = all((settings.films_dir / name).exists() for name in wanted)
    is_newest = page and newest_film and page.storage_id > newest_film.storage_id
    if newest_film is None or (is_newest and complete):
        return ""
    return _run(defs, instance, PUBLISH_CATALOG)


def publish_film(settings: Settings, slug: str) -> None:
    """Lay one finished film out as soon as it is made; the page, made last, tells what fails.

    A film that cannot be laid out now is missing on the shelf, so :func:`refresh_catalog` tries
    again and says why.
    """
    with suppress(OSError, BadInput):
        film: Folder = Installation.of(settings).load(_FILM, slug)
        lay_out_film(film.path, settings.films_dir, slug)


def refresh_champions(defs: Definitions, instance: DagsterInstance, settings: Settings) -> str:
    """Record the champions' versions if the weights are others than recorded.

    Returns:
        The error in one line; empty when all went well or nothing was to be done.
    """
    history = History(instance, None)
    for key in (key for champion in CHAMPIONS for key in champion.keys):
        folder = settings.open_models_dir / key.path[-1].removesuffix("_champion")
        made = history.made(key)
        if not folder.is_dir() or made is None or made.data_version != content_hash(folder):
            return _run(defs, instance, REGISTER_CHAMPIONS)
    return ""


def _run(defs: Definitions, instance: DagsterInstance, job: str) -> str:
    result = defs.resolve_job_def(job).execute_in_process(
        run_config=QUIET,
        instance=instance,
        raise_on_error=False,
        tags={PROCESS_TAG: process_tag()},
    )
    return "" if result.success else first_error(result.all_events)
