"""Sensors: one watches the book folders, one puts finished films on the web page."""

from collections.abc import Callable

from dagster import (
    DagsterRunStatus,
    DefaultSensorStatus,
    EventLogEntry,
    RunRequest,
    RunsFilter,
    SensorDefinition,
    SensorEvaluationContext,
    SensorResult,
    asset_sensor,
    sensor,
)

from storyface_assets.assets.declare import book_key
from storyface_assets.automation.jobs import PUBLISH_CATALOG, RENDER_BOOKS
from storyface_assets.automation.observe import new_partitions, observe_books
from storyface_assets.automation.staleness import Staleness
from storyface_assets.lib.store import content_hash
from storyface_assets.partitions import BOOKS
from storyface_assets.resources.installation import Installation

_SECONDS_BETWEEN_LOOKS = 30
_UNFINISHED = [
    DagsterRunStatus.QUEUED,
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]


def new_or_changed_books(
    staleness: Callable[[SensorEvaluationContext], Staleness],
) -> SensorDefinition:
    """The sensor over the book folders.

    Args:
        staleness: makes the planner for the sensor's instance; called at every look, because the
            definitions that it reads hold this sensor.
    """

    @sensor(
        name="new_or_changed_books",
        job_name=RENDER_BOOKS,
        minimum_interval_seconds=_SECONDS_BETWEEN_LOOKS,
        default_status=DefaultSensorStatus.STOPPED,
    )
    def look(context: SensorEvaluationContext, installation: Installation) -> SensorResult:
        """Add a partition for each new book folder, and request what is out of date of each book.

        A changed book comes up again after each run until nothing of it is due. A book that
        cannot be read is logged and left out; the others go on.
        """
        seen = observe_books(context.instance, installation.settings.books_dir)
        for slug, error in seen.bad.items():
            context.log.warning(f"{slug}: {error}")
        planner = staleness(context)
        requests = [_request(planner, slug) for slug in seen.slugs if not _runs(context, slug)]
        new = new_partitions(context.instance, seen.slugs)
        return SensorResult(
            run_requests=[request for request in requests if request],
            dynamic_partitions_requests=[BOOKS.build_add_request(new)] if new else [],
        )

    return look


def _runs(context: SensorEvaluationContext, slug: str) -> bool:
    """Whether a run of this book has not finished yet."""
    wanted = RunsFilter(tags={"dagster/partition": slug}, statuses=_UNFINISHED)
    return bool(context.instance.get_runs(wanted, limit=1))


def _request(planner: Staleness, slug: str) -> RunRequest | None:
    wave = planner.next_wave(slug).now
    if not wave:
        return None
    # The same state is asked for once: a run that failed is not started again by itself.
    return RunRequest(
        run_key=f"{slug}:{content_hash(planner.state(slug))[:16]}",
        partition_key=slug,
        asset_selection=list(wave),
    )


@asset_sensor(
    asset_key=book_key("film"),
    job_name=PUBLISH_CATALOG,
    minimum_interval_seconds=_SECONDS_BETWEEN_LOOKS,
)
def finished_films(context: SensorEvaluationContext, asset_event: EventLogEntry) -> RunRequest:
    """Make the web page again after a film is finished (the command line does so itself)."""
    return RunRequest(run_key=context.cursor)
