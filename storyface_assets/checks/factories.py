"""How checks are made: a rule over stored values, and whether breaking it stops the book."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from dagster import (
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSeverity,
    AssetIn,
    AssetKey,
    MetadataValue,
    asset_check,
)

from storyface_assets.assets.declare import book_key, dataset_key, model_key
from storyface_assets.partitions import BOOKS
from storyface_assets.previews.tables import markdown_table
from storyface_assets.resources.installation import Installation

Figure = float | int | str | pd.DataFrame


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
    figures: Mapping[str, Figure] = field(default_factory=dict)


Rule = Callable[..., Verdict]


def book_check(
    asset: str, rule: Rule, *, blocking: bool, other: str | None = None
) -> AssetChecksDefinition:
    """A check of a book's asset; its name and description are the rule's.

    Args:
        asset: name in the ``books`` group.
        rule: takes the stored value (DataFrame or Folder), and that of ``other`` if named.
        blocking: broken results stop the book's run; poor ones only warn.
        other: a second asset of the book that the rule compares with.
    """
    options = {**_options(book_key(asset), rule, blocking), "partitions_def": BOOKS}
    if other is None:

        @asset_check(**options)
        def check(value: Any) -> AssetCheckResult:
            return _result(rule(value), blocking)

        return check

    @asset_check(**options, additional_ins={"beside": AssetIn(book_key(other))})
    def check_beside(value: Any, beside: Any) -> AssetCheckResult:
        return _result(rule(value, beside), blocking)

    return check_beside


def dataset_check(asset: str, rule: Rule, *, blocking: bool) -> AssetChecksDefinition:
    """A check of an asset of the image dataset.

    Args:
        asset: name in the ``dataset`` group.
        rule: takes the stored value (DataFrame or Folder) and the
            :class:`~storyface_assets.resources.installation.Installation`.
        blocking: broken results stop the run; poor ones only warn.
    """
    return _installed_check(dataset_key(asset), rule, blocking)


def model_check(asset: str, rule: Rule, *, blocking: bool) -> AssetChecksDefinition:
    """A check of an asset of the ``models`` group; for the arguments see :func:`dataset_check`."""
    return _installed_check(model_key(asset), rule, blocking)


def _installed_check(key: AssetKey, rule: Rule, blocking: bool) -> AssetChecksDefinition:
    @asset_check(**_options(key, rule, blocking))
    def check(installation: Installation, value: Any) -> AssetCheckResult:
        return _result(rule(value, installation), blocking)

    return check


def _options(key: AssetKey, rule: Rule, blocking: bool) -> dict[str, Any]:
    return {
        "asset": key,
        "name": getattr(rule, "__name__", "rule"),
        "description": (rule.__doc__ or "").strip(),
        "blocking": blocking,
    }


def _result(verdict: Verdict, blocking: bool) -> AssetCheckResult:
    return AssetCheckResult(
        passed=verdict.passed,
        severity=AssetCheckSeverity.ERROR if blocking else AssetCheckSeverity.WARN,
        description=verdict.description,
        metadata={name: _metadata(value) for name, value in verdict.figures.items()},
    )


def _metadata(value: Figure) -> MetadataValue:
    if isinstance(value, pd.DataFrame):
        return markdown_table(value)
    if isinstance(value, str):
        return MetadataValue.text(value)
    return MetadataValue.int(value) if isinstance(value, int) else MetadataValue.float(float(value))
