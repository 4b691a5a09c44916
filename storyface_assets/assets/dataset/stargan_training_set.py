"""dataset/stargan_training_set: faces with label vectors, for StarGAN's joint training."""

import pandas as pd
from dagster import Config, MaterializeResult
from pydantic import Field

from storyface_assets.assets.dataset.sources import (
    STUDIO_PAIRS,
    attribute_pairs_folder,
    pairs_folder,
)
from storyface_assets.assets.declare import dataset_asset, dataset_key
from storyface_assets.lib.dataset.packed_pictures import open_split
from storyface_assets.lib.dataset.stargan_pairs import write_attribute_pairs, write_pairs
from storyface_assets.lib.dataset.stargan_set import write_celeba, write_custom, write_facts
from storyface_assets.lib.progress import Stopwatch
from storyface_assets.lib.store import Folder
from storyface_assets.previews.kept_sheets import sheet_metadata
from storyface_assets.previews.set_sheets import stargan_sheet
from storyface_assets.resources.installation import Installation
from storyface_assets.vocabulary import POOL_RENDER


class StarGANOptions(Config):
    """How the set is packed."""

    size: int = Field(128, ge=32, le=512, description="Side of the packed pictures, pixels.")


@dataset_asset(
    inputs=["celeba_images", "emotion_splits"],
    deps=[STUDIO_PAIRS],
    kinds={"image", "table"},
    code_version="4",
    pool=POOL_RENDER,
)
def stargan_training_set(
    config: StarGANOptions,
    installation: Installation,
    celeba_images: pd.DataFrame,
    emotion_splits: Folder,
) -> MaterializeResult[Folder]:
    """CelebA's faces with five attributes and ours with four emotions, as arrays of bytes.

    Each picture has its label vector of eleven numbers, mask included, and a sampling weight.
    """
    watch, settings, kept = Stopwatch(), installation.settings, Folder.scratch()
    celeba = write_celeba(celeba_images, settings.celeba_dir, kept.path, config.size)
    custom = write_custom(emotion_splits.path, kept.path, config.size)
    # Only people whom the classifiers learn from too: others' faces would leak into training.
    persons = set(open_split(emotion_splits.path, "train").index["person"]) - {""}
    pairs = write_pairs(pairs_folder(settings), persons, settings.cache_dir, kept.path, config.size)
    changed = write_attribute_pairs(attribute_pairs_folder(settings), kept.path, config.size)
    counts = write_facts(kept.path, config.size)
    left_out = {
        name: told.loc[~told["kept"].astype(bool), "reason"].value_counts().to_dict()
        for name, told in {
            "celeba": celeba,
            "custom": custom,
            "pairs": pairs,
            "attribute pairs": changed,
        }.items()
    }
    return MaterializeResult(
        value=kept,
        metadata={
            "pictures": counts,
            "left out": left_out,
            **sheet_metadata(
                settings.cache_dir,
                dataset_key("stargan_training_set"),
                "faces and labels",
                [("label vectors", stargan_sheet(kept.path))],
            ),
            "seconds of work": watch.seconds(),
        },
    )
