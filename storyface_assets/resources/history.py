"""What the instance remembers of an asset, and whether that is out of date.

Read from the tags that Dagster puts on every materialization, so the command line, the sensor and
the UI's "unsynced" mark agree.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from dagster import (
    AssetCheckEvaluation,
    AssetCheckKey,
    AssetKey,
    AssetRecordsFilter,
    DagsterEventType,
    DagsterInstance,
    EventLogRecord,
)
from dagster._core.event_api import PartitionKeyFilter  # pinned exactly; not exported

_DATA_VERSION = "dagster/data_version"
_CODE_VERSION = "dagster/code_version"
#: On a materialization, per input: storage id of the newest event of the input at that time.
_INPUT_POINTER = "dagster/input_event_pointer/"
#: Newest results of a book's check that are searched for the one of a materialization.
_CHECKS_LOOKED_AT = 50


@dataclass(frozen=True)
class Made:
    """The newest materialization of one asset (of one partition).

    Attributes:
        storage_id: the event's number in the instance's log.
        run_id: the run that made it.
        data_version: hash of the content.
        code_version: of the asset when it was made.
        inputs: per input asset, the number of its newest event at that time.
    """

    storage_id: int
    data_version: str
    code_version: str
    inputs: dict[AssetKey, int | None] = field(default_factory=dict)
    run_id: str = ""


class History:
    """The instance's memory of one partition (or of unpartitioned assets: ``None``)."""

    def __init__(self, instance: DagsterInstance, partition: str | None) -> None:
        self._instance, self._partition = instance, partition
        self._partitions = [partition] if partition is not None else None

    def made(self, key: AssetKey) -> Made | None:
        """The newest materialization, if any."""
        record = self._newest(self._instance.fetch_materializations, key, None)
        event = record.asset_materialization if record else None
        if record is None or event is None:
            return None
        tags = event.tags or {}
        pointers = {
            AssetKey.from_user_string(tag.removeprefix(_INPUT_POINTER)): int(value)
            if value.isdigit()
            else None
            for tag, value in tags.items()
            if tag.startswith(_INPUT_POINTER)
        }
        return Made(
            record.storage_id,
            tags.get(_DATA_VERSION, ""),
            tags.get(_CODE_VERSION, ""),
            pointers,
            record.run_id,
        )

    def version(self, key: AssetKey, observed: bool, at: int | None = None) -> str | None:
        """Data version of an asset, now or when event number ``at`` was the newest."""
        fetch = self._instance.fetch_observations if observed else None
        record = self._newest(fetch or self._instance.fetch_materializations, key, at)
        if record is None:
            return None
        event = record.asset_observation if observed else record.asset_materialization
        return (event.tags or {}).get(_DATA_VERSION) if event else None

    def _newest(
        self, fetch: Callable[..., object], key: AssetKey, at: int | None
    ) -> EventLogRecord | None:
        before = at + 1 if at is not None else None
        wanted = AssetRecordsFilter(
            asset_key=key, asset_partitions=self._partitions, before_storage_id=before
        )
        records = fetch(wanted, limit=1).records  # type: ignore[attr-defined]
        return records[0] if records else None

    def failed_checks(self, key: AssetKey) -> tuple[str, ...]:
        """Names of the blocking checks that the newest materialization has not passed.

        Looked for among those that its own run evaluated; a later passing evaluation counts.
        """
        made = self.made(key)
        if made is None:
            return ()
        evaluated = self._instance.get_records_for_run(
            made.run_id, of_type=DagsterEventType.ASSET_CHECK_EVALUATION
        ).records
        names = {
            result.check_name
            for record in evaluated
            if (event := record.event_log_entry.dagster_event)
            and isinstance(result := event.event_specific_data, AssetCheckEvaluation)
            and result.asset_key == key
        }
        return tuple(name for name in sorted(names) if self.failed_check(key, name, made))

    def failed_check(self, asset: AssetKey, name: str, made: Made) -> bool:
        """Whether a blocking check failed on exactly this materialization."""
        key = AssetCheckKey(asset, name)
        log = self._instance.event_log_storage
        newest = log.get_asset_check_execution_history(
            key, limit=_CHECKS_LOOKED_AT, partition_filter=PartitionKeyFilter(key=self._partition)
        )
        for record in newest:
            event = record.event.dagster_event if record.event else None
            result = event.event_specific_data if event else None
            target = getattr(result, "target_materialization_data", None)
            if isinstance(result, AssetCheckEvaluation) and target is not None:
                if target.storage_id == made.storage_id:
                    return bool(result.blocking) and not result.passed
        return False
