"""catalog/index: the web page of finished films."""

import json
import shutil
from collections.abc import Iterator

import pandas as pd
from dagster import AssetExecutionContext, MaterializeResult, MetadataValue, asset

from storyface_assets.assets.declare import book_key
from storyface_assets.lib.books import load_fields
from storyface_assets.lib.books.book import LICENCE_UNSTATED
from storyface_assets.lib.catalog import FilmCard, lay_out_film, place_file, write_page
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.production import TEASER_NAME
from storyface_assets.lib.store import Folder
from storyface_assets.partitions import BOOKS_NAME
from storyface_assets.previews.colours import EMOTION_COLOURS, as_hex
from storyface_assets.resources.history import History
from storyface_assets.resources.installation import Installation
from storyface_assets.vocabulary import OWNERS


@asset(
    key_prefix="catalog",
    group_name="catalog",
    deps=[book_key("film")],
    owners=list(OWNERS),
    kinds={"file"},
    code_version="3",
)
def index(context: AssetExecutionContext, installation: Installation) -> MaterializeResult[Folder]:
    """The web page of finished films, and the films laid beside it in data/films.

    Reads the store, so a book whose last run failed still shows its last good film. A film that
    was made but failed a blocking check is left out, and so is a book without a folder.
    """
    kept = Folder.scratch()
    (kept.path / "posters").mkdir()
    cards = []
    shelf = installation.settings.films_dir
    for slug, card, film in _finished(context, installation):
        shutil.copyfile(film.path / "poster.jpg", kept.path / "posters" / f"{slug}.jpg")
        lay_out_film(film.path, shelf, slug)
        cards.append(card)
    write_page(kept.path, cards, [(e, as_hex(c)) for e, c in EMOTION_COLOURS.items()])
    for file in [*kept.path.glob("posters/*"), kept.path / "index.html"]:
        place_file(file, shelf / file.relative_to(kept.path))
    return MaterializeResult(
        value=kept,
        metadata={"films": len(cards), "page": MetadataValue.path(str(shelf / "index.html"))},
    )


def _finished(
    context: AssetExecutionContext, installation: Installation
) -> Iterator[tuple[str, FilmCard, Folder]]:
    """Every book with a film that may be shown, by title; what is left out is logged."""
    found = []
    for slug in context.instance.get_dynamic_partitions(BOOKS_NAME):
        try:
            if not installation.is_stored(book_key("film"), slug):
                continue
            if reason := _unfit(context, installation, slug):
                context.log.warning(f"{slug} is left out: {reason}")
                continue
            film = installation.load(book_key("film"), slug)
            found.append((slug, _card(slug, installation, film), film))
        except BadInput as error:
            context.log.warning(f"{slug} is left out: {error}")
    yield from sorted(found, key=lambda entry: entry[1].title)


def _unfit(context: AssetExecutionContext, installation: Installation, slug: str) -> str:
    """Why a stored film must not be shown; empty if it may."""
    if not installation.book_folder(slug).is_dir():
        return "its folder is gone (storyface remove deletes the rest)."
    failed = History(context.instance, slug).failed_checks(book_key("film"))
    return f"its film failed {', '.join(failed)}." if failed else ""


def _card(slug: str, installation: Installation, film: Folder) -> FilmCard:
    manuscript = load_fields(installation.load(book_key("book"), slug).path, slug)
    emotions: pd.DataFrame = installation.load(book_key("sentence_emotions"), slug)
    return FilmCard(
        slug=slug,
        title=manuscript.title,
        author=manuscript.author,
        licence="" if manuscript.licence == LICENCE_UNSTATED else manuscript.licence,
        seconds=float(json.loads((film.path / "report.json").read_text("utf-8"))["seconds"]),
        sentences=len(emotions),
        colours=tuple(as_hex(EMOTION_COLOURS[name]) for name in emotions["emotion"]),
        teaser=(film.path / TEASER_NAME).is_file(),
    )
