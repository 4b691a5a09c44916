"""The page of films, made of whatever partitions there are."""

from dagster import DagsterInstance, materialize

from storyface_assets.assets.catalog import CATALOG_ASSETS
from storyface_assets.definitions import build_definitions
from storyface_assets.partitions import BOOKS_NAME
from storyface_assets.settings import Settings


def test_a_partition_with_an_unsafe_name_stops_no_page(tmp_path):
    # The UI lets anyone add a partition of any name; it must not take the page of films down.
    settings = Settings.at(tmp_path)
    resources = build_definitions(settings).resources
    with DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(BOOKS_NAME, ["../../etc", "내 책"])
        result = materialize(CATALOG_ASSETS, instance=instance, resources=resources)
    assert result.success
    assert (settings.films_dir / "index.html").is_file()
