"""The code location: everything is wired together here and nowhere else."""

from dagster import (
    AssetKey,
    DagsterInstance,
    Definitions,
    SensorEvaluationContext,
    definitions,
    in_process_executor,
)

from storyface_assets.assets.books import BOOK_ASSETS
from storyface_assets.assets.catalog import CATALOG_ASSETS
from storyface_assets.assets.dataset import DATASET_ASSETS
from storyface_assets.assets.models import MODEL_ASSETS
from storyface_assets.automation.failure_notices import failed_trainings
from storyface_assets.automation.jobs import (
    nightly_retraining,
    publish_catalog,
    refresh_dataset,
    register_champions,
    render_books,
    retrain,
)
from storyface_assets.automation.schedules import every_night
from storyface_assets.automation.sensors import finished_films, new_or_changed_books
from storyface_assets.automation.staleness import GroupGraph, Staleness
from storyface_assets.checks import ALL_CHECKS
from storyface_assets.resources.installation import Installation
from storyface_assets.settings import Settings


def build_definitions(settings: Settings) -> Definitions:
    """All assets, checks, jobs and sensors, on the data folder and store of these settings."""

    def staleness(context: SensorEvaluationContext) -> Staleness:
        return build_staleness(settings, built, context.instance)

    installation = Installation.of(settings)
    built = Definitions(
        assets=[*DATASET_ASSETS, *MODEL_ASSETS, *BOOK_ASSETS, *CATALOG_ASSETS],
        asset_checks=ALL_CHECKS,
        jobs=[
            render_books,
            publish_catalog,
            register_champions,
            refresh_dataset,
            retrain,
            nightly_retraining,
        ],
        schedules=[every_night],
        sensors=[new_or_changed_books(staleness), finished_films, failed_trainings],
        resources={
            "io_manager": installation.io_manager,
            "installation": installation,
        },
        # Books are small steps: in one process eight of them take 43 s, in many 240 s.
        executor=in_process_executor,
    )
    return built


def build_staleness(
    settings: Settings,
    defs: Definitions,
    instance: DagsterInstance,
    group: str = "books",
    wanted: AssetKey | None = None,
) -> Staleness:
    """The planner of what is out of date of a group, for the store of these settings.

    ``wanted`` narrows it to one asset and what that is made of; see :meth:`GroupGraph.of`.
    """
    graph = GroupGraph.of(defs, group, wanted)
    return Staleness(graph, instance, Installation.of(settings).is_stored)


@definitions
def defs() -> Definitions:
    """What Dagster loads; the settings are looked for only then."""
    return build_definitions(Settings.find())
