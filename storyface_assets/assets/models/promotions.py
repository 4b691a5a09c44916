"""models/<name>_champion of the models that are trained here: the best one so far."""

from collections.abc import Iterator

import pandas as pd
from dagster import AssetsDefinition, MaterializeResult, MetadataValue

from storyface_assets.assets.declare import model_asset, model_key
from storyface_assets.assets.models.lines import MODEL_LINES, ModelLine
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.model_cards import read_card, read_figures
from storyface_assets.lib.store import Folder, content_hash
from storyface_assets.lib.training.verdict import Standing
from storyface_assets.resources.installation import Installation


def promotion(line: ModelLine) -> AssetsDefinition:
    """The asset that a better candidate becomes; another one leaves it as it is."""

    @model_asset(
        name=f"{line.name}_champion",
        description=f"{line.what} The best one so far; books are made with it.",
        kinds={line.kind, "file"},
        inputs={
            "evaluation": model_key(f"{line.name}_evaluation"),
            "candidate": model_key(f"{line.name}_candidate"),
        },
        output_required=False,
    )
    def promote(
        installation: Installation, evaluation: pd.DataFrame, candidate: Folder
    ) -> Iterator[MaterializeResult[Folder]]:
        [judged] = evaluation.itertuples(index=False)
        if judged.standing != Standing.BETTER.value:
            return
        if judged.candidate != content_hash(candidate.path):
            mend = f"Materialize {line.name}_evaluation again."
            raise BadInput(f"{line.name}_candidate", "", "is not the one that was judged.", mend)
        yield MaterializeResult(
            value=candidate.copy(),
            metadata={
                "reason": str(judged.reason),
                "card": MetadataValue.md(read_card(candidate.path)),
                "figures": MetadataValue.json(read_figures(candidate.path)),
            },
        )

    return promote


PROMOTIONS = [promotion(line) for line in MODEL_LINES]
