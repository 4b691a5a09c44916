"""dataset/head_shots: photos of studio people whose head codes and wrinkles are known, for DECA."""

import os
from dataclasses import asdict
from typing import Final

from dagster import Config, MaterializeResult
from pydantic import Field

from storyface_assets.assets.declare import dataset_asset, model_key
from storyface_assets.lib.deca.shot_set import (
    LOOK,
    PARTS,
    ShotOptions,
    copy_shots,
    load_shots,
    people_of,
    render_shots,
)
from storyface_assets.lib.progress import Stopwatch
from storyface_assets.lib.store import Folder, content_hash
from storyface_assets.previews.pictures import picture_row
from storyface_assets.resources.installation import Installation
from storyface_assets.vocabulary import FACE_EXPRESSIONS, POOL_RENDER

_VERSION: Final = str(LOOK)
_SHOWN: Final = 6


class HeadShotOptions(Config):
    """How many are rendered."""

    people: int = Field(ShotOptions.people, ge=20, description="Persons; half of either cast.")
    photos: int = Field(ShotOptions.photos, ge=1, description="Of each person.")


@dataset_asset(
    deps=[model_key("open_head_champion")],
    kinds={"image", "numpy"},
    code_version=_VERSION,
    pool=POOL_RENDER,
    on_demand=True,
)
def head_shots(config: HeadShotOptions, installation: Installation) -> MaterializeResult[Folder]:
    """Studio photos with the 236 codes that they were made from; wrinkles follow from these.

    Persons are in one part each. Made when face_geometry is trained. What was rendered before is
    kept.
    """
    watch, settings, kept = Stopwatch(), installation.settings, Folder.scratch()
    options, head_dir = ShotOptions(**config.model_dump()), settings.open_models_dir / "open_head"
    recipe = f"{_VERSION}-{options.seed}-{options.photos}-{content_hash(head_dir)[:16]}"
    rendered = settings.cache_dir / "head_shots" / recipe
    render_shots(options, head_dir, rendered, os.cpu_count() or 1)
    copy_shots(options, rendered, kept.path)
    test = load_shots(kept.path, "test")
    shown = zip(test.labels[:_SHOWN], test.photos[:_SHOWN], strict=True)
    return MaterializeResult(
        value=kept,
        metadata={
            "options": asdict(options),
            "photos": {part: options.photos * len(people_of(options, part)) for part in PARTS},
            "test people": picture_row([(FACE_EXPRESSIONS[label], one) for label, one in shown]),
            "seconds of work": watch.seconds(),
        },
    )
