"""dataset/celeba_images: CelebA's aligned faces with their 40 attributes, a row a picture."""

import numpy as np
import pandas as pd
from dagster import MaterializeResult

from storyface_assets.assets.dataset.sources import CELEBA_PHOTOS, require_set
from storyface_assets.assets.declare import dataset_asset, dataset_key
from storyface_assets.lib.dataset.celeba import read_celeba
from storyface_assets.lib.dataset.celeba_lists import ATTRIBUTES
from storyface_assets.lib.dataset.manifest import RECIPE
from storyface_assets.lib.progress import Stopwatch
from storyface_assets.previews.kept_sheets import sheet_metadata
from storyface_assets.previews.raw_sheets import photo_sheet
from storyface_assets.resources.installation import Installation
from storyface_assets.vocabulary import POOL_RENDER

_HAIR = ["Black_Hair", "Blond_Hair", "Brown_Hair", "Gray_Hair"]


@dataset_asset(deps=[CELEBA_PHOTOS], kinds={"pandas", "table"}, code_version="2", pool=POOL_RENDER)
def celeba_images(installation: Installation) -> MaterializeResult[pd.DataFrame]:
    """CelebA's pictures with attributes, person and the authors' own partition.

    Pictures and lines of the lists that cannot be used are rows with the reason.
    """
    watch, settings = Stopwatch(), installation.settings
    folder = require_set(settings.celeba_dir, settings)
    found = read_celeba(folder, installation.memo("celeba_files", RECIPE))
    table = found.table
    kept = table[table["kept"]]
    shares = (kept[list(ATTRIBUTES)] == 1).mean().round(4).to_dict()
    sheet = photo_sheet(table, _captions(table), folder)
    return MaterializeResult(
        value=table,
        metadata={
            "rows": len(table),
            "kept": len(kept),
            "reasons": table.loc[~table["kept"], "reason"].value_counts().to_dict(),
            "splits": kept["split"].value_counts().to_dict(),
            "persons": int(kept["person"].nunique()),
            "share with the attribute": shares,
            "notes": list(found.notes),
            **sheet_metadata(
                settings.cache_dir,
                dataset_key("celeba_images"),
                "pictures",
                [("pictures, hair and gender", sheet)],
            ),
            "seconds of work": watch.seconds(),
        },
    )


def _captions(table: pd.DataFrame) -> pd.Series:
    hair = np.select([table[name] == 1 for name in _HAIR], _HAIR, "other")
    words = pd.Series(hair, table.index).str.removesuffix("_Hair").str.lower()
    return words + np.where(table["Male"] == 1, ", male", ", female")
