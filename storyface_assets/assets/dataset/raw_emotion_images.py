"""dataset/raw_emotion_images: the emotion photos and their labels as delivered, a row a photo."""

import pandas as pd
from dagster import MaterializeResult, MetadataValue

from storyface_assets.assets.dataset.sources import EMOTION_PHOTOS, require_set
from storyface_assets.assets.declare import dataset_asset, dataset_key
from storyface_assets.lib.dataset.aihub import LabelFile, read_emotion_photos
from storyface_assets.lib.dataset.manifest import RECIPE
from storyface_assets.lib.progress import Stopwatch
from storyface_assets.previews.kept_sheets import sheet_metadata
from storyface_assets.previews.raw_sheets import photo_sheet
from storyface_assets.resources.installation import Installation
from storyface_assets.vocabulary import POOL_RENDER


@dataset_asset(deps=[EMOTION_PHOTOS], kinds={"pandas", "table"}, code_version="2", pool=POOL_RENDER)
def raw_emotion_images(installation: Installation) -> MaterializeResult[pd.DataFrame]:
    """AI-Hub 82's photos joined with their labels by file name, with each file's hash and size.

    What cannot be used (broken files, labels without photo, …) is a row with the reason.
    """
    watch, settings = Stopwatch(), installation.settings
    folder = require_set(settings.emotion_photos_dir, settings)
    found = read_emotion_photos(folder, installation.memo("files", RECIPE))
    table = found.table
    kept = table[table["kept"]]
    sheet = photo_sheet(table, table["label_uploader"], folder)
    return MaterializeResult(
        value=table,
        metadata={
            "rows": len(table),
            "kept": len(kept),
            "reasons": table.loc[~table["kept"], "reason"].value_counts().to_dict(),
            "classes": kept["label_uploader"].value_counts().to_dict(),
            "persons": int(kept["person"].nunique()),
            "label files": MetadataValue.md(_label_files(found.label_files)),
            "unreadable": found.unreadable,
            **sheet_metadata(
                settings.cache_dir,
                dataset_key("raw_emotion_images"),
                "photos",
                [("photos and the uploader's label", sheet)],
            ),
            "seconds of work": watch.seconds(),
        },
    )


def _label_files(files: list[LabelFile]) -> str:
    lines = [f"| {f.name} | {f.encoding} | {f.entries} | {f.fault} |" for f in files]
    return "\n".join(["| file | encoding | entries | fault |", "| --- | --- | --- | --- |", *lines])
