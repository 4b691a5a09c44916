"""models/<name>_evaluation: the candidate beside the champion, on the same test set."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pandas as pd
from dagster import AssetsDefinition, MaterializeResult

from storyface_assets.assets.declare import dataset_key, model_asset, model_key
from storyface_assets.assets.models.lines import MODEL_LINES, ModelLine
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store import Folder, content_hash
from storyface_assets.lib.training.verdict import Standing, Verdict, judge
from storyface_assets.previews.tables import markdown_table
from storyface_assets.resources.installation import Installation


def evaluation(line: ModelLine) -> AssetsDefinition:
    """The asset that compares a candidate with the champion."""

    @model_asset(
        name=f"{line.name}_evaluation",
        description=f"{line.what} Candidate and champion measured on the same test set.",
        kinds={line.kind, "table"},
        inputs={
            "data": dataset_key(line.data),
            "candidate": model_key(f"{line.name}_candidate"),
        },
    )
    def evaluate(
        installation: Installation, data: Folder, candidate: Folder
    ) -> MaterializeResult[pd.DataFrame]:
        champion = installation.champion(line.name)
        verdict, figures = compare(
            line, candidate.path, champion, data.path, installation.champions(line.judges)
        )
        table = pd.DataFrame(
            {
                "standing": [verdict.standing.value],
                "reason": [verdict.reason],
                "candidate": [content_hash(candidate.path)],
                "champion": [content_hash(champion) if champion else ""],
            }
        )
        return MaterializeResult(
            value=table,
            metadata={
                "standing": verdict.standing.value,
                "reason": verdict.reason,
                "figures": markdown_table(figures),
            },
        )

    return evaluate


def compare(
    line: ModelLine,
    candidate: Path,
    champion: Path | None,
    data: Path,
    judges: Mapping[str, Path] = MappingProxyType({}),
) -> tuple[Verdict, pd.DataFrame]:
    """Measure both; a candidate that cannot be loaded is broken.

    A champion that cannot be loaded, such as one of an earlier version, does not hinder a new one.

    Returns:
        The verdict, and a row a figure: ``figure``, ``candidate``, ``champion``.
    """
    old, unreadable = None, ""
    if champion:
        try:
            old = line.figures(champion, data, judges)
        except BadInput as error:
            unreadable = f" The champion cannot be read: {error}"
    try:
        new = line.figures(candidate, data, judges)
    except BadInput as error:
        return Verdict(Standing.BROKEN, str(error)), pd.DataFrame({"figure": []})
    rows = {"figure": list(new), "candidate": list(new.values())}
    if old is not None:
        rows["champion"] = [old.get(name, float("nan")) for name in new]
    verdict = judge(new, old, line.goal, line.chance, line.floors)
    return replace(verdict, reason=verdict.reason + unreadable), pd.DataFrame(rows)


EVALUATIONS = [evaluation(line) for line in MODEL_LINES]
