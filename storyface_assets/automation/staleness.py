"""Which assets of a book, or of another group, are out of date, and why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dagster import AssetKey, DagsterInstance, Definitions

from storyface_assets.assets.declare import ON_DEMAND
from storyface_assets.automation.plan import Wave, next_wave
from storyface_assets.resources.history import History, Made

#: A new champion never makes anything again by itself; a person does, with --force or a backfill.
_NOT_A_REASON = ("models",)

#: Whether the store holds an asset (of a partition; ``None`` where there are none).
Stored = Callable[[AssetKey, str | None], bool]


def group_keys(defs: Definitions, group: str) -> list[AssetKey]:
    """Every asset of a group that runs make, parents first."""
    graph = defs.resolve_asset_graph()
    return [
        key
        for key in graph.toposorted_asset_keys
        if key.path[0] == group and graph.get(key).is_materializable
    ]


@dataclass(frozen=True)
class GroupGraph:
    """The assets of one group, parents first, with what they are made of.

    Attributes:
        order: keys of the assets that runs make.
        parents: inputs of each, champions left out.
        sources: inputs that are observed, not made.
        code_versions: of each asset.
        checks: names of the blocking checks of each asset.
    """

    order: tuple[AssetKey, ...]
    parents: dict[AssetKey, set[AssetKey]]
    sources: frozenset[AssetKey]
    code_versions: dict[AssetKey, str]
    checks: dict[AssetKey, tuple[str, ...]]

    @classmethod
    def of(
        cls, defs: Definitions, group: str = "books", wanted: AssetKey | None = None
    ) -> "GroupGraph":
        """Read the graph of a group from the definitions.

        Args:
            defs: the code location's definitions.
            group: of the assets.
            wanted: only this asset and what it is made of; ``None`` for all but those on demand.
        """
        graph = defs.resolve_asset_graph()
        keys = group_keys(defs, group)
        parents = {
            key: {p for p in graph.get(key).parent_keys if p.path[0] not in _NOT_A_REASON}
            for key in keys
        }
        asked = {key for key in keys if ON_DEMAND not in graph.get(key).tags}
        if wanted is not None:
            asked = {wanted}
            for key in reversed(keys):
                asked |= parents[key] if key in asked else set()
        order = [key for key in keys if key in asked]
        parents = {key: parents[key] for key in order}
        checks: dict[AssetKey, tuple[str, ...]] = {
            key: tuple(c.name for c in graph.get_check_keys_for_assets({key})) for key in order
        }
        return cls(
            order=tuple(order),
            parents=parents,
            sources=frozenset(set().union(*parents.values()) - set(order)),
            code_versions={key: graph.get(key).code_version or "" for key in order},
            checks=checks,
        )


class Staleness:
    """Compares what the instance and the store remember with what is there now.

    Args:
        graph: the assets.
        instance: whose memory counts.
        stored: whether the store holds an asset.

    A group without partitions is asked for with the slug ``None``.
    """

    def __init__(self, graph: GroupGraph, instance: DagsterInstance, stored: Stored) -> None:
        self.graph, self._instance, self._stored = graph, instance, stored

    def due(self, slug: str | None) -> dict[AssetKey, str]:
        """The reason of every asset that has one of its own; observe the sources first."""
        history = History(self._instance, slug)
        reasons = {key: self._reason(history, key, slug) for key in self.graph.order}
        return {key: reason for key, reason in reasons.items() if reason}

    def next_wave(
        self, slug: str | None, due: Mapping[AssetKey, str] | None = None
    ) -> Wave[AssetKey]:
        """What to make of a book now, and what may follow; ``due`` if it is known already."""
        reasons = self.due(slug) if due is None else due
        return next_wave(self.graph.order, self.graph.parents, reasons)

    def state(self, slug: str | None) -> dict[str, str | int | None]:
        """All that decides what is due: another state is another request."""
        history = History(self._instance, slug)
        made = {key: history.made(key) for key in self.graph.order}
        return (
            {str(k): history.version(k, observed=True) for k in sorted(self.graph.sources)}
            | {str(k): m.storage_id if m else None for k, m in made.items()}
            | {f"code {k}": version for k, version in self.graph.code_versions.items()}
        )

    def _reason(self, history: History, key: AssetKey, slug: str | None) -> str:
        made = history.made(key)
        if made is None:
            return "never made"
        if not self._stored(key, slug):
            return "gone from the store"
        if made.code_version != self.graph.code_versions[key]:
            return "its code changed"
        for parent in sorted(self.graph.parents[key]):
            if self._changed(history, made, parent):
                return f"{parent.path[-1]} changed"
        for name in self.graph.checks[key]:
            if history.failed_check(key, name, made):
                return f"its check {name} failed"
        return ""

    def _changed(self, history: History, made: Made, parent: AssetKey) -> bool:
        """Whether an input's content is another than when the asset was made."""
        if parent not in made.inputs:
            return True
        observed = parent in self.graph.sources
        pointer = made.inputs[parent]
        used = history.version(parent, observed, at=pointer) if pointer is not None else None
        return used is None or used != history.version(parent, observed)
