"""Why a run failed, in a line for a person."""

from collections.abc import Iterable

from dagster import AssetCheckSeverity, DagsterEvent, DagsterEventType


def first_error(events: Iterable[DagsterEvent]) -> str:
    """The first failure of a run in one line, without Dagster's wrapping.

    A blocking check that was broken is told with what it found.
    """
    found = ""
    for event in events:
        if event.event_type == DagsterEventType.ASSET_CHECK_EVALUATION:
            check = event.asset_check_evaluation_data
            if not check.passed and check.severity == AssetCheckSeverity.ERROR:
                asset, said = check.asset_key.path[-1], _line(check.description or "failed")
                found = found or f"{asset}: {check.check_name}: {said}"
        elif event.event_type == DagsterEventType.STEP_FAILURE:
            return found or _of_step(event)
        elif event.event_type == DagsterEventType.RUN_FAILURE and event.message:
            return found or _line(event.message)
    return "the run failed; see it in the UI (storyface ui)"


def short_name(step: str | None) -> str:
    """A step's name without the group: Dagster joins the parts of a key by two underscores."""
    return (step or "").split("__", 1)[-1]


def _of_step(event: DagsterEvent) -> str:
    data = event.step_failure_data
    if data.user_failure_data and data.user_failure_data.description:
        return f"{short_name(event.step_key)}: {_line(data.user_failure_data.description)}"
    error = data.error
    while error is not None and error.cause is not None:
        error = error.cause
    text = error.message.strip() if error else "failed without a message"
    kind, _, rest = text.partition(": ")
    is_bad_input = kind.endswith((".BadInput", ".NotRead"))
    return rest.strip() if is_bad_input else f"{short_name(event.step_key)}: {_line(text)}"


def _line(text: str) -> str:
    """The first 300 characters on one line."""
    return " ".join(text.split())[:300]
