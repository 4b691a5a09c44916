"""Commands as a person types them: what they print, what they refuse, how they exit."""

import subprocess
import sys

import pytest

from storyface_assets_tests.tiny_books import STORY, sample_portrait


@pytest.fixture
def story(tmp_path):
    path = tmp_path / "이야기.txt"
    path.write_text(f"# 토끼와 엄마\n\n{STORY}\n", "utf-8")
    return path


def test_help_needs_none_of_the_heavy_parts():
    # Importing torch or Dagster for --help would take seconds.
    code = (
        "import sys; from storyface_assets.cli.app import app;"
        "print([m for m in ('torch', 'dagster', 'cv2', 'numba', 'pandas') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_add_makes_a_book_and_says_what_to_do_next(library, storyface, story):
    code, out, _ = storyface("add", story, "--portrait", sample_portrait(), "--synthetic")
    assert code == 0
    (folder,) = [p for p in library.settings.books_dir.iterdir() if p.is_dir()]
    assert (folder / "story.txt").read_text("utf-8").startswith("토끼가 숲에서")
    assert f"storyface render {folder.name}" in out


def test_add_refuses_a_photo_without_consent_in_one_line(library, storyface, story):
    code, out, err = storyface("add", story, "--portrait", sample_portrait())
    assert code == 2 and out == ""
    assert "consent" in err and "Traceback" not in err and len(err.strip().splitlines()) == 1
    assert not library.settings.books_dir.exists() or not [
        p for p in library.settings.books_dir.iterdir() if p.is_dir()
    ]


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--hair-style", "mohawk"], "hair_style"),
        (["--hair-colour", "plaid"], "hair_colour"),
        (["--gender", "x"], "gender"),
        (["--age", "900"], "age"),
        (["--become", "old"], "become"),
        (["--title", "../../etc"], "title"),
    ],
)
def test_add_names_the_wrong_wish(library, storyface, story, options, word):
    portrait = ["--portrait", sample_portrait(), "--synthetic"]
    code, _, err = storyface("add", story, *portrait, *options)
    assert code == 2 and word in err and "Traceback" not in err


def test_add_keeps_the_wishes(library, storyface, story):
    wishes = ["--hair-style", "bob", "--gender", "female", "--age", "7", "--become", "male young"]
    portrait = ["--portrait", sample_portrait(), "--synthetic", "--title", "다른 이름"]
    assert storyface("add", story, *portrait, *wishes)[0] == 0
    toml = next(library.settings.books_dir.glob("*/book.toml")).read_text("utf-8")
    assert 'hair_style = "bob"' in toml and "age = 7" in toml and "다른 이름" in toml
    assert 'become = "male young"' in toml


def test_render_of_an_unknown_book_names_it(library, storyface):
    library.add("one")
    code, _, err = storyface("render", "two")
    assert code == 2 and "two" in err and "storyface list" in err


def test_render_wants_books_or_all(library, storyface):
    assert storyface("render")[0] == 2
    assert storyface("render", "one", "--all")[0] == 2


def test_render_all_of_no_books_says_so(library, storyface):
    code, out, _ = storyface("render", "--all")
    assert code == 0 and "Nothing to do" in out


def test_brackets_in_a_name_are_text(library, storyface):
    # Rich would take them for markup and print nothing, or fail.
    code, _, err = storyface("render", "[bold]x[/]")
    assert code == 2 and "[bold]x[/]" in err


def test_outside_of_a_data_folder_it_says_where_to_go(tmp_path, monkeypatch, storyface):
    monkeypatch.delenv("STORYFACE_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    code, _, err = storyface("list")
    assert code == 2 and "STORYFACE_DATA" in err and "Traceback" not in err


def test_read_shows_each_sentence_with_its_number(library, storyface, story):
    code, out, _ = storyface("read", story)
    lines = [line for line in out.splitlines() if line.strip()]
    assert code == 0 and len(lines) == 2
    assert lines[0].split()[0] == "1" and "길을 잃었어요" in lines[0]


def test_doctor_tells_what_is_here(library, storyface):
    code, out, _ = storyface("doctor")
    assert code == 0
    for part in ("profile", "head model", "voice", "font", "ffmpeg", "landmark models"):
        assert part in out


def test_doctor_fails_where_no_film_can_be_made(tmp_path, monkeypatch, storyface):
    (tmp_path / "open_models").mkdir()
    monkeypatch.setenv("STORYFACE_DATA", str(tmp_path))
    code, out, _ = storyface("doctor")
    assert code == 1 and "head.npz" in out and "Films cannot be made" in out


def test_measure_refuses_what_is_no_model_and_says_what_is_missing(library, storyface):
    code, _, err = storyface("measure", "dragon")
    assert code == 2 and "image_emotion" in err and "Traceback" not in err
    code, _, err = storyface("measure", "--weights", "elsewhere")
    assert code == 2 and "Name one model" in err  # else one folder would be read as three models
    code, _, err = storyface("measure", "face_attributes")
    assert code == 2 and "storyface dataset" in err and "Traceback" not in err
