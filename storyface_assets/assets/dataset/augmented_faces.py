"""dataset/augmented_faces: training crops and their copies with the head turned in 3D."""

import pandas as pd
from dagster import MaterializeResult, MetadataValue

from storyface_assets.assets.declare import dataset_asset, dataset_key, model_key
from storyface_assets.lib.dataset.face_readings import face_readings
from storyface_assets.lib.dataset.turned_copies import RECIPE, add_turned_copies, class_counts
from storyface_assets.lib.progress import Stopwatch
from storyface_assets.lib.store import content_hash
from storyface_assets.previews.dataset_sheets import turned_sheet
from storyface_assets.previews.kept_sheets import sheet_metadata
from storyface_assets.resources.installation import Installation
from storyface_assets.vocabulary import POOL_RENDER


@dataset_asset(
    inputs=["cropped_faces"],
    deps=[model_key("open_head_champion")],
    kinds={"image", "table"},
    code_version="2",
    pool=POOL_RENDER,
)
def augmented_faces(
    installation: Installation, cropped_faces: pd.DataFrame
) -> MaterializeResult[pd.DataFrame]:
    """Pitch ±20°, yaw −20° and roll +20° of each training photo; the other splits stay as is."""
    watch, settings = Stopwatch(), installation.settings
    photos, blobs = settings.emotion_photos_dir, installation.blobs()
    rows = cropped_faces[cropped_faces["kept"]]
    # Known from the steps before; read again only where the cache was deleted.
    face_readings(rows, photos, settings.cache_dir, select=lambda reading: None)
    head = settings.open_models_dir / "open_head" / "head.npz"
    memo = installation.memo("turned", f"{RECIPE} head={content_hash(head)}")
    augmented = add_turned_copies(rows, photos, blobs, settings.cache_dir, memo, head)
    lines = [
        f"| {row.expression} | {row.train_before} → {row.train_after} "
        f"| {row.all_before} → {row.all_after} |"
        for row in class_counts(rows, augmented).itertuples()
    ]
    table = "\n".join(["| class | train | all |", "| --- | --- | --- |", *lines])
    refused = augmented[~augmented["kept"]]
    return MaterializeResult(
        value=augmented,
        metadata={
            "photos": len(rows),
            "pictures": int(augmented["kept"].sum()),
            "copies not made": refused["reason"].value_counts().to_dict(),
            "pictures a class": MetadataValue.md(table),
            **sheet_metadata(
                settings.cache_dir,
                dataset_key("augmented_faces"),
                "turned",
                [("crops and turned copies", turned_sheet(augmented, blobs))],
            ),
            "seconds of work": watch.seconds(),
        },
    )
