"""The page of films: its text, its names, and how a browser shows it."""

import os
import shutil
from dataclasses import replace

import cv2
import numpy as np
import pytest
from moviepy import ImageSequenceClip

from storyface_assets.lib.catalog import FilmCard, place_file, write_page

LEGEND = [("행복", "#f0be28"), ("슬픔", "#0072b2")]
CARD = FilmCard("ori", "미운 아기 오리", "아무개", "CC0 1.0", 83.4, 18, ("#f0be28", "#0072b2"))


def page(folder, *cards):
    return write_page(folder, cards, LEGEND).read_text("utf-8")


def test_a_film_has_title_length_and_links(tmp_path):
    html = page(tmp_path, CARD)
    assert "미운 아기 오리" in html and "1분 23초" in html and "18문장" in html
    assert 'href="ori.mp4"' in html and 'poster="posters/ori.jpg"' in html


def test_titles_are_text_and_never_markup(tmp_path):
    # A story's title comes from whoever wrote the story.
    html = page(tmp_path, FilmCard("x", "<script>alert(1)</script>", "", "", 1, 1))
    assert "<script>" not in html and "&lt;script&gt;" in html


def test_a_page_without_films_says_how_to_make_one(tmp_path):
    assert "storyface demo" in page(tmp_path)


def test_the_notice_is_on_the_page(tmp_path):
    assert "AI로 만든 영상" in page(tmp_path, CARD)


def test_placing_replaces_a_file_whole(tmp_path):
    source, target = tmp_path / "new", tmp_path / "shelf" / "film.mp4"
    for content in (b"one", b"two"):
        source.write_bytes(content)
        place_file(source, target)
        source.unlink()
        assert target.read_bytes() == content
    assert [p.name for p in target.parent.iterdir()] == ["film.mp4"]


def test_placing_a_missing_file_leaves_the_old_one(tmp_path):
    target = tmp_path / "film.mp4"
    target.write_bytes(b"old")
    with pytest.raises(FileNotFoundError):
        place_file(tmp_path / "missing", target)
    assert target.read_bytes() == b"old"


def test_subtitles_may_be_edited_in_place(tmp_path):
    # Through a hard link the edit would damage the store's copy, and the book with it.
    stored, placed = tmp_path / "film.srt", tmp_path / "shelf" / "ori.srt"
    stored.write_text("1", "utf-8")
    place_file(stored, placed)
    with placed.open("a", encoding="utf-8") as editor:
        editor.write("corrected")
    assert stored.read_text("utf-8") == "1"


def test_a_film_is_not_stored_twice(tmp_path):
    stored, placed = tmp_path / "film.mp4", tmp_path / "shelf" / "ori.mp4"
    stored.write_bytes(bytes(2_000_000))
    place_file(stored, placed)
    assert placed.samefile(stored)


@pytest.fixture
def browser():
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("needs Chromium (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=options)
        yield browser
        browser.close()


@pytest.mark.slow
def test_a_film_that_is_pointed_at_shows_its_teaser(tmp_path, browser):
    (tmp_path / "teasers").mkdir()
    frames = [np.full((96, 160, 3), 8 * i, np.uint8) for i in range(20)]
    clip = ImageSequenceClip(frames, fps=10)
    clip.write_videofile(str(tmp_path / "teasers" / "ori.mp4"), audio=False, logger=None)
    page(tmp_path, replace(CARD, teaser=True))
    tab = browser.new_page(viewport={"width": 1280, "height": 800})
    tab.goto((tmp_path / "index.html").as_uri())
    teaser = tab.locator(".teaser")
    assert "on" not in teaser.get_attribute("class").split()
    tab.hover("article h2")
    tab.wait_for_selector(".teaser.on", timeout=20_000)
    assert not teaser.evaluate("video => video.paused")
    tab.mouse.move(1270, 790)
    tab.wait_for_selector(".teaser:not(.on)", state="attached", timeout=20_000)
    assert teaser.evaluate("video => video.paused")


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 1280])
def test_a_browser_shows_the_page_without_sideways_scrolling(tmp_path, browser, width):
    (tmp_path / "posters").mkdir()
    picture = np.full((180, 320, 3), (40, 120, 200), np.uint8)
    cv2.imwrite(str(tmp_path / "posters" / "ori.jpg"), picture)
    long = FilmCard("long", "아주" * 60, "이름" * 30, "CC BY 4.0", 5, 3, ("#0072b2",) * 40)
    page(tmp_path, CARD, long)
    tab = browser.new_page(viewport={"width": width, "height": 800})
    tab.goto((tmp_path / "index.html").as_uri())
    overflow = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
    columns = tab.evaluate(
        "new Set([...document.querySelectorAll('article')].map(a => a.offsetLeft)).size"
    )
    assert overflow <= 0
    assert columns == (1 if width < 600 else 2)
