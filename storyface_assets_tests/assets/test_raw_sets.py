"""The raw sets' assets: what they store, show and refuse."""

import errno
from pathlib import Path

import pytest
from dagster import materialize

from storyface_assets.assets.dataset.celeba_images import celeba_images
from storyface_assets.assets.dataset.raw_emotion_images import raw_emotion_images
from storyface_assets.assets.dataset.sources import EMOTION_PHOTOS, observations, require_set
from storyface_assets.lib.errors import BadInput
from storyface_assets.resources.installation import Installation
from storyface_assets.settings import Settings
from storyface_assets_tests.lib.dataset.small_aihub import (
    entry,
    jpeg,
    name_of,
    small_set,
    write_labels,
    write_photo,
)


@pytest.fixture
def installation(tmp_path) -> Installation:
    return Installation.of(Settings.at(tmp_path))


def made(asset, installation: Installation):
    """The metadata and the data version of a materialization."""
    resources = {"io_manager": installation.io_manager, "installation": installation}
    result = materialize([asset], resources=resources)
    (event,) = result.asset_materializations_for_node(asset.node_def.name)
    return event.metadata, event.tags["dagster/data_version"]


def test_raw_emotion_images_count_what_is_there(installation):
    root = installation.settings.emotion_photos_dir
    small_set(root, 3)
    write_photo(root, name_of(7), jpeg(7)[:900])
    metadata, version = made(raw_emotion_images, installation)
    assert metadata["rows"].value == 4 and metadata["kept"].value == 3
    assert metadata["reasons"].value == {"truncated": 1}
    assert metadata["classes"].value == {"기쁨": 3}
    assert "data:image/jpeg" in metadata["photos"].value
    assert len(metadata["photos"].value) < 32_000
    # Guards against a set that is stale downstream whenever it is read again.
    assert made(raw_emotion_images, installation)[1] == version


def test_observed_version_changes_with_a_photo(installation):
    settings = installation.settings

    def version() -> str:
        found = {e.asset_key: e.tags["dagster/data_version"] for e in observations(settings)}
        return found[EMOTION_PHOTOS]

    small_set(settings.emotion_photos_dir, 1)
    before = version()
    assert version() == before
    write_photo(settings.emotion_photos_dir, name_of(7), jpeg(7))
    assert version() != before


def closing(monkeypatch, *names):
    """The system opens none of these files (a superuser may open all, so rights would not do)."""
    opened = Path.open

    def cannot(path, *args, **kwargs):
        if path.name in names:
            raise PermissionError(errno.EACCES, "no", str(path))
        return opened(path, *args, **kwargs)

    def read(path):
        with cannot(path, "rb") as file:
            return file.read()

    monkeypatch.setattr(Path, "open", cannot)
    monkeypatch.setattr(Path, "read_bytes", read)


@pytest.mark.parametrize("what", ["photo", "list"])
def test_what_could_not_be_opened_makes_another_version_once_it_can(
    installation, monkeypatch, what
):
    """Fault: a photo or list is left out for good, for nothing about its listing changes."""
    settings = installation.settings

    def version() -> str:
        found = {e.asset_key: e.tags["dagster/data_version"] for e in observations(settings)}
        return found[EMOTION_PHOTOS]

    root = settings.emotion_photos_dir
    names = small_set(root, 12)
    write_labels(root, "슬픔", [entry(name_of(30), "슬픔")])
    write_photo(root, name_of(30), jpeg(30))
    closed = names[3] if what == "photo" else "img_emotion_training_data(슬픔).json"
    before = version()
    with monkeypatch.context() as patch:
        closing(patch, closed)
        metadata, _ = made(raw_emotion_images, installation)
        assert metadata["kept"].value == 12
        assert any("cannot be opened" in reason for reason in metadata["reasons"].value)
        assert version() == before  # as long as it stays closed nothing is due
    # A run that reads it now may be killed before it stores anything: it must stay due.
    opened = version()
    assert opened != before and version() == opened
    metadata, _ = made(raw_emotion_images, installation)
    assert metadata["kept"].value == 13 and version() == before


@pytest.mark.parametrize("asset", [raw_emotion_images, celeba_images], ids=lambda a: a.key.path[-1])
def test_missing_set_says_how_to_get_one(installation, asset):
    # Guards against a bare "no such file" in the first run of a fresh clone.
    with pytest.raises(BadInput, match="storyface studio"):
        made(asset, installation)


def test_missing_licensed_set_points_to_the_page(tmp_path):
    settings = Settings.at(tmp_path, "research")
    with pytest.raises(BadInput, match="data/raw/README.md") as caught:
        require_set(settings.celeba_dir, settings)
    assert caught.value.file == str(tmp_path / "raw" / "celeba")
