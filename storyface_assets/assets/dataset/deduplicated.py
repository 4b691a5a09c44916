"""dataset/deduplicated: one photo of each picture that was uploaded several times."""

import pandas as pd
from dagster import MaterializeResult

from storyface_assets.assets.declare import dataset_asset
from storyface_assets.lib.dataset.duplicates import deduplicate
from storyface_assets.lib.progress import Stopwatch


@dataset_asset(
    inputs=["label_filtered", "near_duplicates"], kinds={"pandas", "table"}, code_version="2"
)
def deduplicated(
    label_filtered: pd.DataFrame, near_duplicates: pd.DataFrame
) -> MaterializeResult[pd.DataFrame]:
    """Photos without near duplicates: of each group the largest is kept, then the sharpest.

    Copies whose labels disagree are left out unless a person or most of them decide.
    """
    watch = Stopwatch()
    unique = deduplicate(label_filtered[label_filtered["kept"]], near_duplicates)
    several = unique.loc[unique["group_size"] > 1, "group"]
    return MaterializeResult(
        value=unique,
        metadata={
            "photos": len(unique),
            "kept": int(unique["kept"].sum()),
            "reasons": unique.loc[~unique["kept"], "reason"].value_counts().to_dict(),
            "groups of copies": int(several.nunique()),
            "photos in them": len(several),
            "seconds of work": watch.seconds(),
        },
    )
