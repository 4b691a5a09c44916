"""The sensor over the book folders, on a real instance, without running anything."""

from pathlib import Path

import pytest
from dagster import DagsterInstance, DagsterRunStatus, build_sensor_context, job

from storyface_assets.definitions import build_definitions
from storyface_assets.lib.books import book_folder
from storyface_assets_tests.tiny_books import tiny_library


@pytest.fixture
def library(tmp_path):
    library = tiny_library(tmp_path / "data")
    library.add("one")
    library.add("two")
    return library


@pytest.fixture
def look(library, tmp_path):
    """Evaluate the sensor once; returns its requests by book, and the partitions it adds."""
    defs = build_definitions(library.settings)
    sensor = defs.resolve_sensor_def("new_or_changed_books")
    resources = {"installation": defs.resources["installation"]}
    with DagsterInstance.local_temp(str(tmp_path)) as instance:

        def evaluate():
            with build_sensor_context(
                instance=instance, definitions=defs, resources=resources
            ) as context:
                data = sensor(context)
            added = [key for r in data.dynamic_partitions_requests for key in r.partition_keys]
            return {r.partition_key: r for r in data.run_requests}, added

        evaluate.instance = instance
        yield evaluate


def test_new_books_get_a_partition_and_one_run_each(look):
    requests, added = look()
    assert sorted(requests) == sorted(added) == ["one", "two"]
    assert {key.path[-1] for key in requests["one"].asset_selection} >= {"book", "heads", "film"}


def test_a_bad_book_is_left_out_and_the_others_go_on(library, look):
    (library.settings.books_dir / "one" / "book.toml").write_text("title = ", "utf-8")
    assert sorted(look()[0]) == ["two"]


def test_a_photo_that_cannot_be_read_stops_no_other_book(look, monkeypatch):
    # The portrait's bytes are read only when its version is taken, after the folder was checked.
    real = book_folder.content_hash

    def refuse(path):
        if isinstance(path, Path) and path.parent.name == "one":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(book_folder, "content_hash", refuse)
    assert sorted(look()[0]) == ["two"]


def test_the_same_state_is_asked_for_under_the_same_key(look):
    # Dagster runs a key once: a book that fails is not started again every thirty seconds.
    assert look()[0]["one"].run_key == look()[0]["one"].run_key


def test_a_change_is_another_key(library, look):
    before = look()[0]["one"].run_key
    library.rewrite("one", "story.txt", "토끼가", "작은 토끼가")
    requests = look()[0]
    assert requests["one"].run_key != before
    assert requests["two"].run_key


def test_a_book_that_is_being_made_is_left_in_peace(look):
    # Half-made, it would be due in another state and be started twice.
    look.instance.create_run_for_job(
        some_job, status=DagsterRunStatus.STARTED, tags={"dagster/partition": "one"}
    )
    assert sorted(look()[0]) == ["two"]


@job
def some_job():
    """Stands for a run that the UI started."""


def test_an_empty_books_folder_asks_for_nothing(tmp_path):
    library = tiny_library(tmp_path / "data")
    defs = build_definitions(library.settings)
    sensor = defs.resolve_sensor_def("new_or_changed_books")
    resources = {"installation": defs.resources["installation"]}
    with (
        DagsterInstance.local_temp(str(tmp_path)) as instance,
        build_sensor_context(instance=instance, definitions=defs, resources=resources) as context,
    ):
        assert not sensor(context).run_requests
