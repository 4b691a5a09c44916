"""The sensor that tells by Slack or mail when data or models could not be made anew.

Its scope is the work that nobody sits beside: the dataset and the trainings. Runs of the command
line tell their failure where they were started, and Dagster counts them as nobody's; a book that
fails is shown as failed on its partition, and a catalogue of them would be a flood of messages.
"""

import os
from collections.abc import Mapping
from typing import Final

from dagster import (
    DagsterEventType,
    DagsterInstance,
    DagsterRun,
    DefaultSensorStatus,
    RunFailureSensorContext,
    run_failure_sensor,
)

from storyface_assets.automation.failures import first_error, short_name
from storyface_assets.automation.jobs import nightly_retraining, refresh_dataset, retrain
from storyface_assets.lib.notices import Notice, send_to_all

#: Where people reach Dagster's UI, for the link; e.g. ``http://gpu-box:3000``.
UI_URL: Final = "STORYFACE_UI_URL"
_TOLD_OF: Final = {
    DagsterEventType.ASSET_CHECK_EVALUATION,
    DagsterEventType.STEP_FAILURE,
    DagsterEventType.RUN_FAILURE,
}
_WILL_RETRY: Final = "dagster/will_retry"


def failure_notice(
    instance: DagsterInstance, run: DagsterRun, environment: Mapping[str, str]
) -> Notice:
    """What is told of a failed run: job, run, step, the error's first line, and where to look."""
    entries = instance.all_logs(run.run_id, of_type=_TOLD_OF)
    events = [entry.dagster_event for entry in entries if entry.dagster_event]
    steps = [e.step_key for e in events if e.event_type == DagsterEventType.STEP_FAILURE]
    again = run.tags.get(_WILL_RETRY) == "true"
    lines = [
        f"run {run.run_id}",
        f"step {short_name(steps[0])}" if steps else "no step failed, the run itself did",
        " ".join(first_error(events).split()),
        "It is tried again." if again else "",
        f"{base.rstrip('/')}/runs/{run.run_id}" if (base := environment.get(UI_URL, "")) else "",
    ]
    return Notice(f"StoryFace: {run.job_name} failed", "\n".join(filter(None, lines)))


@run_failure_sensor(
    name="failed_trainings",
    description="Tells by Slack or mail when the dataset or a model could not be made anew.",
    monitored_jobs=[nightly_retraining, retrain, refresh_dataset],
    minimum_interval_seconds=30,
    default_status=DefaultSensorStatus.STOPPED,
)
def failed_trainings(context: RunFailureSensorContext) -> None:
    """Send one message a failed run to every target that is configured, and log what was sent."""
    notice = failure_notice(context.instance, context.dagster_run, os.environ)
    told = send_to_all(notice, os.environ)
    # Whatever becomes of the messages, the failure is in the sensor's own log.
    context.log.error(notice.text)
    if not told:
        context.log.info("Nobody is told: neither Slack nor mail is configured.")
    for one in told:
        if one.error:
            context.log.warning(f"{one.target} was not reached: {one.error}")
        else:
            context.log.info(f"told by {one.target}")
