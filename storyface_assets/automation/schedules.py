"""Schedules: off until somebody switches them on in the UI, under Automation."""

from dagster import DefaultScheduleStatus, ScheduleDefinition

from storyface_assets.automation.jobs import nightly_retraining

#: Two in the night in Korea: the publishing house is asleep, the GPU idle.
every_night = ScheduleDefinition(
    name="every_night",
    job=nightly_retraining,
    cron_schedule="0 2 * * *",
    execution_timezone="Asia/Seoul",
    default_status=DefaultScheduleStatus.STOPPED,
    description="Dataset, candidates, evaluation, champions. Books stay as they are.",
)
