"""Keep what all books share up to date: the web page, and the record of the champions."""

from dagster import AssetKey, DagsterInstance, Definitions

from storyface_assets.automation.history import History
from storyface_assets.automation.jobs import PUBLISH_CATALOG, REGISTER_CHAMPIONS
from storyface_assets.automation.rendering import QUIET
from storyface_assets.lib.store import content_hash
from storyface_assets.settings import Settings

_INDEX = AssetKey(["catalog", "index"])
_FILM = AssetKey(["books", "film"])


def refresh_catalog(defs: Definitions, instance: DagsterInstance, settings: Settings) -> bool:
    """Make the web page again if a film is newer than it.

    Returns:
        Whether it was made.
    """
    history = History(instance, None)
    page, newest_film = history.made(_INDEX), history.made(_FILM)
    on_shelf = (settings.films_dir / "index.html").exists()
    if newest_film is None:
        return False
    if page is not None and page.storage_id > newest_film.storage_id and on_shelf:
        return False
    _run(defs, instance, PUBLISH_CATALOG)
    return True


def refresh_champions(defs: Definitions, instance: DagsterInstance, settings: Settings) -> bool:
    """Record the champions' versions if the weights are others than recorded.

    Returns:
        Whether anything was recorded.
    """
    history = History(instance, None)
    for key in defs.resolve_asset_graph().get_all_asset_keys():
        if key.path[0] == "models":
            folder = settings.open_models_dir / key.path[-1].removesuffix("_champion")
            made = history.made(key)
            if folder.is_dir() and (made is None or made.data_version != content_hash(folder)):
                _run(defs, instance, REGISTER_CHAMPIONS)
                return True
    return False


def _run(defs: Definitions, instance: DagsterInstance, job: str) -> None:
    defs.resolve_job_def(job).execute_in_process(
        run_config=QUIET, instance=instance, raise_on_error=False
    )
