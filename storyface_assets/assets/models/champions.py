"""models/<name>_champion: the weights in data/open_models that books are made with.

Books depend on them, but a new champion makes no book again by itself: a person decides that,
with ``storyface render --force`` or a backfill.
"""

from dagster import AssetsDefinition, DataVersion, MaterializeResult, MetadataValue

from storyface_assets.assets.declare import model_asset
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.model_cards import read_card, read_figures
from storyface_assets.lib.store import content_hash
from storyface_assets.resources.installation import Installation

_WHAT = {
    "open_head": "The 3D head model that photos are fitted with.",
}


def _champion(name: str, description: str) -> AssetsDefinition:
    @model_asset(
        name=f"{name}_champion",
        description=f"{description} Its data version is the hash of data/open_models/{name}.",
        kinds={"numpy", "file"},
    )
    def champion(installation: Installation) -> MaterializeResult[None]:
        folder = installation.settings.open_models_dir / name
        if not folder.is_dir():
            raise BadInput(folder, "", "is not there.", "Check out data/open_models anew.")
        files = [path for path in folder.rglob("*") if path.is_file()]
        return MaterializeResult(
            data_version=DataVersion(content_hash(folder)),
            metadata={
                "path": MetadataValue.path(str(folder)),
                "bytes": sum(path.stat().st_size for path in files),
                "card": MetadataValue.md(read_card(folder)),
                "figures": MetadataValue.json(read_figures(folder)),
            },
        )

    return champion


CHAMPIONS = [_champion(name, description) for name, description in _WHAT.items()]
