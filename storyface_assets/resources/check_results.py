"""The newest results of a group's checks, as the instance remembers them."""

from dataclasses import dataclass

from dagster import AssetCheckEvaluation, DagsterInstance, Definitions


@dataclass(frozen=True)
class CheckResult:
    """What a check said last.

    Attributes:
        asset: name of the asset, without the group.
        name: of the check.
        passed: whether the asset keeps the rule.
        blocking: whether breaking it stops a run.
        description: what was found.
    """

    asset: str
    name: str
    passed: bool
    blocking: bool
    description: str


def newest_checks(instance: DagsterInstance, defs: Definitions, group: str) -> list[CheckResult]:
    """One result a check that ever ran, in the order of the graph."""
    graph = defs.resolve_asset_graph()
    found = []
    for key in graph.toposorted_asset_keys:
        if key.path[0] != group:
            continue
        checks = sorted(graph.get_check_keys_for_assets({key}), key=lambda check: check.name)
        for check in checks:
            records = instance.event_log_storage.get_asset_check_execution_history(check, limit=1)
            event = records[0].event.dagster_event if records and records[0].event else None
            said = event.event_specific_data if event else None
            if isinstance(said, AssetCheckEvaluation):
                found.append(
                    CheckResult(
                        key.path[-1],
                        check.name,
                        said.passed,
                        bool(said.blocking),
                        said.description or "",
                    )
                )
    return found
