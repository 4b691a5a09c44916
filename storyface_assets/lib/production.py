"""From everything a book has to its film, in one call."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from storyface_assets.lib.books import Book
from storyface_assets.lib.books.book import LICENCE_UNSTATED
from storyface_assets.lib.film import (
    Cards,
    FilmReport,
    FilmText,
    Timeline,
    perform,
    teaser_moments,
    write_film,
    write_teaser,
)
from storyface_assets.lib.film.credentials import sign_film
from storyface_assets.lib.film.report import Progress
from storyface_assets.lib.hair import build_accessories
from storyface_assets.lib.heads.character import CharacterHead
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.render import HeadRenderer
from storyface_assets.lib.speech import Narration
from storyface_assets.lib.speech.voice import Engine

REPORT_NAME = "report.json"
TEASER_NAME = "teaser.mp4"
_VOICE_NAMES: dict[Engine, str] = {"espeak": "eSpeak NG", "gtts": "Google (gTTS)"}


def make_film(
    folder: Path,
    book: Book,
    sentences: pd.DataFrame,
    person: CharacterHead,
    narration: Narration,
    model: OpenHead,
    on_progress: Progress | None = None,
    identity_dir: Path | None = None,
) -> FilmReport:
    """Act, render and write a film.

    Args:
        folder: gets film.mp4, film.srt, film.vtt, film.ass, poster.jpg, teaser.mp4 and
            report.json.
        book: title, credits, format and seed.
        sentences: ``emotion``, ``intensity`` and ``page`` of each, as
            ``lib.text.emotion_table`` makes them.
        person: the head.
        narration: the voice of these sentences.
        model: the head model of the person.
        on_progress: told how many frames are done.
        identity_dir: this installation's key for Content Credentials; ``None`` = unsigned.

    Raises:
        BadInput: not enough disk space.
    """
    wish = book.film
    size = (wish.width, wish.height)
    renderer = HeadRenderer(model, person, build_accessories(model, person), size)
    performance = perform(
        narration,
        list(sentences["emotion"]),
        person.expressions,
        model.expression_names,
        sentences["intensity"].to_numpy(),
        wish.seed,
        wish.fps,
    )
    report = write_film(
        folder / "film.mp4",
        renderer,
        performance,
        narration,
        film_text(book, sentences, narration.engines),
        wish.seed,
        on_progress=on_progress,
        identity_dir=identity_dir,
        wrinkles=person.wrinkles,
    )
    _add_teaser(folder, book, sentences, narration, performance.timeline, identity_dir)
    _write_report(folder, report)
    return report


def _add_teaser(
    folder: Path,
    book: Book,
    sentences: pd.DataFrame,
    narration: Narration,
    timeline: Timeline,
    identity_dir: Path | None,
) -> None:
    """Some moments of the film, signed like it."""
    start = timeline.speech_start
    spans = [(start + timing.start, start + timing.end) for timing in narration.sentences]
    moments = teaser_moments(list(sentences["emotion"]), list(sentences["intensity"]), spans)
    teaser = folder / TEASER_NAME
    write_teaser(folder / "film.mp4", teaser, moments)
    if identity_dir:
        signed = folder / f"signed-{TEASER_NAME}"
        sign_film(teaser, signed, identity_dir, book.title)
        os.replace(signed, teaser)


def film_text(book: Book, sentences: pd.DataFrame, engines: Sequence[Engine]) -> FilmText:
    """Everything written in the film; each page of the story is a chapter.

    Args:
        book: title, author, licence.
        sentences: ``index``, ``page`` and ``emotion`` of each.
        engines: the voices that read; the end card names them.
    """
    starts = sentences.drop_duplicates("page")
    names = ["이야기"] if len(starts) == 1 else [f"{page + 1}쪽" for page in starts["page"]]
    chapters = list(zip([int(index) for index in starts["index"]], names, strict=True))
    credits = [f"글 {book.licence}"] if book.licence != LICENCE_UNSTATED else []
    if engines:
        credits.append("목소리 " + ", ".join(_VOICE_NAMES[engine] for engine in engines))
    cards = Cards(book.title, book.author, tuple(credits))
    return FilmText(cards, list(sentences["emotion"]), chapters)


def _write_report(folder: Path, report: FilmReport) -> None:
    """Only what the same input gives again: times of work would make every film a new version."""
    facts = {
        "frames": report.frames,
        "seconds": round(report.seconds, 3),
        "width": report.size[0],
        "height": report.size[1],
        "loudness": round(report.loudness, 2),
        "true_peak": round(report.true_peak, 2),
        "credentials": report.credentials,
        "warnings": list(report.warnings),
    }
    (folder / REPORT_NAME).write_text(json.dumps(facts, ensure_ascii=False, indent=1), "utf-8")
