"""``storyface render``: bring films up to date."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from storyface_assets.cli.workplace import Workplace


def render(
    books: Annotated[list[str] | None, typer.Argument(help="Slugs, as storyface list says.")] = None,
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
    from storyface_assets.automation.catalog import refresh_catalog, refresh_champions
    from storyface_assets.automation.observe import new_partitions, observe_books
    from storyface_assets.automation.rendering import Outcome, render_book
    from storyface_assets.cli.console import console, errors
    from storyface_assets.cli.progress import BookProgress
    from storyface_assets.lib.errors import BadInput
    from storyface_assets.partitions import BOOKS_NAME

    films = place.settings.films_dir
    seen = observe_books(place.instance, place.settings.books_dir, slugs)
    for slug in slugs or ():
        if slug not in seen.slugs and slug not in seen.bad:
            raise BadInput(slug, "", "is not a book here.", "See storyface list for those that are.")
    new = new_partitions(place.instance, seen.slugs)
    place.instance.add_dynamic_partitions(BOOKS_NAME, new)
    refresh_champions(place.defs, place.instance, place.settings)
    outcomes = [Outcome(slug, error=str(error)) for slug, error in seen.bad.items()]
    for slug in seen.slugs:
        with BookProgress(console, slug) as progress:
            outcome = render_book(
                place.defs, place.instance, place.staleness, slug, force, progress.asset
            )
        outcomes.append(outcome)
    refresh_catalog(place.defs, place.instance, place.settings)
    for outcome in outcomes:
        if outcome.error:
            errors.print(f"[bold red]✗[/] {outcome.slug}: {outcome.error}", soft_wrap=True)
        elif outcome.made:
            console.print(f"[green]✓[/] {films / (outcome.slug + '.mp4')}", soft_wrap=True)
        else:
            console.print(f"[green]✓[/] {films / (outcome.slug + '.mp4')} (up to date)", soft_wrap=True)
    if not any(o.made or o.error for o in outcomes):
        console.print("Nothing to do: every film is up to date.")
    return sum(bool(o.error) for o in outcomes)
