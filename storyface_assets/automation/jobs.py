"""Jobs: the same ones for the command line, the sensor and the UI."""

from dagster import AssetSelection, define_asset_job

from storyface_assets.assets.declare import ON_DEMAND, dataset_key
from storyface_assets.assets.models import CHAMPIONS, TRAINED
from storyface_assets.assets.models.lines import MODEL_LINES

RENDER_BOOKS = "render_books"
PUBLISH_CATALOG = "publish_catalog"
REGISTER_CHAMPIONS = "register_champions"
REFRESH_DATASET = "refresh_dataset"
RETRAIN = "retrain"
NIGHTLY = "nightly_retraining"

render_books = define_asset_job(
    RENDER_BOOKS,
    selection=AssetSelection.groups("books"),
    description="Everything of one book, from its folder to its film.",
)

publish_catalog = define_asset_job(
    PUBLISH_CATALOG,
    selection=AssetSelection.groups("catalog"),
    description="The web page of finished books.",
)

register_champions = define_asset_job(
    REGISTER_CHAMPIONS,
    selection=AssetSelection.assets(*CHAMPIONS),
    description="Record which weights data/open_models holds now.",
)

_BY_ITSELF = AssetSelection.groups("dataset") - AssetSelection.tag(ON_DEMAND, "true")

refresh_dataset = define_asset_job(
    REFRESH_DATASET,
    selection=_BY_ITSELF,
    description="From the raw sets to what models learn from; known photos are kept.",
)

retrain = define_asset_job(
    RETRAIN,
    selection=AssetSelection.assets(*TRAINED)
    | AssetSelection.assets(*(dataset_key(line.data) for line in MODEL_LINES if line.data_first)),
    description="New candidates, beside the champions; only better ones take their place.",
)

nightly_retraining = define_asset_job(
    NIGHTLY,
    selection=AssetSelection.groups("dataset") | AssetSelection.assets(*TRAINED),
    description="The dataset brought up to date, then retrain. No book is made again.",
    # A run whose process died goes on; one that failed with a reason would fail with it again.
    tags={"dagster/max_retries": "1", "dagster/retry_on_asset_or_op_failure": "false"},
)
