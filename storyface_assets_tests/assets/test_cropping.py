"""box_checked, cropped_faces and augmented_faces, run one after the other on real photos."""

import hashlib
import shutil
from pathlib import Path

import pandas as pd
import pytest
from dagster import MaterializeResult, materialize
from PIL import Image

from storyface_assets.assets.dataset.augmented_faces import augmented_faces
from storyface_assets.assets.dataset.box_checked import box_checked
from storyface_assets.assets.dataset.cropped_faces import cropped_faces
from storyface_assets.assets.declare import dataset_asset, dataset_key
from storyface_assets.lib.dataset.schema import ANNOTATORS, BOX_SIDES
from storyface_assets.lib.landmarks import fetch_models
from storyface_assets.resources.installation import Installation
from storyface_assets.settings import Settings

DATA = Path(__file__).parents[2] / "data"
STEPS = [box_checked, cropped_faces, augmented_faces]


@pytest.fixture(scope="module")
def installation(tmp_path_factory) -> Installation:
    folder = tmp_path_factory.mktemp("data")
    (folder / "open_models").symlink_to(DATA / "open_models")
    models = fetch_models(DATA / "cache")
    (folder / "cache").mkdir()
    (folder / "cache" / models.name).symlink_to(models)
    photos = Settings.at(folder).emotion_photos_dir
    photos.mkdir(parents=True)
    for number, path in enumerate(sorted((DATA / "books").glob("*/portrait.jpg"))[:3]):
        shutil.copy(path, photos / f"{number}.jpg")
    return Installation.of(Settings.at(folder))


def rows(photos: Path) -> pd.DataFrame:
    """The three photos, each a person's; the first once more with the seeds' box."""
    found = []
    for number, path in [*enumerate(sorted(photos.glob("*.jpg"))), (3, photos / "0.jpg")]:
        width, height = Image.open(path).size
        row = {"photo": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        row |= {"width": width, "height": height, "person": f"{number:040x}", "group": f"{number}"}
        row |= {"expression": "happy", "kept": True, "reason": ""}
        box = (0.0, -204.08 if number == 3 else 0.0, float(width), float(height))
        row |= {f"box_{who}_{side}": pd.NA for who in ANNOTATORS for side in BOX_SIDES}
        row |= {f"box_a_{side}": value for side, value in zip(BOX_SIDES, box, strict=True)}
        found.append(row)
    table = pd.DataFrame(found)
    return table.astype({c: "Float64" for c in table.columns if c.startswith("box_")})


def run(installation: Installation, config: dict | None = None):
    @dataset_asset(kinds={"pandas"}, code_version="1")
    def deduplicated(installation: Installation) -> MaterializeResult[pd.DataFrame]:
        return MaterializeResult(value=rows(installation.settings.emotion_photos_dir))

    @dataset_asset(kinds={"pandas"}, code_version="1")
    def near_duplicates(installation: Installation) -> MaterializeResult[pd.DataFrame]:
        found = rows(installation.settings.emotion_photos_dir)
        return MaterializeResult(value=found.drop_duplicates("photo"))

    result = materialize(
        [deduplicated, near_duplicates, *STEPS],
        resources={"io_manager": installation.io_manager, "installation": installation},
        run_config={"ops": {"dataset__box_checked": {"config": config}}} if config else None,
    )
    events = {s.key.path[-1]: s.node_def.name for s in STEPS}
    return {k: result.asset_materializations_for_node(n)[0].metadata for k, n in events.items()}


def test_each_step_says_what_it_kept_and_shows_it(installation):
    told = run(installation)
    assert told["box_checked"]["photos"].value == 4
    assert told["box_checked"]["reasons"].value == {"negative": 1}
    assert told["cropped_faces"]["kept"].value == 3
    assert sum(told["cropped_faces"]["splits"].value.values()) == 3
    train = told["cropped_faces"]["splits"].value["train"]
    assert told["augmented_faces"]["pictures"].value == 3 + 4 * train
    assert f"| happy | {train} → {5 * train} |" in told["augmented_faces"]["pictures a class"].value
    for step, sheet in (
        ("box_checked", "boxes at fault"),
        ("cropped_faces", "crops"),
        ("augmented_faces", "turned"),
    ):
        shown = told[step][sheet].value
        assert "data:image/jpeg" in shown and len(shown) < 32_000

    stored = installation.load(dataset_key("augmented_faces"))
    assert (stored.loc[stored["turn"] != "", "split"] == "train").all()
    assert all(installation.blobs().has(picture) for picture in stored["picture"])


def test_the_policy_is_the_runs_choice(installation):
    told = run(installation, {"policy": "clip"})
    # 768 of 972 rows remain: less than 90 %.
    assert told["box_checked"]["policy"].value == "clip"
    assert told["box_checked"]["reasons"].value == {"negative": 1}
