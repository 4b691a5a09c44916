"""How checks are made: a rule over stored values, and whether breaking it stops the book."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dagster import (
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSeverity,
    AssetIn,
    MetadataValue,
    asset_check,
)

from storyface_assets.assets.declare import book_key
from storyface_assets.partitions import BOOKS


@dataclass(frozen=True)
class Verdict:
    """What a rule says.

    Attributes:
        passed: whether the value keeps it.
        description: what was found, one sentence.
        figures: what it was decided by.
    """

    passed: bool
    description: str
    figures: Mapping[str, float | int | str] = field(default_factory=dict)


def book_check(
    asset: str, rule: Callable[..., Verdict], *, blocking: bool, other: str | None = None
) -> AssetChecksDefinition:
    """A check of a book's asset; its name and description are the rule's.

    Args:
        asset: name in the ``books`` group.
        rule: takes the stored value (DataFrame or Folder), and that of ``other`` if named.
        blocking: broken results stop the book's run; poor ones only warn.
        other: a second asset of the book that the rule compares with.
    """
    severity = AssetCheckSeverity.ERROR if blocking else AssetCheckSeverity.WARN
    options: dict[str, Any] = {
        "asset": book_key(asset),
        "name": getattr(rule, "__name__", "rule"),
        "description": (rule.__doc__ or "").strip(),
        "blocking": blocking,
        "partitions_def": BOOKS,
    }

    def result(verdict: Verdict) -> AssetCheckResult:
        figures = {name: _metadata(value) for name, value in verdict.figures.items()}
        return AssetCheckResult(
            passed=verdict.passed,
            severity=severity,
            description=verdict.description,
            metadata=figures,
        )

    if other is None:

        @asset_check(**options)
        def check(value: Any) -> AssetCheckResult:
            return result(rule(value))

        return check

    @asset_check(**options, additional_ins={"beside": AssetIn(book_key(other))})
    def check_beside(value: Any, beside: Any) -> AssetCheckResult:
        return result(rule(value, beside))

    return check_beside


def _metadata(value: float | int | str) -> MetadataValue:
    if isinstance(value, str):
        return MetadataValue.text(value)
    return MetadataValue.int(value) if isinstance(value, int) else MetadataValue.float(float(value))
