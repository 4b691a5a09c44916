"""``storyface remove``: what a withdrawn consent leaves behind."""

import io

import pytest
from dagster import AssetKey, AssetMaterialization, DagsterInstance, job, op

from storyface_assets.cli.workplace import prepare_dagster_home
from storyface_assets.lib.store import write_folder
from storyface_assets.partitions import BOOKS_NAME


@pytest.fixture
def rendered(library, tmp_path):
    """Books ``one`` and ``two`` with stored results, films and a run with a picture each."""
    made = tmp_path / "made"
    made.mkdir()
    (made / "face.jpg").write_bytes(b"a face")
    films = library.settings.films_dir
    for folder in ("posters", "teasers"):
        (films / folder).mkdir(parents=True)
    with DagsterInstance.from_config(prepare_dagster_home(library.settings)) as instance:
        for slug in ("one", "two"):
            library.add(slug)
            instance.add_dynamic_partitions(BOOKS_NAME, [slug])
            for asset in ("portrait", "film"):
                write_folder(library.settings.store / "books" / asset / slug, made)
            names = [f"{slug}.{suffix}" for suffix in ("mp4", "srt", "vtt")]
            for file in (*names, f"posters/{slug}.jpg", f"teasers/{slug}.mp4"):
                (films / file).write_bytes(b"x")
            heads = library.settings.heads_dir / slug
            heads.mkdir(parents=True)
            (heads / "head.glb").write_bytes(b"a face")
            _run_with_a_picture(instance, slug)
    return library


def _run_with_a_picture(instance, slug):
    @op
    def portrait(context):
        picture = {"picture": f"face of {slug}"}
        context.log_event(AssetMaterialization("p", metadata=picture, partition=slug))

    @job
    def pictures():
        portrait()

    pictures.execute_in_process(instance=instance, tags={"dagster/partition": slug})


def left_of(library, slug):
    """Every path and every instance record of a book."""
    paths = [p for p in library.settings.data_dir.rglob(f"*{slug}*") if "open_models" not in str(p)]
    with DagsterInstance.from_config(str(library.settings.dagster_home)) as instance:
        keys = set(instance.get_dynamic_partitions(BOOKS_NAME)).intersection({slug})
        runs = [r for r in instance.get_runs() if r.tags.get("dagster/partition") == slug]
        events = instance.fetch_materializations(AssetKey("p"), limit=9).records
        return paths, keys, runs, [e for e in events if e.partition_key == slug]


def test_nothing_of_a_removed_book_is_left_and_no_other_goes(rendered, storyface):
    # A face that stays in the store, in the film or in the UI's thumbnails.
    code, out, err = storyface("remove", "one", "--yes")
    assert code == 0 and "one" in out, err
    assert left_of(rendered, "one") == ([], set(), [], [])
    paths, keys, runs, events = left_of(rendered, "two")
    assert len(paths) == 9 and keys == {"two"} and len(runs) == len(events) == 1
    assert (rendered.settings.films_dir / "index.html").is_file()


def test_a_book_that_nobody_can_read_can_be_removed(rendered, storyface):
    (rendered.settings.books_dir / "one" / "book.toml").write_text("title =", "utf-8")
    assert storyface("remove", "one", "--yes")[0] == 0
    assert not (rendered.settings.books_dir / "one").exists()


def test_where_nobody_can_be_asked_nothing_is_deleted(rendered, storyface):
    code, _, err = storyface("remove", "one")
    assert code == 2 and "--yes" in err
    assert (rendered.settings.books_dir / "one" / "portrait.jpg").exists()


class Keyboard(io.StringIO):
    """A terminal where somebody types."""

    def isatty(self):
        return True


@pytest.mark.parametrize(("typed", "goes"), [("n\n", False), ("\n", False), ("y\n", True)])
def test_a_person_is_asked_first(rendered, storyface, monkeypatch, typed, goes):
    monkeypatch.setattr("sys.stdin", Keyboard(typed))
    code, _, _ = storyface("remove", "one")
    assert (code == 0) is goes
    assert (rendered.settings.books_dir / "one").exists() is not goes


@pytest.mark.parametrize(
    ("slug", "word"), [("three", "storyface list"), ("../books", "safe name"), ("..", "safe name")]
)
def test_what_is_no_book_is_refused_in_one_line(library, storyface, slug, word):
    library.add("one")
    code, _, err = storyface("remove", slug, "--yes")
    assert code == 2 and word in err and len(err.strip().splitlines()) == 1
    assert (library.settings.books_dir / "one").is_dir()
