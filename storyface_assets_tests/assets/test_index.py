"""The page of films, made of whatever partitions there are."""

import shutil
from types import SimpleNamespace

import pandas as pd
import pytest
from dagster import AssetCheckResult, DagsterInstance, asset, asset_check, materialize

from storyface_assets.assets.catalog import CATALOG_ASSETS
from storyface_assets.assets.declare import book_key
from storyface_assets.definitions import build_definitions
from storyface_assets.lib.books import read_book, save_fields
from storyface_assets.lib.store import Folder, write_folder, write_table
from storyface_assets.partitions import BOOKS, BOOKS_NAME
from storyface_assets.settings import Settings
from storyface_assets_tests.tiny_books import TinyLibrary

FILES = {"film.mp4": b"film", "film.srt": b"", "film.vtt": b"", "poster.jpg": b"poster"}


def test_a_partition_with_an_unsafe_name_stops_no_page(tmp_path):
    # The UI lets anyone add a partition of any name; it must not take the page of films down.
    settings = Settings.at(tmp_path)
    resources = build_definitions(settings).resources
    with DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(BOOKS_NAME, ["../../etc", "내 책"])
        result = materialize(CATALOG_ASSETS, instance=instance, resources=resources)
    assert result.success
    assert (settings.films_dir / "index.html").is_file()


@pytest.fixture
def studio(tmp_path):
    """Books ``good`` and ``other`` whose films cost nothing; ``film`` makes one, ``page`` shows."""
    library = TinyLibrary(Settings.at(tmp_path / "data"))
    defs = build_definitions(library.settings)
    target = defs.resources["io_manager"].target
    world = SimpleNamespace(settings=library.settings, passes=True)

    @asset(key=book_key("film"), partitions_def=BOOKS)
    def film() -> Folder:
        made = Folder.scratch()
        for name, content in FILES.items():
            (made.path / name).write_bytes(content)
        (made.path / "report.json").write_text('{"seconds": 1}', "utf-8")
        return made

    @asset_check(asset=film, blocking=True, partitions_def=BOOKS)
    def film_opens():
        return AssetCheckResult(passed=world.passes)

    with DagsterInstance.local_temp(str(tmp_path)) as instance:

        def run(assets, slug=None):
            return materialize(
                assets,
                instance=instance,
                resources=defs.resources,
                partition_key=slug,
                raise_on_error=False,
            )

        def make_film(slug):
            fields = Folder.scratch()
            save_fields(read_book(library.add(slug)), fields.path)
            write_folder(target(book_key("book").path, slug), fields.path)
            emotions = pd.DataFrame({"emotion": ["행복"]})
            write_table(target(book_key("sentence_emotions").path, slug), emotions)
            instance.add_dynamic_partitions(BOOKS_NAME, [slug])
            run([film, film_opens], slug)

        def page():
            assert run(CATALOG_ASSETS).success
            return (library.settings.films_dir / "index.html").read_text("utf-8")

        world.film, world.page = make_film, page
        yield world


def test_a_film_that_failed_a_blocking_check_is_not_published(studio):
    # A film without sound, refused by its check, was shown to parents all the same.
    studio.film("good")
    studio.passes = False
    studio.film("other")
    page = studio.page()
    assert "good.mp4" in page and "other.mp4" not in page
    assert not (studio.settings.films_dir / "other.mp4").exists()


def test_a_film_that_passes_when_made_again_is_published(studio):
    studio.passes = False
    studio.film("other")
    shutil.rmtree(studio.settings.books_dir / "other")
    studio.passes = True
    studio.film("other")
    assert "other.mp4" in studio.page()


def test_a_book_without_a_folder_is_off_the_page(studio):
    studio.film("good")
    studio.film("other")
    shutil.rmtree(studio.settings.books_dir / "other")
    page = studio.page()
    assert "good.mp4" in page and "other.mp4" not in page
