"""The whole path of a book, with real models and a small film, through the command line."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from dagster import AssetRecordsFilter, DagsterInstance
from typer.testing import CliRunner

from storyface_assets.assets.declare import book_key
from storyface_assets.automation import catalog
from storyface_assets.automation.catalog import refresh_catalog
from storyface_assets.cli.app import app
from storyface_assets.cli.workplace import open_workplace
from storyface_assets.lib.film import check_film
from storyface_assets.lib.film.credentials import SOURCE_TYPE, read_credentials
from storyface_assets.lib.heads.export import broken_files
from storyface_assets_tests.tiny_books import tiny_library

pytestmark = pytest.mark.slow
SLUG = "tokki"


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """One good book and one that nobody can read, rendered once."""
    library = tiny_library(tmp_path_factory.mktemp("installation") / "data")
    library.add(SLUG)
    bad = library.add("bad")
    (bad / "story.txt").write_text("   \n", "utf-8")
    return library


def storyface(library, *arguments):
    """Run the command line in this process on the library's data folder."""
    return CliRunner().invoke(
        app, arguments, env={"STORYFACE_DATA": str(library.settings.data_dir)}
    )


@pytest.fixture(scope="module")
def first(library):
    return storyface(library, "render", "--all")


@pytest.fixture(scope="module")
def heads(library, first):
    """What is made only on demand, after the film."""
    return storyface(library, "heads", SLUG)


def made(result):
    """Names of the assets that a render says it made."""
    lines = [line.strip() for line in result.output.splitlines()]
    return {line.split()[2] for line in lines if line.startswith(f"· {SLUG}:")}


def materializations(library, name):
    with open_workplace(library.settings) as place:
        wanted = AssetRecordsFilter(book_key(name), asset_partitions=[SLUG])
        return place.instance.fetch_materializations(wanted, limit=5).records


def test_the_film_is_where_a_parent_finds_it(library, first):
    facts = check_film(library.settings.films_dir / f"{SLUG}.mp4")
    assert facts.size == (320, 240) and facts.fps == 10
    assert abs(facts.audio_seconds - facts.video_seconds) * facts.fps <= 2
    assert str(library.settings.films_dir / f"{SLUG}.mp4") in first.output


def test_a_bad_book_stops_no_other_and_is_named(first):
    assert first.exit_code == 1
    assert "story.txt" in first.output and "empty" in first.output
    assert "Traceback" not in first.output
    assert {"book", "portrait", "heads", "film"} <= made(first)


def test_the_page_shows_the_film(library, first):
    page = (library.settings.films_dir / "index.html").read_text("utf-8")
    assert f'src="{SLUG}.mp4"' in page and f"이야기 {SLUG}" in page
    assert (library.settings.films_dir / "posters" / f"{SLUG}.jpg").stat().st_size > 1000
    assert f'src="teasers/{SLUG}.mp4"' in page


@pytest.mark.parametrize(
    ("asset", "entry"),
    [
        ("sentences", "preview"),
        ("sentence_emotions", "bar"),
        ("portrait", "picture"),
        ("heads", "expressions"),
        ("heads", "seconds by stage"),
        ("narration", "seconds of audio"),
        ("film", "poster"),
        ("film", "seconds by stage"),
    ],
)
def test_the_ui_has_pictures_and_times(library, first, asset, entry):
    metadata = materializations(library, asset)[0].asset_materialization.metadata
    assert entry in metadata
    for value in metadata.values():
        # Larger values make the UI slow.
        assert len(str(value.value)) < 32_000


def test_heads_are_made_when_asked_for_and_not_before(library, first, heads):
    assert "head_files" not in made(first)
    assert made(heads) == {"head_files"} and heads.exit_code == 0, heads.output
    folder = library.settings.heads_dir / SLUG
    assert str(folder) in heads.output and broken_files(folder) == []


def test_heads_lie_where_a_person_says(library, first, heads, tmp_path):
    again = storyface(library, "heads", SLUG, "--out", str(tmp_path / "mine"))
    assert made(again) == set() and again.exit_code == 0
    assert (tmp_path / "mine" / SLUG / "head.glb").stat().st_size < 15e6


def test_every_check_has_passed(library, first, heads):
    with open_workplace(library.settings) as place:
        graph = place.defs.resolve_asset_graph()
        keys = [k for k in graph.asset_check_keys if k.asset_key.path[0] == "books"]
        latest = place.instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
        assert set(latest) == set(keys)
        failed = {
            key.name: record.event.dagster_event.event_specific_data.description
            for key, record in latest.items()
            if record.status.value != "SUCCEEDED" and graph.get(key).blocking
        }
    assert failed == {}


def test_a_second_render_does_no_work_and_says_so(library, first):
    with DagsterInstance.from_config(str(library.settings.dagster_home)) as instance:
        runs = instance.get_runs_count()
        again = storyface(library, "render", SLUG)
        assert instance.get_runs_count() == runs
    assert again.exit_code == 0 and made(again) == set()
    assert "Nothing to do" in again.output


def test_a_second_render_of_all_books_does_no_work_and_says_so(library, first, tmp_path):
    # All good: the bad book is out of the way, so that nothing but "nothing to do" is left to say.
    bad = library.settings.books_dir / "bad"
    bad.rename(tmp_path / "bad")
    try:
        with DagsterInstance.from_config(str(library.settings.dagster_home)) as instance:
            runs = instance.get_runs_count()
            again = storyface(library, "render", "--all")
            assert instance.get_runs_count() == runs
    finally:
        (tmp_path / "bad").rename(bad)
    assert again.exit_code == 0 and made(again) == set()
    assert "Nothing to do" in again.output and "(up to date)" in again.output


def test_a_remark_in_book_toml_is_no_change(library, first):
    library.rewrite(SLUG, "book.toml", "title =", "# a remark\ntitle =")
    assert "Nothing to do" in storyface(library, "render", SLUG).output


def test_one_sentence_redoes_only_what_depends_on_it(library, first):
    library.rewrite(SLUG, "story.txt", "기뻤어요", "아주 기뻤어요")
    result = storyface(library, "render", SLUG)
    assert made(result) == {"sentences", "sentence_emotions", "narration", "film"}


def test_a_new_title_fits_no_photo_again(library, first):
    library.rewrite(SLUG, "book.toml", f"이야기 {SLUG}", "토끼 이야기")
    result = storyface(library, "render", SLUG)
    assert "film" in made(result) and not {"portrait", "heads", "sentences"} & made(result)
    assert "토끼 이야기" in (library.settings.films_dir / "index.html").read_text("utf-8")


def test_a_lost_result_is_made_again_and_nothing_below_it(library, first):
    shutil.rmtree(library.settings.data_dir / "store" / "books" / "sentences" / SLUG)
    assert made(storyface(library, "render", SLUG)) == {"sentences"}


def test_a_film_that_a_person_deleted_is_laid_out_again(library, first):
    film = library.settings.films_dir / f"{SLUG}.mp4"
    film.unlink()
    result = storyface(library, "render", SLUG)
    assert made(result) == set() and film.exists()


def test_a_shelf_that_cannot_be_written_is_told(library, first):
    # "✓ …/tokki.mp4" for a film that is not there would be a lie.
    films = library.settings.films_dir
    films.rename(films.with_name("kept"))
    films.write_text("a file where the folder should be", "utf-8")
    result = storyface(library, "render", SLUG)
    films.unlink()
    films.with_name("kept").rename(films)
    assert result.exit_code == 1 and "page of films" in result.output


def test_a_full_disk_leaves_the_old_film(library, first, monkeypatch):
    film = library.settings.films_dir / f"{SLUG}.mp4"
    before = film.read_bytes()
    library.rewrite(SLUG, "book.toml", "seed = 3", "seed = 4")
    real = shutil.disk_usage
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda path: real(path)._replace(free=0))
        result = storyface(library, "render", SLUG)
    assert result.exit_code == 1 and "disk" in result.output and "Traceback" not in result.output
    assert film.read_bytes() == before
    laid_out = []

    def refresh(*arguments, **options):
        # A parent with twenty books does not wait for the last one.
        laid_out.append(film.read_bytes() != before)
        return refresh_catalog(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(catalog, "refresh_catalog", refresh)
        assert made(storyface(library, "render", SLUG)) == {"film"}
    assert laid_out == [True]
    assert film.read_bytes() != before


def test_a_killed_render_is_taken_up_where_it_stopped(library, first):
    # The dead run must not keep its pool slot, nor leave a half film that counts as made.
    library.rewrite(SLUG, "book.toml", 'author = "아무개"', 'author = "누군가"')
    command = "from storyface_assets.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", command, "render", SLUG],
        env=os.environ | {"STORYFACE_DATA": str(library.settings.data_dir)},
        stdout=subprocess.PIPE,
        text=True,
    )
    for line in process.stdout:
        if "narration" in line:
            break
    process.kill()
    process.wait()
    result = storyface(library, "render", SLUG)
    assert result.exit_code == 0, result.output
    assert "film" in made(result) and not {"portrait", "heads"} & made(result)


def test_demo_ends_with_the_path_of_a_film(library, first):
    result = storyface(library, "demo")
    assert result.exit_code == 0
    assert str(library.settings.films_dir / f"{SLUG}.mp4") in result.output


def test_list_tells_what_is_out_of_date_and_what_is_bad(library, first):
    output = storyface(library, "list").output
    assert SLUG in output and "empty" in output


def test_the_film_carries_content_credentials(library, first):
    film = library.settings.films_dir / f"{SLUG}.mp4"
    teaser = library.settings.films_dir / "teasers" / film.name
    for video in (film, teaser):
        assert SOURCE_TYPE in json.dumps(read_credentials(video))


def test_the_letters_drawn_on_the_film_say_that_it_is_made_by_ai(library, first):
    with open_workplace(library.settings) as place:
        io_manager = place.defs.resources["io_manager"]
        film = io_manager.load(book_key("film").path, SLUG)
    assert "AI로 만든 영상" in (film.path / "film.ass").read_text("utf-8")
