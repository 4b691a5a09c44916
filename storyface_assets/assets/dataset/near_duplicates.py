"""dataset/near_duplicates: which photos are one picture, of all that can be decoded."""

import pandas as pd
from dagster import MaterializeResult

from storyface_assets.assets.declare import dataset_asset, dataset_key
from storyface_assets.lib.dataset.duplicates import find_near_duplicates
from storyface_assets.lib.dataset.face_readings import face_readings
from storyface_assets.lib.progress import Stopwatch
from storyface_assets.previews.duplicate_sheet import nearest_to_the_limit, pair_sheet
from storyface_assets.previews.kept_sheets import sheet_metadata
from storyface_assets.previews.tables import markdown_table
from storyface_assets.resources.installation import Installation
from storyface_assets.vocabulary import POOL_RENDER


@dataset_asset(
    inputs=["raw_emotion_images"], kinds={"numpy", "table"}, code_version="1", pool=POOL_RENDER
)
def near_duplicates(
    installation: Installation, raw_emotion_images: pd.DataFrame
) -> MaterializeResult[pd.DataFrame]:
    """Groups of copies: resized, recompressed, brightened, slightly cropped.

    Photos whose hashes (of the picture, of the aligned face) are near are laid over each other and
    compared. Photos without a usable label are looked at too: a copy of one ties its uploader to
    somebody else, and both belong in one split.
    """
    watch, settings = Stopwatch(), installation.settings
    photos = settings.emotion_photos_dir
    there = (raw_emotion_images["sha256"] != "") & (raw_emotion_images["width"] > 0)
    rows = raw_emotion_images.loc[there, ["photo", "sha256", "person"]].reset_index(drop=True)
    face_readings(rows, photos, settings.cache_dir, select=lambda reading: None)
    grouped, report = find_near_duplicates(rows, photos, settings.cache_dir, installation.memo)
    sizes = grouped["group"].value_counts()
    sheets = [
        (title, pair_sheet(nearest_to_the_limit(report.pairs, same), photos))
        for title, same in (("copies that differ most", True), ("most alike, kept apart", False))
    ]
    return MaterializeResult(
        value=grouped,
        metadata={
            "photos": len(grouped),
            "groups of copies": int((sizes > 1).sum()),
            "photos in them": int(sizes[sizes > 1].sum()),
            "pairs by hash distance": markdown_table(report.by_distance()),
            **sheet_metadata(settings.cache_dir, dataset_key("near_duplicates"), "pairs", sheets),
            "seconds of work": watch.seconds(),
            "seconds by stage": report.seconds,
        },
    )
