"""``storyface render``: bring films up to date."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from storyface_assets.automation.observe import Observed
    from storyface_assets.automation.rendering import Outcome
    from storyface_assets.cli.workplace import Workplace


def render(
    books: Annotated[
        list[str] | None, typer.Argument(help="Slugs, as storyface list says.")
    ] = None,
    all_books: Annotated[bool, typer.Option("--all", help="Every book.")] = False,
    force: Annotated[bool, typer.Option(help="Make everything again.")] = False,
) -> None:
    """Make or refresh films. Only what is out of date is made; one bad book stops no other."""
    from storyface_assets.cli.workplace import open_workplace
    from storyface_assets.settings import Settings

    if bool(books) == all_books:
        raise typer.BadParameter("name books, or say --all")
    with open_workplace(Settings.find()) as place:
        failed = render_books(place, books or None, force)
    raise typer.Exit(1 if failed else 0)


def render_books(place: "Workplace", slugs: list[str] | None, force: bool = False) -> int:
    """Render books one after the other, showing progress.

    Args:
        place: the workplace.
        slugs: books to render; ``None`` for all.
        force: make everything again.

    Returns:
        How many books failed.

    Raises:
        BadInput: a slug that names no book.
    """
    from storyface_assets.automation.catalog import (
        publish_film,
        refresh_catalog,
        refresh_champions,
    )
    from storyface_assets.automation.rendering import Outcome, render_book
    from storyface_assets.cli.console import console
    from storyface_assets.cli.progress import BookProgress

    seen = look_at_books(place, slugs)
    outcomes = [Outcome(slug, error=str(error)) for slug, error in seen.bad.items()]
    weights = refresh_champions(place.defs, place.instance, place.settings)
    outcomes += [Outcome("models", error=weights)] if weights else []
    for slug in seen.slugs:
        with BookProgress(console, slug) as progress:
            outcome = render_book(
                place.defs, place.instance, place.staleness, slug, force, progress.asset
            )
        outcomes.append(outcome)
        if "film" in outcome.made and not outcome.error:
            publish_film(place.settings, slug)
    finished = [outcome.slug for outcome in outcomes if not outcome.error]
    page = refresh_catalog(place.defs, place.instance, place.settings, finished)
    outcomes += [Outcome("the page of films", error=page)] if page else []
    _tell(outcomes, place.settings.films_dir)
    return sum(bool(outcome.error) for outcome in outcomes)


def look_at_books(place: "Workplace", slugs: list[str] | None) -> "Observed":
    """Observe books, and let the instance know those that are new.

    Args:
        place: the workplace.
        slugs: which; ``None`` for all.

    Raises:
        BadInput: a slug that names no book.
    """
    from storyface_assets.automation.observe import new_partitions, observe_books
    from storyface_assets.lib.errors import BadInput
    from storyface_assets.partitions import BOOKS_NAME

    seen = observe_books(place.instance, place.settings.books_dir, slugs)
    for slug in slugs or ():
        if slug not in seen.slugs and slug not in seen.bad:
            raise BadInput(
                slug, "", "is not a book here.", "See storyface list for those that are."
            )
    new = new_partitions(place.instance, seen.slugs)
    place.instance.add_dynamic_partitions(BOOKS_NAME, new)
    return seen


def _tell(outcomes: "Sequence[Outcome]", films: "Path") -> None:
    """One line a book, with the path of its film."""
    from storyface_assets.cli.console import console, tell_done, tell_error

    for outcome in outcomes:
        film = films / f"{outcome.slug}.mp4"
        if outcome.error:
            tell_error(f"{outcome.slug}: {outcome.error}")
        else:
            tell_done(str(film) if outcome.made else f"{film} (up to date)")
    if not any(outcome.made or outcome.error for outcome in outcomes):
        console.print("Nothing to do: every film is up to date.")
