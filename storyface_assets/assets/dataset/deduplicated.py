"""dataset/deduplicated: one photo of each picture that was uploaded several times."""

import pandas as pd
from dagster import MaterializeResult

from storyface_assets.assets.declare import dataset_asset, dataset_key
from storyface_assets.lib.dataset.duplicates import deduplicate
from storyface_assets.lib.dataset.face_readings import face_readings
from storyface_assets.lib.progress import Stopwatch
from storyface_assets.previews.duplicate_sheet import nearest_to_the_limit, pair_sheet
from storyface_assets.previews.kept_sheets import sheet_metadata
from storyface_assets.previews.tables import markdown_table
from storyface_assets.resources.installation import Installation
from storyface_assets.vocabulary import POOL_RENDER


@dataset_asset(
    inputs=["label_filtered"], kinds={"numpy", "table"}, code_version="1", pool=POOL_RENDER
)
def deduplicated(
    installation: Installation, label_filtered: pd.DataFrame
) -> MaterializeResult[pd.DataFrame]:
    """Photos without near duplicates: copies resized, recompressed, brightened, slightly cropped.

    Photos whose hashes (of the picture, of the aligned face) are near are laid over each other and
    compared; of each group the largest is kept, then the sharpest. Copies whose labels disagree
    are left out unless a person or most of them decide.
    """
    watch, settings = Stopwatch(), installation.settings
    photos = settings.emotion_photos_dir
    rows = label_filtered[label_filtered["kept"]]
    # Known from the step before; read again only where the cache was deleted.
    face_readings(rows, photos, settings.cache_dir, select=lambda reading: None)
    unique, report = deduplicate(rows, photos, settings.cache_dir, installation.memo)
    several = unique.loc[unique["group_size"] > 1, "group"]
    sheets = [
        (title, pair_sheet(nearest_to_the_limit(report.pairs, same), photos))
        for title, same in (("copies that differ most", True), ("most alike, kept apart", False))
    ]
    return MaterializeResult(
        value=unique,
        metadata={
            "photos": len(unique),
            "kept": int(unique["kept"].sum()),
            "reasons": unique.loc[~unique["kept"], "reason"].value_counts().to_dict(),
            "groups of copies": int(several.nunique()),
            "photos in them": len(several),
            "pairs by hash distance": markdown_table(report.by_distance()),
            **sheet_metadata(settings.cache_dir, dataset_key("deduplicated"), "pairs", sheets),
            "seconds of work": watch.seconds(),
            "seconds by stage": report.seconds,
        },
    )
