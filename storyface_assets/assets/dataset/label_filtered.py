"""dataset/label_filtered: the expression of each photo, and which labels are not to be used."""

import pandas as pd
from dagster import MaterializeResult, MetadataValue

from storyface_assets.assets.dataset.sources import LABEL_DECISIONS, decisions_file
from storyface_assets.assets.declare import dataset_asset, dataset_key
from storyface_assets.lib.dataset.labels.decisions import read_decisions
from storyface_assets.lib.dataset.labels.features import read_features
from storyface_assets.lib.dataset.labels.filtering import filter_labels, most_doubtful
from storyface_assets.lib.progress import Stopwatch
from storyface_assets.previews.kept_sheets import sheet_metadata
from storyface_assets.previews.label_sheet import doubtful_sheet
from storyface_assets.previews.tables import markdown_table
from storyface_assets.resources.installation import Installation
from storyface_assets.vocabulary import POOL_RENDER

_SHOWN, _LISTED = 24, 20
_COLUMNS = ["photo", "expression", "suggested", "label_score", "agreement", "reason", "decided_by"]


@dataset_asset(
    inputs=["raw_emotion_images"],
    deps=[LABEL_DECISIONS],
    kinds={"pandas", "table"},
    code_version="2",
    pool=POOL_RENDER,
)
def label_filtered(
    installation: Installation, raw_emotion_images: pd.DataFrame
) -> MaterializeResult[pd.DataFrame]:
    """Labels that annotators agree on, that a model does not doubt, or that people decided.

    The model never saw the photo's person. Its doubts are shown; whoever looks at them writes
    ``data/raw/label_decisions.csv`` (photo, decision, by, note), and that counts.
    """
    watch, settings = Stopwatch(), installation.settings
    rows = raw_emotion_images[raw_emotion_images["kept"]]
    features = read_features(rows, settings.emotion_photos_dir, settings.cache_dir)
    decisions = read_decisions(decisions_file(settings))
    filtered = filter_labels(rows, features, decisions)
    table = filtered.table
    doubtful = most_doubtful(table, _SHOWN)
    sheet = doubtful_sheet(doubtful, settings.emotion_photos_dir, settings.cache_dir)
    classes = pd.crosstab(table["expression"].replace("", "none"), table["kept"])
    return MaterializeResult(
        value=table,
        metadata={
            "photos": len(table),
            "kept": int(table["kept"].sum()),
            "reasons": table.loc[~table["kept"], "reason"].value_counts().to_dict(),
            "decided by": table["decided_by"].value_counts().to_dict(),
            "classes": markdown_table(
                classes.rename(columns={True: "kept", False: "removed"}).reset_index()
            ),
            "no face": sum(found is None for found in features.values()),
            **sheet_metadata(
                settings.cache_dir,
                dataset_key("label_filtered"),
                "most doubtful",
                [("given → what the model says (× removed)", sheet)],
            ),
            "most doubtful photos": markdown_table(doubtful[_COLUMNS].head(_LISTED)),
            "notes": MetadataValue.md("\n".join(f"- {n}" for n in filtered.notes) or "none"),
            "seconds of work": watch.seconds(),
        },
    )
