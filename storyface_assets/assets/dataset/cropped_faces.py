"""dataset/cropped_faces: the largest face in each box, framed as CelebA's faces are."""

import pandas as pd
from dagster import MaterializeResult

from storyface_assets.assets.declare import dataset_asset, dataset_key
from storyface_assets.lib.dataset.crops import RECIPE, crop_faces
from storyface_assets.lib.dataset.face_readings import face_readings
from storyface_assets.lib.dataset.splits import assign_splits
from storyface_assets.lib.progress import Stopwatch
from storyface_assets.previews.dataset_sheets import crop_sheet
from storyface_assets.previews.kept_sheets import sheet_metadata
from storyface_assets.resources.installation import Installation
from storyface_assets.vocabulary import POOL_RENDER


@dataset_asset(
    inputs=["box_checked", "near_duplicates"],
    kinds={"image", "table"},
    code_version="2",
    pool=POOL_RENDER,
)
def cropped_faces(
    installation: Installation, box_checked: pd.DataFrame, near_duplicates: pd.DataFrame
) -> MaterializeResult[pd.DataFrame]:
    """Crops of 256 pixels, and the split of each: by person and duplicate group."""
    watch, settings = Stopwatch(), installation.settings
    photos, blobs = settings.emotion_photos_dir, installation.blobs()
    rows = box_checked[box_checked["kept"]]
    # Known from the step before; read again only where the cache was deleted.
    face_readings(rows, photos, settings.cache_dir, select=lambda reading: None)
    memo = installation.memo("crops", RECIPE)
    cropped = crop_faces(rows, photos, blobs, settings.cache_dir, memo)
    # Over all photos: one that was left out may tie two uploaders together.
    used = near_duplicates["photo"].isin(cropped.loc[cropped["kept"], "photo"]).to_numpy(bool)
    splits = assign_splits(near_duplicates, used=used)
    split_of = dict(zip(near_duplicates["photo"], splits, strict=True))
    cropped["split"] = cropped["photo"].map(split_of).astype("str")
    kept = cropped[cropped["kept"]]
    return MaterializeResult(
        value=cropped,
        metadata={
            "photos": len(cropped),
            "kept": len(kept),
            "reasons": cropped.loc[~cropped["kept"], "reason"].value_counts().to_dict(),
            "splits": kept["split"].value_counts().to_dict(),
            **sheet_metadata(
                settings.cache_dir,
                dataset_key("cropped_faces"),
                "crops",
                [("crops from all over the set", crop_sheet(cropped, blobs))],
            ),
            "seconds of work": watch.seconds(),
        },
    )
