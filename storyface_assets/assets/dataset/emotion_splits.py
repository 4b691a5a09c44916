"""dataset/emotion_splits: what emotion classifiers learn from, and where everything else went."""

import pandas as pd
from dagster import Config, MaterializeResult, MetadataValue
from pydantic import Field

from storyface_assets.assets.declare import dataset_asset, dataset_key
from storyface_assets.lib.dataset.funnel import STEPS, step_counts
from storyface_assets.lib.dataset.training_sets import write_emotion_splits
from storyface_assets.lib.progress import Stopwatch
from storyface_assets.lib.store import Folder
from storyface_assets.previews.kept_sheets import sheet_metadata
from storyface_assets.previews.set_sheets import splits_sheet
from storyface_assets.previews.tables import markdown_table
from storyface_assets.resources.installation import Installation
from storyface_assets.vocabulary import POOL_RENDER


class PackOptions(Config):
    """How the set is packed."""

    size: int = Field(256, ge=32, le=512, description="Side of the packed pictures, pixels.")


@dataset_asset(
    inputs=["augmented_faces"],
    deps=[dataset_key(step) for step in STEPS if step != "augmented_faces"],
    kinds={"image", "table"},
    code_version="2",
    pool=POOL_RENDER,
)
def emotion_splits(
    config: PackOptions, installation: Installation, augmented_faces: pd.DataFrame
) -> MaterializeResult[Folder]:
    """Train, validation and test, packed: no person and no near duplicate is in two of them.

    Beside the pictures lie the funnel of all steps with the reasons, and the balance of classes,
    genders and ages.
    """
    watch, kept = Stopwatch(), Folder.scratch()
    # One table at a time: all of them together may not fit in memory.
    counts = [step_counts(step, installation.load(dataset_key(step))) for step in STEPS[:-1]]
    counts.append(step_counts(STEPS[-1], augmented_faces))
    told = write_emotion_splits(
        augmented_faces, counts, installation.blobs(), kept.path, config.size
    )
    packed = told[told["kept"]]
    return MaterializeResult(
        value=kept,
        metadata={
            "pictures": len(packed),
            "splits": packed["split"].value_counts().to_dict(),
            "reasons": told.loc[~told["kept"], "reason"].value_counts().to_dict(),
            "funnel": markdown_table(pd.read_parquet(kept.path / "funnel.parquet")),
            "balance": markdown_table(pd.read_parquet(kept.path / "balance.parquet")),
            **sheet_metadata(
                installation.settings.cache_dir,
                dataset_key("emotion_splits"),
                "sheet",
                [("split and class", splits_sheet(kept.path))],
            ),
            "seconds of work": watch.seconds(),
            "size": MetadataValue.int(config.size),
        },
    )
