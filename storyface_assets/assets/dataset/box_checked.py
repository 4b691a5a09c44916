"""dataset/box_checked: the annotated box of each photo, every fault named."""

from typing import Literal

import numpy as np
import pandas as pd
from dagster import Config, MaterializeResult

from storyface_assets.assets.declare import dataset_asset, dataset_key
from storyface_assets.lib.dataset.boxes import check_boxes
from storyface_assets.lib.dataset.face_readings import face_readings
from storyface_assets.lib.progress import Stopwatch
from storyface_assets.previews.dataset_sheets import box_fault_sheet
from storyface_assets.previews.kept_sheets import sheet_metadata
from storyface_assets.resources.installation import Installation
from storyface_assets.vocabulary import POOL_RENDER


class BoxPolicy(Config):
    """What becomes of boxes that leave the photo.

    ``drop`` as the seeds do, or ``clip``: cut to the photo if 90 % of the box remain.
    """

    policy: Literal["drop", "clip"] = "drop"


@dataset_asset(
    inputs=["deduplicated"], kinds={"pandas", "table"}, code_version="1", pool=POOL_RENDER
)
def box_checked(
    config: BoxPolicy, installation: Installation, deduplicated: pd.DataFrame
) -> MaterializeResult[pd.DataFrame]:
    """Photos whose box (annotator A's, else B's, else C's) lies in the picture around a face."""
    watch, settings = Stopwatch(), installation.settings
    rows = deduplicated[deduplicated["kept"]]
    faces: dict[str, np.ndarray] = face_readings(
        rows, settings.emotion_photos_dir, settings.cache_dir, select=lambda r: r.boxes
    )
    checked = check_boxes(rows, faces, config.policy)
    sheet = box_fault_sheet(checked, settings.emotion_photos_dir)
    return MaterializeResult(
        value=checked,
        metadata={
            "policy": config.policy,
            "photos": len(checked),
            "kept": int(checked["kept"].sum()),
            "reasons": checked.loc[~checked["kept"], "reason"].value_counts().to_dict(),
            "boxes by annotator": checked["box_from"].value_counts().to_dict(),
            "clipped": int(checked["box_clipped"].sum()),
            **sheet_metadata(
                settings.cache_dir,
                dataset_key("box_checked"),
                "boxes at fault",
                [("the annotated box in red", sheet)],
            ),
            "seconds of work": watch.seconds(),
        },
    )
